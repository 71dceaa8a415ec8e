import Ledger
import Raft
import RaftLog
import Replica

/// The last things that happened, kept always and cheaply; put into words only when wanted.
struct Trace: Sendable {
    enum Fact: Sendable {
        case sent(Envelope)
        case received(Envelope)
        case heard(PeerMessage, from: Int)
        case unreachable(Int)
        case event(Event)
        case durable(Ticket)
        case logError(LogError)
        case tornTail(bytes: Int)
        case startFailed(String)
        case started(applied: Position, last: LogIndex)
        case crashed(CrashKind)
        case halted(ReplicaHalt)
        case paused
        case resumed
        case fault(FaultKind, [Int])
        case faultEnds(FaultKind)
        case stage(World.Stage)
        case exchanged(SnapshotInstall)
        case fetchFailed(String)
        case change(MembershipChange)
        case administered(AdminResult)
        case called(client: Int, ClientWish)
        case told(client: Int, ClientReply)
    }

    private struct Line: Sendable {
        var time: WorldTime
        /// The node that it is about, or none.
        var slot: Int
        var fact: Fact
    }

    private static let keptMax = 400

    private var ring: [Line] = []
    private var oldest = 0
    private let sink: (@Sendable (String) -> Void)?
    /// The nodes by slot.
    var names: [NodeID] = []

    init(sink: (@Sendable (String) -> Void)?) { self.sink = sink }

    mutating func add(_ time: WorldTime, _ slot: Int?, _ fact: Fact) {
        let line = Line(time: time, slot: slot ?? -1, fact: fact)
        if let sink { sink(text(line)) }
        if ring.count < Self.keptMax {
            ring.append(line)
        } else {
            ring[oldest] = line
            oldest = (oldest + 1) % Self.keptMax
        }
    }

    /// The kept lines in order.
    var lines: [String] { (ring[oldest...] + ring[..<oldest]).map { text($0) } }

    private func text(_ line: Line) -> String {
        let name = names.indices.contains(line.slot) ? names[line.slot].name : "--"
        return "\(line.time) \(name) \(TraceText.words(for: line.fact, names))"
    }
}
