import Raft
import Replica

/// One life of a node's process: what was meant for an earlier one is not for this one.
struct Life: Hashable, Sendable {
    /// The node's place in the world.
    var slot: Int32
    /// Counts the starts of its process.
    var number: Int32
}

/// A message on its way between nodes, encoded as it is on the wire.
struct Parcel: Sendable {
    enum Kind: UInt8, Sendable {
        case raft = 1
        case replica = 2
    }

    var from: Int32
    var to: Int32
    /// The connection that it was sent on; it dies with it.
    var connection: UInt32
    var kind: Kind
    var bytes: [UInt8]
}

/// One attempt of a client to have something done.
struct Attempt: Hashable, Sendable {
    var client: Int32
    /// Counts the client's attempts.
    var number: Int32
    var slot: Int32
}

/// Everything that happens in a simulated world.
enum WorldEvent: Sendable {
    // A node's own.
    case start(slot: Int)
    case tick(Life)
    case turn(Life)
    case resume(slot: Int)

    // Its log's disk.
    case logWrite(Life)
    case logSync(Life)
    case logDurable(Life, Ticket)
    case logFailed(Life, Ticket)
    case logRead(Life, LoadRequest)
    case logReadToApply(Life, ClosedRange<LogIndex>)

    case logCompacted(Life, through: LogIndex)

    // Its state machine's disk.
    case stateWrite(Life)
    case checkpoint(Life)
    case stateExchanged(Life, LogPosition)

    // Copies of states on their way.
    case copyTaken(Life, path: String)
    case chunkRead(Life, peer: NodeID, LogPosition, offset: UInt64)
    case fetchBegun(Life, SnapshotFetch)
    case chunkWritten(Life, LogPosition, SnapshotChunk)

    // The network.
    case parcel(Parcel)
    case unreachable(Life, peer: Int)

    // Clients.
    case request(Attempt, ClientWish)
    case reply(Attempt, ClientReply)
    case impatience(Attempt)
    case nextOperation(client: Int)

    // What breaks, and mends.
    case fault
    case faultEnds(number: Int)
    case operatorActs
    /// Looks whether all nodes agree by now.
    case inspection
}

extension WorldEvent {
    /// What kind of event it is and whom it concerns, in a number.
    var code: UInt64 {
        let (kind, place): (UInt64, Int) =
            switch self {
            case .start(let slot): (1, slot)
            case .tick(let life): (2, life.code)
            case .turn(let life): (3, life.code)
            case .resume(let slot): (4, slot)
            case .logWrite(let life): (5, life.code)
            case .logSync(let life): (6, life.code)
            case .logDurable(let life, _): (7, life.code)
            case .logFailed(let life, _): (8, life.code)
            case .logRead(let life, _): (9, life.code)
            case .logReadToApply(let life, _): (10, life.code)
            case .stateWrite(let life): (11, life.code)
            case .checkpoint(let life): (12, life.code)
            case .parcel(let parcel): (13, Int(parcel.from) << 16 | Int(parcel.to))
            case .unreachable(let life, let peer): (14, life.code << 8 | peer)
            case .request(let attempt, _): (15, attempt.code)
            case .reply(let attempt, _): (16, attempt.code)
            case .impatience(let attempt): (17, attempt.code)
            case .nextOperation(let client): (18, client)
            case .fault: (19, 0)
            case .faultEnds(let number): (20, number)
            case .inspection: (21, 0)
            case .operatorActs: (28, 0)
            case .logCompacted(let life, _): (22, life.code)
            case .stateExchanged(let life, _): (23, life.code)
            case .copyTaken(let life, _): (24, life.code)
            case .chunkRead(let life, _, _, _): (25, life.code)
            case .fetchBegun(let life, _): (26, life.code)
            case .chunkWritten(let life, _, _): (27, life.code)
            }
        return kind << 56 ^ UInt64(truncatingIfNeeded: place)
    }
}

extension Life {
    fileprivate var code: Int { Int(slot) << 24 | Int(number) }
}

extension Attempt {
    fileprivate var code: Int { Int(client) << 40 | Int(slot) << 32 | Int(number) }
}

extension WorldEvent {
    /// The node whose process must run for this to happen.
    var processSlot: Int? {
        switch self {
        case .tick(let life), .turn(let life), .logWrite(let life), .logSync(let life),
            .logDurable(let life, _), .logFailed(let life, _), .logRead(let life, _),
            .logReadToApply(let life, _), .logCompacted(let life, _), .stateWrite(let life),
            .checkpoint(let life), .stateExchanged(let life, _), .copyTaken(let life, _),
            .chunkRead(let life, _, _, _), .fetchBegun(let life, _),
            .chunkWritten(let life, _, _), .unreachable(let life, _):
            Int(life.slot)
        case .parcel(let parcel): Int(parcel.to)
        case .request(let attempt, _): Int(attempt.slot)
        case .start, .resume, .reply, .impatience, .nextOperation, .fault, .faultEnds,
            .inspection, .operatorActs:
            nil
        }
    }
}

/// What will happen in a world of nodes.
typealias EventQueue = TimedQueue<WorldEvent>
