import Ledger
import Raft
import RaftLog
import Replica

/// A trace's facts in words, short enough for one line.
enum TraceText {
    static func words(for fact: Trace.Fact, _ names: [NodeID]) -> String {
        switch fact {
        case .sent(let envelope): "→ \(envelope.to) \(words(for: envelope))"
        case .received(let envelope): "← \(envelope.from) \(words(for: envelope))"
        case .heard(let message, let from): "← \(name(from, names)) \(words(for: message))"
        case .unreachable(let peer): "lost its connection to \(name(peer, names))"
        case .event(let event): "· \(words(for: event))"
        case .durable(let ticket): "disk: durable through write \(ticket)"
        case .logError(let error): "disk: \(error)"
        case .tornTail(let bytes): "disk: cut off an interrupted write of \(bytes) bytes"
        case .startFailed(let reason): "CAN'T START: \(reason)"
        case .started(let applied, let last): "STARTS, applied \(applied.rawValue), log to \(last)"
        case .crashed(let kind): "DIES: \(kind)"
        case .halted(let halt): "HALTS: \(halt)"
        case .paused: "STANDS STILL"
        case .resumed: "GOES ON"
        case .fault(let kind, let slots):
            "FAULT \(kind) \(slots.map { name($0, names) }.joined(separator: " "))"
        case .faultEnds(let kind): "FAULT ENDS \(kind)"
        case .stage(let stage): "STAGE \(stage)"
        case .exchanged(let install):
            "STATE EXCHANGED for \(install.last)\(install.keepsSuffix ? ", keeps its log" : "")"
        case .fetchFailed(let reason): "gives up a state: \(reason)"
        case .change(let change): "OPERATOR asks \(change)"
        case .administered(let result): "tells the operator \(result)"
        case .called(let client, let wish): "client \(client) asks \(wish)"
        case .told(let client, let reply): "client \(client) is told \(reply)"
        }
    }

    private static func name(_ slot: Int, _ names: [NodeID]) -> String {
        names.indices.contains(slot) ? names[slot].name : "?\(slot)"
    }

    private static func words(for envelope: Envelope) -> String {
        "[term \(envelope.term)] " + words(for: envelope.message)
    }

    private static func words(for message: Message) -> String {
        switch message {
        case .preVoteRequest(let request): "pre-vote? log ends \(request.last)"
        case .preVoteReply(let reply): "pre-vote \(reply.isGranted ? "granted" : "refused")"
        case .voteRequest(let request):
            "vote?\(request.isForced ? " forced" : "") log ends \(request.last)"
        case .voteReply(let reply): "vote \(reply.isGranted ? "granted" : "refused")"
        case .append(let append):
            "append after \(append.previous) × \(append.entries.count), commit \(append.commit)"
        case .appendReply(.accepted(let match, let room, let applied)):
            "has \(match), room \(room), applied \(applied)"
        case .appendReply(.rejected(let previous, let hint)): "lacks \(previous), hint \(hint)"
        case .heartbeat(let beat): "heartbeat \(beat.sequence), commit \(beat.commit)"
        case .heartbeatReply(let reply): "heartbeat heard \(reply.sequence)"
        case .timeoutNow(let order): "campaign now, log ends \(order.last)"
        case .snapshot(let offer): "offers state \(offer.last)"
        case .snapshotReply(let reply):
            "state \(reply.isInstalled ? "installed" : "not installed"), has \(reply.match)"
        }
    }

    private static func words(for message: PeerMessage) -> String {
        switch message {
        case .forward(let id, let entry): "forwards request \(id), \(entry.count) bytes"
        case .forwardReply(let id, let result): "request \(id): \(words(for: result))"
        case .readIndexQuery(let id): "read index? \(id)"
        case .readIndexReply(let id, let index):
            "read index \(id): \(index.map { "\($0)" } ?? "none")"
        default: "\(message)"
        }
    }

    private static func words(for result: ForwardResult) -> String {
        switch result {
        case .answered: "answered"
        case .boundary(let index): "boundary at \(index)"
        case .noLeader: "no leader"
        case .overloaded: "overloaded"
        case .unknown: "unknown"
        }
    }

    private static func words(for event: Event) -> String {
        switch event {
        case .roleChanged(let role, let term): "is \(role) in term \(term)"
        case .leaderChanged(let leader, let term):
            "follows \(leader?.name ?? "nobody") in term \(term)"
        default: "\(event)"
        }
    }
}
