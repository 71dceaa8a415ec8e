import Raft

/// A message as scripts see it: its kind, and those fields that the language knows.
struct MessageView: Hashable {
    let kind: ScriptMessageKind
    private let fields: [ScriptField: ScriptValue]

    subscript(field: ScriptField) -> ScriptValue? { fields[field] }

    init(_ envelope: Envelope) {
        let (kind, said) = Self.content(of: envelope.message)
        self.kind = kind
        fields = said.merging([.term: .number(envelope.term.rawValue)]) { said, _ in said }
    }

    private static func content(
        of message: Message
    ) -> (ScriptMessageKind, [ScriptField: ScriptValue]) {
        switch message {
        case .preVoteRequest(let request):
            (.preVote, [.last: .position(request.last)])
        case .preVoteReply(let reply):
            (.preVoteReply, [.granted: .flag(reply.isGranted)])
        case .voteRequest(let request):
            (.vote, [.last: .position(request.last), .forced: .flag(request.isForced)])
        case .voteReply(let reply):
            (.voteReply, [.granted: .flag(reply.isGranted)])
        case .append(let append):
            (.append, content(of: append))
        case .appendReply(.accepted(let match, _, _)):
            (.appendReply, [.match: .number(match.rawValue), .ok: .flag(true)])
        case .appendReply(.rejected(_, let hint)):
            (.appendReply, [.last: .position(hint), .ok: .flag(false)])
        case .heartbeat(let heartbeat):
            (.heartbeat, [.commit: .number(heartbeat.commit.rawValue)])
        case .heartbeatReply:
            (.heartbeatReply, [:])
        case .timeoutNow(let order):
            (.timeoutNow, [.last: .position(order.last)])
        case .snapshot(let offer):
            (.snapshot, [.last: .position(offer.last)])
        case .snapshotReply(let reply):
            (
                .appendReply,
                [.match: .number(reply.match.rawValue), .ok: .flag(reply.isInstalled)]
            )
        }
    }

    private static func content(of append: Append) -> [ScriptField: ScriptValue] {
        [
            .prev: .position(append.previous),
            .entries: .terms(append.entries.map(\.term)),
            .commit: .number(append.commit.rawValue),
        ]
    }
}

extension MessageView: CustomStringConvertible {
    /// The kind, then every field with its value, always in the same order.
    var description: String {
        let said = ScriptField.allCases.compactMap { field in
            fields[field].map { "\(field.rawValue)=\($0)" }
        }
        return ([kind.rawValue] + said).joined(separator: " ")
    }
}
