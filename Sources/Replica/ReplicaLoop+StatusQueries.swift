import NIOCore
import Raft
import RaftTransport

/// Questions about other nodes' status that wait for their answers.
struct StatusQueries {
    struct Waiting {
        var node: NodeID
        var done: (NodeStatus?) -> Void
    }

    var waiting: [UInt64: Waiting] = [:]
    /// Begins at random: a late answer to an earlier life of this node answers nothing here.
    var lastID = UInt64.random(in: .min ... .max)
    static let waitingMax = 256
}

/// What only another node knows: how old its state is, and, if it leads, how far the members are.
///
/// A question goes to that node once and no further; the answer is as it sees things in that moment, and
/// confirmed by nobody.
extension ReplicaLoop {
    func leaderStatus(deadline: NIODeadline, _ done: @escaping (NodeStatus?) -> Void) {
        guard let leader = core.raftStatus.leader else {
            done(nil)
            return
        }
        status(of: leader, deadline: deadline) { status in
            done(status?.role == .leader ? status : nil)
        }
    }

    func status(
        of node: NodeID,
        deadline: NIODeadline,
        _ done: @escaping (NodeStatus?) -> Void
    ) {
        guard !isStopped, statusQueries.waiting.count < StatusQueries.waitingMax else {
            done(nil)
            return
        }
        guard node != core.raftStatus.id else {
            publishStatus()
            done(shared.status())
            return
        }
        statusQueries.lastID &+= 1
        let id = statusQueries.lastID
        // Who isn't connected won't hear the question.
        guard send(StatusFrame(id: id, status: nil), to: node) == .queued else {
            done(nil)
            return
        }
        statusQueries.waiting[id] = StatusQueries.Waiting(node: node, done: done)
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
        guard statusQueries.waiting[frame.id]?.node == peer, status.id == peer else { return }
        finishStatusQuery(frame.id, status)
    }

    /// The connection to the peer broke: what it was asked won't be answered.
    func abandonStatusQueries(to peer: NodeID) {
        let lost = statusQueries.waiting.filter { $0.value.node == peer }
        for id in lost.keys.sorted() { finishStatusQuery(id, nil) }
    }

    func abandonStatusQueries() {
        for id in statusQueries.waiting.keys.sorted() { finishStatusQuery(id, nil) }
    }

    private func finishStatusQuery(_ id: UInt64, _ status: NodeStatus?) {
        statusQueries.waiting.removeValue(forKey: id)?.done(status)
    }

    @discardableResult
    private func send(_ frame: StatusFrame, to peer: NodeID) -> SendOutcome {
        scratch.removeAll(keepingCapacity: true)
        frame.encode(into: &scratch)
        let outcome = network.send(
            kind: FrameKinds.status,
            to: peer,
            payload: scratch.span.bytes
        )
        network.flush()
        return outcome
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
