/// How far a change of the cluster has come.
enum ChangePhase: Equatable, Sendable {
    /// Its entry is in the leader's log.
    case begun(at: UInt64)
    case catchingUp(CatchingUp)
    /// Two sets of voters decide together.
    case deciding(old: [String], new: [String])
    /// The members are as wanted; the leader has no vote any more, and hands over.
    case handingOver(from: String)
    /// Leadership is on its way.
    case transferring(to: String)
    /// This node can't tell.
    case unseen(by: String)
    /// Nobody says how things stand.
    case silence

    /// A learner on its way to a vote.
    struct CatchingUp: Equatable, Sendable {
        var node: String
        var round: UInt32?
        var match: UInt64?
        var target: UInt64?
        /// The log no longer has what it lacks: it is brought a copy of the state first.
        var isBroughtState = false
        var state: NodeReport.StateOnItsWay?
        /// Why it isn't reached, if it isn't.
        var trouble: String?
    }

    static func catchingUp(_ joining: NodeReport.Joining, in report: NodeReport) -> ChangePhase {
        let peer = report.members.first { $0.node == joining.node }
        let isReached = peer.map { ["connected", "self"].contains($0.connection) } ?? true
        return .catchingUp(
            CatchingUp(
                node: joining.node,
                round: joining.round,
                match: peer?.match,
                target: joining.target,
                isBroughtState: peer?.mode == "snapshot",
                state: peer?.state,
                trouble: isReached ? nil : peer.map { "\($0.address): \($0.connection)" }
            )
        )
    }

    /// For example `n4 is brought a copy of the state, 120 of 280 MB`.
    static func bringingState(to node: String, _ state: NodeReport.StateOnItsWay?) -> String {
        let text = "\(node) is brought a copy of the state"
        guard let state else { return text }
        return text + ", \(state.sentBytes / 1_000_000) of \(state.bytes / 1_000_000) MB"
    }

    /// The same for as long as there is no news for a log of what happened.
    var kind: String {
        switch self {
        case .begun: "begun"
        case .catchingUp(let way):
            "catching up \(way.round ?? 0) \(way.isBroughtState) \(way.trouble == nil)"
        case .deciding: "deciding"
        case .handingOver: "handing over"
        case .transferring: "transferring"
        case .unseen: "unseen"
        case .silence: "silence"
        }
    }

    var text: String {
        switch self {
        case .begun(let position): return "begun at position \(position)"
        case .catchingUp(let way): return way.text
        case .deciding(let old, let new):
            return
                "the old voters (\(old.joined(separator: ", "))) and the new ones "
                + "(\(new.joined(separator: ", "))) decide together"
        case .handingOver(let node): return "\(node) hands leadership over"
        case .transferring(let node): return "leadership is on its way to \(node)"
        case .unseen(let node): return "\(node) can't tell: it was removed"
        case .silence: return "nobody says how things stand"
        }
    }
}

extension ChangePhase.CatchingUp {
    var text: String {
        var text = "\(node) catches up"
        if isBroughtState {
            text = ChangePhase.bringingState(to: node, state)
        } else {
            if let round { text += ", round \(round)" }
            if let match, let target { text += ", at \(match) of \(target)" }
        }
        if let trouble { text += "; it isn't reached at \(trouble)" }
        return text
    }
}
