package import Ledger
import Raft

@testable import Replica

extension InMemoryLedgerState: ReplicaState {
    package typealias Transaction = Position

    package mutating func seal(
        term: UInt64,
        membership: [UInt8]
    ) -> Position { header.position }
}

/// Whole replicas in one thread: every message, log write and clock is in the test's hand.
struct TestCluster {
    typealias Core = ReplicaCore<InMemoryLedgerState>

    var nodes: [NodeID: Core] = [:]
    let ids: [NodeID]
    /// One clock for all: nobody compares readings of two nodes.
    var now = NodeInstant(nanoseconds: 1_000_000_000)
    var wall: UInt64 = 1_700_000_000_000_000
    var verdicts: [SubmitToken: SubmitVerdict] = [:]
    var reads: [ReadTicket: ReadVerdict] = [:]
    var inbox: [(to: NodeID, input: ReplicaInput)] = []
    var cut: Set<NodeID> = []
    var admin: [AdminToken: AdminResult] = [:]
    /// Copies of states that were taken, by the node that has them.
    var copies: [NodeID: [LogPosition: InMemoryLedgerState]] = [:]
    /// Which piece of a state is lost on its way, by its number; each once.
    var lostChunks: Set<Int> = []
    var sentChunks = 0
    /// Offsets that were asked for, in order.
    var requestedOffsets: [UInt64] = []
    var installs: [NodeID] = []
    /// A copy's length; its contents stand for the state they name.
    static let copyBytes: UInt64 = 2_500_000
    private var lastToken: UInt64 = 0

    static let tick: UInt64 = 10_000_000

    init(_ count: Int, spares: Int = 0, change: (inout ReplicaSettings) -> Void = { _ in }) throws {
        ids = (1...count + spares).compactMap { NodeID("n\($0)") }
        let configuration = Configuration(voters: Array(ids.prefix(count))) ?? .empty
        for (seed, id) in ids.enumerated() {
            var settings = ReplicaSettings(
                raft: RaftConfiguration(id: id, electionTicks: 30, heartbeatTicks: 5)
            )
            change(&settings)
            nodes[id] = try Core(
                settings: settings,
                restoring: RestoredState(
                    configuration: seed < count ? configuration : .empty
                ),
                appliedIn: 0,
                seed: UInt64(seed),
                state: InMemoryLedgerState()
            )
        }
    }

    /// A new life of a node, which has forgotten everything but what is given.
    mutating func restart(_ id: NodeID, entries: [Entry] = [], term: Term = 0) throws {
        nodes[id] = try Core(
            settings: ReplicaSettings(
                raft: RaftConfiguration(id: id, electionTicks: 30, heartbeatTicks: 5)
            ),
            restoring: RestoredState(
                configuration: Configuration(voters: ids) ?? .empty,
                hardState: HardState(term: term),
                entries: entries,
                appliedIndex: 0
            ),
            appliedIn: 0,
            seed: 4_711,
            state: InMemoryLedgerState()
        )
    }

    var leader: NodeID? {
        ids.filter { !cut.contains($0) && nodes[$0]?.raftStatus.role == .leader }
            .max { (nodes[$0]?.raftStatus.term ?? 0) < (nodes[$1]?.raftStatus.term ?? 0) }
    }

    var followers: [NodeID] { ids.filter { $0 != leader && !cut.contains($0) } }

    mutating func step(_ id: NodeID, _ input: ReplicaInput) {
        nodes[id]?.step(input, now: now)
    }

    /// One turn of a node: its effects are carried out at once, its messages are queued.
    mutating func flush(_ id: NodeID) {
        var effects = ReplicaEffects()
        nodes[id]?.flush(now: now, wallMicroseconds: wall, into: &effects)
        for batch in effects.persist {
            if let install = batch.install { finish(install, on: id) }
            inbox.append((id, .storageDone(batch.ticket)))
        }
        carryStates(effects, of: id)
        for (token, result) in effects.admin { admin[token] = result }
        for envelope in effects.send where !cut.contains(id) && !cut.contains(envelope.to) {
            inbox.append((envelope.to, .raft(envelope)))
        }
        for (peer, message) in effects.peerMessages where !cut.contains(id) && !cut.contains(peer) {
            if isLost(message) { continue }
            inbox.append((peer, .peer(message, from: id)))
        }
        for (token, verdict) in effects.verdicts { verdicts[token] = verdict }
        for (ticket, verdict) in effects.reads { reads[ticket] = verdict }
    }

    private mutating func isLost(_ message: PeerMessage) -> Bool {
        switch message {
        case .snapshotRequest(_, let offset):
            requestedOffsets.append(offset)
            return false
        case .snapshotChunk:
            sentChunks += 1
            return lostChunks.remove(sentChunks) != nil
        default:
            return false
        }
    }

    /// What the disks would do with copies of states and their pieces, at once.
    private mutating func carryStates(_ effects: ReplicaEffects, of id: NodeID) {
        guard let node = nodes[id] else { return }
        for peer in effects.takeSnapshots {
            copies[id, default: [:]][node.appliedPosition] = node.state
            inbox.append(
                (id, .snapshotTaken(peer: peer, node.appliedPosition, node.appliedConfiguration))
            )
        }
        if let fetch = effects.beginFetch {
            inbox.append((id, .fetchBegun(fetch.last, offset: 0)))
        }
        for (peer, position, offset) in effects.readChunks {
            let isThere = copies[id]?[position] != nil
            inbox.append(
                (id, .chunkRead(peer: peer, position, isThere ? Self.chunk(at: offset) : nil))
            )
        }
        for (position, chunk) in effects.writeChunks {
            inbox.append(
                (
                    id,
                    chunk.end == chunk.totalBytes
                        ? .fetchCompleted(position) : .chunkWritten(position, offset: chunk.end)
                )
            )
        }
    }

