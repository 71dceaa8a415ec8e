import Raft

/// Inputs and effects in words, for `--trace`.
enum ScriptTrace {
    static func lines(_ id: NodeID, _ inputs: [Input], _ effects: Effects) -> [String] {
        inputs.map { "\(id) < \(words($0))" } + words(effects).map { "\(id) > \($0)" }
    }

    private static func words(_ input: Input) -> String {
        switch input {
        case .tick: "tick"
        case .received(let envelope): "received \(link(envelope))"
        case .propose(let proposal):
            "propose " + proposal.payloads.map(quoted).joined(separator: " ")
        case .read: "read"
        case .transferLeadership(let target): "transfer to \(target?.name ?? "anybody")"
        case .changeMembership(let request): "change \(request.change)"
        case .storageDone(let ticket): "storage-done ticket=\(ticket)"
        case .storageFailed(let ticket): "storage-failed ticket=\(ticket)"
        case .entriesLoaded(let loaded):
            "loaded peer=\(loaded.peer) from=\(loaded.from) entries=\(terms(loaded.entries))"
        case .applied(let index): "applied through=\(index)"
        case .compacted(let index): "compacted through=\(index)"
        case .snapshotTaken(let taken): "snapshot-taken peer=\(taken.peer) last=\(taken.last)"
        case .snapshotProgress(let peer): "snapshot-progress peer=\(peer)"
        case .snapshotFetched(let position): "snapshot-fetched last=\(position)"
        case .snapshotFetchFailed(let position): "snapshot-fetch-failed last=\(position)"
        case .peerUnreachable(let peer): "unreachable peer=\(peer)"
        case .manual(let step): "manual \(step)"
        }
    }

    private static func words(_ effects: Effects) -> [String] {
        var found: [String] = effects.persist.map(words)
        found += effects.send.map { "send \(link($0))" }
        found += effects.sendAfter.map { "send after ticket=\($0.ticket) \(link($0.envelope))" }
        found += effects.load.map { "load peer=\($0.peer) from=\($0.from) through=\($0.through)" }
        found += effects.takeSnapshots.map { "take-snapshot peer=\($0)" }
        found += effects.fetches.map { "fetch leader=\($0.leader) last=\($0.last)" }
        found += effects.apply.map { "apply \($0.first) to \($0.last)" }
        found += effects.proposalOutcomes.map { "proposal \($0.result)" }
        found += effects.readOutcomes.map { "read \($0.result)" }
        found += effects.transferOutcomes.map { "transfer \($0)" }
        found += effects.membershipOutcomes.map { "change \($0.result)" }
        found += effects.events.map { "event \(words($0))" }
        if let halt = effects.halt { found.append("halt \(halt.scriptWord)") }
        return found
    }

    private static func words(_ event: Event) -> String {
        switch event {
        case .roleChanged(let role, let term): "role=\(role.scriptWord) term=\(term)"
        case .leaderChanged(let leader, let term): "leader=\(leader?.name ?? "none") term=\(term)"
        case .leadershipLost(let term, let reason): "leadership-lost term=\(term) \(reason)"
        case .peerModeChanged(let peer, let mode): "peer=\(peer) mode=\(mode)"
        case .configurationActivated(let active):
            "configuration index=\(active.index) \(MemberLists(active.configuration))"
        default: "\(event)"
        }
    }

    private static func words(_ batch: PersistBatch) -> String {
        var said = ["persist ticket=\(batch.ticket)"]
        if let install = batch.install { said.append("install=\(install.last)") }
        if let hardState = batch.hardState {
            said.append("term=\(hardState.term) vote=\(hardState.vote?.name ?? "none")")
        }
        if let from = batch.truncateFrom { said.append("truncate-from=\(from)") }
        if let first = batch.entries.first {
            said.append("first=\(first.index) entries=\(terms(batch.entries))")
        }
        return said.joined(separator: " ")
    }

    private static func link(_ envelope: Envelope) -> String {
        "\(envelope.from)->\(envelope.to) \(MessageView(envelope))"
    }

    private static func terms(_ entries: [Entry]) -> ScriptValue { .terms(entries.map(\.term)) }

    private static func quoted(_ payload: [UInt8]) -> String {
        ScriptToken.quoted(String(decoding: payload, as: UTF8.self))
    }
}

extension FatalViolation {
    /// Why a node stopped, in one word.
    var scriptWord: String {
        switch self {
        case .storageFailed: "storage-failed"
        case .truncationBelowCommit: "truncation-below-commit"
        case .twoLeaders: "two-leaders"
        case .unreadableConfiguration: "unreadable-configuration"
        case .driverContract: "driver-contract"
        }
    }
}
