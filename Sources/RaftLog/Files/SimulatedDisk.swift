import Threads

/// The state behind ``FaultyFileSystem``: files by number, names, and what is not durable yet.
struct SimulatedDisk: Sendable {
    /// A file's bytes as seen, as durable, and the way from the latter to the former.
    private struct Node: Sendable {
        var seen: [UInt8] = []
        var durable: [UInt8] = []
        var pending: [Change] = []
        var openCount = 0
    }

    /// A write that is not durable, or a change of length.
    private struct Change: Sendable {
        var order: Int
        var offset: Int
        var bytes: [UInt8]
        var newSize: Int?
    }

    /// A change of names that survives a crash whole or not at all.
    private typealias NameChange = [(path: String, node: Int?)]

    private(set) var names: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    private var pendingNames: [NameChange] = []
    private var nodes: [Int: Node] = [:]
    private var nextNode = 1
    private var nextOrder = 1

    /// Counts crashes, so that files opened before one are known.
    private(set) var life = 0
    var locks: Set<String> = []
    var syncFault: DiskFault?
    var writeFault: DiskFault?
    /// The call at which the power goes; after it nothing works until the crash is over.
    var powerFault: DiskFault?
    var hasLostPower = false
    var capacityBytes: Int?

    init(image: [String: [UInt8]]) {
        for (path, bytes) in image.sorted(by: { $0.key < $1.key }) {
            nodes[nextNode] = Node(seen: bytes, durable: bytes)
            names[path] = nextNode
            nextNode += 1
        }
        durableNames = names
    }

    // MARK: Names

    mutating func openNode(_ path: String, create: Bool) throws(FileSystemError) -> Int {
        if let node = names[path] {
            nodes[node, default: Node()].openCount += 1
            return node
        }
        guard create else { throw FileSystemError(.open, path, .notFound) }
        try drawPower(.open, path)
        let node = nextNode
        nextNode += 1
        nodes[node] = Node(openCount: 1)
        setName(path, node)
        return node
    }

    mutating func closeNode(_ node: Int) {
        nodes[node]?.openCount -= 1
        forgetUnreachableNodes()
    }

    mutating func setName(_ path: String, _ node: Int?) {
        names[path] = node
        pendingNames.append([(path, node)])
    }

    mutating func joinLastTwoNameChanges() {
        guard let last = pendingNames.popLast(), var joined = pendingNames.popLast() else { return }
        joined += last
        pendingNames.append(joined)
    }

    mutating func commitNames() {
        durableNames = names
        pendingNames = []
        forgetUnreachableNodes()
    }

    private mutating func forgetUnreachableNodes() {
        let named = Set(names.values).union(durableNames.values)
        let pending = Set(pendingNames.joined().compactMap(\.node))
        nodes = nodes.filter {
            $0.value.openCount > 0 || named.contains($0.key) || pending.contains($0.key)
        }
    }

    // MARK: Contents

    func contents(of node: Int) -> [UInt8] { nodes[node]?.seen ?? [] }

    mutating func write(
        _ bytes: [UInt8],
        to node: Int,
        at offset: Int,
        path: String
    ) throws(FileSystemError) {
        guard !hasLostPower else { throw FileSystemError(.write, path, .powerLost) }
        var taken = bytes
        var failure: FileSystemError?
        if let fault = writeFault?.strike(path) {
            taken = Array(bytes.prefix(fault.keptBytes))
            failure = FileSystemError(.write, path, .other("simulated fault"))
            writeFault = nil
        }
        // What the power cut interrupts may be there in part, like all that was not synced.
        do { try drawPower(.write, path) } catch { failure = error }
        let growth = offset + taken.count - contents(of: node).count
        try checkRoom(for: growth, .write, path)
        if !taken.isEmpty {
            let change = Change(order: nextOrder, offset: offset, bytes: taken)
            nextOrder += 1
            nodes[node]?.pending.append(change)
            Self.apply(change, to: &nodes[node, default: Node()].seen)
        }
        if let failure { throw failure }
    }

    mutating func truncate(_ node: Int, to size: Int, path: String) throws(FileSystemError) {
        try drawPower(.truncate, path)
        try checkRoom(for: size - contents(of: node).count, .truncate, path)
        let change = Change(order: nextOrder, offset: 0, bytes: [], newSize: size)
        nextOrder += 1
        nodes[node]?.pending.append(change)
        Self.apply(change, to: &nodes[node, default: Node()].seen)
    }

    mutating func sync(_ node: Int, path: String) throws(FileSystemError) {
        try drawPower(.sync, path)
        let pending = nodes[node]?.pending ?? []
        nodes[node]?.pending = []
        // On a fault the pages count as clean from now on: readable, and lost at a power cut.
        try takeSyncFault(.sync, path)
        for change in pending { Self.apply(change, to: &nodes[node, default: Node()].durable) }
    }

    mutating func takeSyncFault(
        _ operation: FileSystemError.Operation,
        _ path: String
    ) throws(FileSystemError) {
        guard syncFault?.strike(path) != nil else { return }
        syncFault = nil
        throw FileSystemError(operation, path, .other("simulated fault"))
    }