    private static func chunk(at offset: UInt64) -> SnapshotChunk {
        let count = Int(min(256 << 10, copyBytes - offset))
        return SnapshotChunk(
            offset: offset,
            totalBytes: copyBytes,
            totalChecksum: 1,
            checksum: 2,
            bytes: [UInt8](repeating: 3, count: count)
        )
    }

    private mutating func finish(_ install: SnapshotInstall, on id: NodeID) {
        let copy = ids.lazy.compactMap { [copies] in copies[$0]?[install.last] }.first
        guard let copy else { return }
        installs.append(id)
        nodes[id]?.finishInstall(copy)
    }

    /// Drops the log of every node up to where it is applied.
    mutating func compactAll() {
        for id in ids where !cut.contains(id) {
            guard let applied = nodes[id]?.appliedIndex, applied > 0 else { continue }
            step(id, .compacted(through: applied))
        }
        settle()
    }

    /// Asks a node as an admin would, and runs until it answers.
    mutating func administer(_ request: AdminRequest, at id: NodeID) -> AdminResult? {
        lastToken += 1
        let token = AdminToken(rawValue: lastToken)
        step(
            id,
            .administer(token, request, deadline: now.advanced(byNanoseconds: 2_000_000_000))
        )
        settle()
        for _ in 0..<300 where admin[token] == nil { run(ticks: 1) }
        return admin[token]
    }

    /// Delivers what is queued, and what that leads to, until nothing is.
    mutating func settle() {
        for id in ids { flush(id) }
        while !inbox.isEmpty {
            let batch = inbox
            inbox = []
            for (id, input) in batch { step(id, input) }
            for id in ids { flush(id) }
        }
    }

    /// Moves the clocks on, tick by tick, delivering everything in between.
    mutating func run(ticks: Int) {
        for _ in 0..<ticks {
            now = now.advanced(byNanoseconds: Self.tick)
            wall += Self.tick / 1_000
            for id in ids { step(id, .tick) }
            settle()
        }
    }

    /// Runs until somebody leads whom a majority can reach.
    mutating func electLeader() throws -> NodeID {
        for _ in 0..<500 {
            run(ticks: 1)
            if let leader, nodes[leader]?.appliedIndex ?? 0 > 0 { return leader }
        }
        throw NoLeader()
    }

    struct NoLeader: Error {}

    mutating func submit(
        _ command: Command,
        id: String,
        at node: NodeID,
        patience: UInt64 = 30_000_000_000
    ) -> SubmitToken {
        lastToken += 1
        let token = SubmitToken(rawValue: lastToken)
        let request = Request(
            id: RequestID(unchecked: id),
            actor: Actor(unchecked: "test"),
            command: command
        )
        var entry: [UInt8] = []
        LedgerEntry.encode(request, into: &entry)
        step(
            node,
            .submit(token, entry: entry, deadline: now.advanced(byNanoseconds: patience))
        )
        return token
    }

    /// Submits and runs until there is a verdict.
    mutating func execute(_ command: Command, id: String, at node: NodeID) -> SubmitResult? {
        let token = submit(command, id: id, at: node)
        settle()
        for _ in 0..<600 where verdicts[token] == nil { run(ticks: 1) }
        guard case .result(let result) = verdicts[token] else { return nil }
        return result
    }

    /// The age a node would claim now.
    func age(_ id: NodeID) -> UInt64? {
        nodes[id]?.completeAsOf.map { now.nanoseconds(since: $0) }
    }
}

extension SubmitResult {
    var answer: Answer? {
        if case .answered(let answer) = self { answer } else { nil }
    }
}

extension Command {
    static func item(_ sku: String) -> Command {
        .upsertItem(UpsertItem(sku: SKU(unchecked: sku), title: sku))
    }

    static func place(_ id: String) -> Command {
        .upsertLocation(UpsertLocation(id: LocationID(unchecked: id), name: id))
    }

    static func receive(_ quantity: Quantity, _ sku: String, at location: String) -> Command {
        .receive(Receive(lines: [.init(sku, location, quantity)]))
    }

    static func reserve(
        _ id: String,
        _ quantity: Quantity,
        _ sku: String,
        at location: String,
        ttl: UInt64 = 60_000
    ) -> Command {
        .reserve(
            Reserve(
                reservation: ReservationID(unchecked: id),
                owner: Owner(kind: .customer, reference: Reference(unchecked: "c1")),
                lines: [.init(sku, location, quantity)],
                ttl: Milliseconds(ttl)
            )
        )
    }
}

extension StockLine {
    init(_ sku: String, _ location: String, _ quantity: Quantity) {
        self.init(
            sku: SKU(unchecked: sku),
            location: LocationID(unchecked: location),
            quantity: quantity
        )
    }
}

/// `#require` for what a mutating call gave, which the macro can't take in.
func unwrap<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw MissingValue() }
    return value
}

struct MissingValue: Error {}
