import NIOCore
import Raft
import RaftTransport

/// Questions about the leader's status that wait for its answer.
struct StatusQueries {
    struct Waiting {
        var leader: NodeID
        var done: (NodeStatus?) -> Void
    }

    var waiting: [UInt64: Waiting] = [:]
    /// Begins at random: a late answer to an earlier life of this node answers nothing here.
    var lastID = UInt64.random(in: .min ... .max)
    static let waitingMax = 256
}

/// What only the leader knows, for whoever asks another node: how far the members are, who catches up.
///
/// A question goes to the leader once and no further; the answer is as the leader sees it in that moment, and
/// confirmed by nobody.
extension ReplicaLoop {
    func leaderStatus(deadline: NIODeadline, _ done: @escaping (NodeStatus?) -> Void) {
        let raft = core.raftStatus
        guard !isStopped, let leader = raft.leader,
            statusQueries.waiting.count < StatusQueries.waitingMax
        else {
            done(nil)
            return
        }
        guard leader != raft.id else {
            publishStatus()
            done(shared.status())
            return
        }
        statusQueries.lastID &+= 1
        let id = statusQueries.lastID
        statusQueries.waiting[id] = StatusQueries.Waiting(leader: leader, done: done)
        send(StatusFrame(id: id, status: nil), to: leader)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(deadline: deadline) { bound.value.finishStatusQuery(id, nil) }
    }

    func receiveStatus(_ payload: RawSpan, from peer: NodeID) {
        guard let frame = StatusFrame(decoding: payload) else {
            counters.malformedFrames += 1
            return
        }
        guard let status = frame.status else {
            publishStatus()
            send(StatusFrame(id: frame.id, status: shared.status()), to: peer)
            return
        }
        guard statusQueries.waiting[frame.id]?.leader == peer else { return }
        finishStatusQuery(frame.id, status.role == .leader ? status : nil)
    }

    /// The connection to the peer broke: what it was asked won't be answered.
    func abandonStatusQueries(to peer: NodeID) {
        let lost = statusQueries.waiting.filter { $0.value.leader == peer }
        for id in lost.keys.sorted() { finishStatusQuery(id, nil) }
    }

    func abandonStatusQueries() {
        for id in statusQueries.waiting.keys.sorted() { finishStatusQuery(id, nil) }
    }

    private func finishStatusQuery(_ id: UInt64, _ status: NodeStatus?) {
        statusQueries.waiting.removeValue(forKey: id)?.done(status)
    }

    private func send(_ frame: StatusFrame, to peer: NodeID) {
        scratch.removeAll(keepingCapacity: true)
        frame.encode(into: &scratch)
        network.send(kind: FrameKinds.status, to: peer, payload: scratch.span.bytes)
        network.flush()
    }
}

/// A question for the status, or the answer: a number that joins them, then the status or nothing.
struct StatusFrame {
    var id: UInt64
    /// Nil in a question.
    var status: NodeStatus?

    init(id: UInt64, status: NodeStatus?) {
        self.id = id
        self.status = status
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.appendNumber(id)
        status?.encode(into: &bytes)
    }

    init?(decoding bytes: RawSpan) {
        var reader = TextReader(bytes)
        guard let id = reader.number() else { return nil }
        self.id = id
        guard !reader.isAtEnd else { return }
        guard let status = NodeStatus(decoding: bytes.extracting(droppingFirst: 8)) else {
            return nil
        }
        self.status = status
    }
}