    /// Counts a call that changes the disk; fails from the one on at which the power goes.
    mutating func drawPower(
        _ operation: FileSystemError.Operation,
        _ path: String
    ) throws(FileSystemError) {
        if powerFault?.strike(path) != nil {
            powerFault = nil
            hasLostPower = true
        }
        guard hasLostPower else { return }
        throw FileSystemError(operation, path, .powerLost)
    }

    private func checkRoom(
        for growth: Int,
        _ operation: FileSystemError.Operation,
        _ path: String
    ) throws(FileSystemError) {
        guard growth > 0, let capacityBytes, usedBytes + growth > capacityBytes else { return }
        throw FileSystemError(operation, path, .noSpace)
    }

    private static func apply(_ change: Change, to bytes: inout [UInt8]) {
        let end = change.newSize ?? change.offset + change.bytes.count
        if let newSize = change.newSize, newSize < bytes.count {
            bytes.removeLast(bytes.count - newSize)
        } else if bytes.count < end {
            bytes.append(contentsOf: repeatElement(0, count: end - bytes.count))
        }
        let range = change.offset..<change.offset + change.bytes.count
        bytes.replaceSubrange(range, with: change.bytes)
    }

    // MARK: What a test does

    var usedBytes: Int { names.values.reduce(0) { $0 + contents(of: $1).count } }

    var unsyncedBytes: Int {
        nodes.values.reduce(0) { $0 + $1.pending.reduce(0) { $0 + $1.bytes.count } }
    }

    func image() -> [String: [UInt8]] { names.mapValues { contents(of: $0) } }

    mutating func corrupt(_ path: String, at offset: Int, flipping bits: UInt8) {
        guard let node = names[path] else { return }
        nodes[node]?.seen[offset] ^= bits
        nodes[node]?.durable[offset] ^= bits
    }

    mutating func crash(_ loss: FaultyFileSystem.Loss) {
        life += 1
        locks = []
        powerFault = nil
        hasLostPower = false
        for node in nodes.keys { nodes[node]?.openCount = 0 }
        switch loss {
        case .nothing: break
        case .everything: lose(names: pendingNames.count) { _ in [] }
        case .afterBytes(let bytes): lose(afterBytes: bytes)
        case .arbitrary(let seed): loseArbitrarily(seed)
        }
        forgetUnreachableNodes()
    }

    /// Ends all that is pending: the last `count` changes of names, and of each unsynced write all
    /// but what `surviving` gives.
    private mutating func lose(names count: Int, surviving: (Change) -> [Change]) {
        for change in pendingNames.dropLast(count).joined() {
            durableNames[change.path] = change.node
        }
        pendingNames = []
        names = durableNames
        let pending = nodes.flatMap { node in node.value.pending.map { (node.key, $0) } }
        for (node, change) in pending.sorted(by: { $0.1.order < $1.1.order }) {
            for part in surviving(change) {
                Self.apply(part, to: &nodes[node, default: Node()].durable)
            }
        }
        for node in nodes.keys {
            let durable = nodes[node]?.durable ?? []
            nodes[node]?.pending = []
            nodes[node]?.seen = durable
        }
    }

    private mutating func lose(afterBytes bytes: Int) {
        var room = bytes
        lose(names: 0) { change in
            var kept = change
            kept.bytes = Array(change.bytes.prefix(room))
            room -= kept.bytes.count
            return [kept]
        }
    }

    private mutating func loseArbitrarily(_ seed: UInt64) {
        var random = SplitMix64(state: seed)
        let lostNames = Int.random(in: 0...pendingNames.count, using: &random)
        // All kept, all lost or a mixture: the extremes are likelier than chance would have them.
        let keptOfFour = Int.random(in: 0...4, using: &random)
        lose(names: lostNames) { change in
            guard change.newSize == nil else {
                return Int.random(in: 0..<4, using: &random) < keptOfFour ? [change] : []
            }
            return Self.sectors(of: change).filter { _ in
                Int.random(in: 0..<4, using: &random) < keptOfFour
            }
        }
    }

    /// Cuts a write where the disk might: at multiples of a sector.
    private static func sectors(of change: Change) -> [Change] {
        let end = change.offset + change.bytes.count
        var parts: [Change] = []
        var start = change.offset
        while start < end {
            let next = min(end, (start / sectorBytes + 1) * sectorBytes)
            let bytes = change.bytes[(start - change.offset)..<(next - change.offset)]
            parts.append(Change(order: change.order, offset: start, bytes: Array(bytes)))
            start = next
        }
        return parts
    }
}

/// A fault that strikes once, after some calls that succeed.
struct DiskFault: Sendable {
    var remaining: Int
    var part: String
    var keptBytes = 0

    /// Counts a call on `path`, and gives the fault if this is the call that fails.
    mutating func strike(_ path: String) -> Self? {
        guard part.isEmpty || path.contains(part) else { return nil }
        defer { remaining -= 1 }
        return remaining == 0 ? self : nil
    }
}

/// What a disk writes as a whole.
private let sectorBytes = 512

/// A small generator for reproducible damage (Steele, Lea and Flood, 2014).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension FileSystemError.Reason {
    fileprivate static let powerLost = Self.other("the power is gone")
}
