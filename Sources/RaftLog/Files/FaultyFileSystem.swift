import Synchronization
import Threads

/// A file system in memory that crashes and fails on request: the disk of tests and simulations.
///
/// It keeps apart what a program sees (the page cache) and what a power cut would leave. A write
/// becomes durable with the file's `sync`, a name with its directory's. A `sync` that fails leaves
/// its writes readable yet never durable, even if a later `sync` succeeds, as Linux does.
/// After ``crash(_:)`` every file opened before is dead.
package final class FaultyFileSystem: FileSystem {
    let disk: Mutex<SimulatedDisk>
    /// The part of paths whose syncs don't return for now.
    private let stalled = Monitor<String?>(nil)

    /// A disk holding `image` durably, as ``image()`` gave it; empty by default.
    package init(image: [String: [UInt8]] = [:]) {
        disk = Mutex(SimulatedDisk(image: image))
    }

    package func createDirectory(_ path: String) throws(FileSystemError) {}

    package func open(_ path: String, create: Bool) throws(FileSystemError) -> any LogFile {
        try disk.withLock { disk throws(FileSystemError) in
            let node = try disk.openNode(path, create: create)
            return SimulatedFile(system: self, path: path, node: node, life: disk.life)
        }
    }

    package func exists(_ path: String) throws(FileSystemError) -> Bool {
        disk.withLock { $0.names[path] != nil }
    }

    package func rename(_ old: String, to new: String) throws(FileSystemError) {
        try disk.withLock { disk throws(FileSystemError) in
            guard let node = disk.names[old] else {
                throw FileSystemError(.rename, old, .notFound)
            }
            try disk.drawPower(.rename, old)
            disk.setName(old, nil)
            disk.setName(new, node)
            // One journal transaction: a crash keeps both or neither.
            disk.joinLastTwoNameChanges()
        }
    }

    package func remove(_ path: String) throws(FileSystemError) {
        try disk.withLock { disk throws(FileSystemError) in
            guard disk.names[path] != nil else {
                throw FileSystemError(.remove, path, .notFound)
            }
            try disk.drawPower(.remove, path)
            disk.setName(path, nil)
        }
    }

    package func list(_ directory: String) throws(FileSystemError) -> [String] {
        let prefix = directory + "/"
        return disk.withLock { disk in
            disk.names.keys.filter { $0.hasPrefix(prefix) }
                .map { String($0.dropFirst(prefix.count)) }.sorted()
        }
    }

    package func syncDirectory(_ path: String) throws(FileSystemError) {
        waitWhileStalled(path)
        try disk.withLock { disk throws(FileSystemError) in
            try disk.drawPower(.syncDirectory, path)
            try disk.takeSyncFault(.syncDirectory, path)
            disk.commitNames()
        }
    }

    package func lock(_ path: String) throws(FileSystemError) -> (any FileLock)? {
        disk.withLock { disk in
            guard disk.locks.insert(path).inserted else { return nil }
            return SimulatedLock(system: self, path: path, life: disk.life)
        }
    }
}

// MARK: - What a test does to it

extension FaultyFileSystem {
    /// What a crash takes of everything that was not synced.
    package enum Loss: Sendable {
        /// The process died, the machine did not: nothing that was written is lost.
        case nothing
        /// A power cut that loses all of it.
        case everything
        /// A power cut that keeps this many bytes of it, in the order they were written.
        case afterBytes(Int)
        /// A power cut that keeps an arbitrary part, sector by sector, decided by a seed.
        case arbitrary(seed: UInt64)
    }

    /// Ends every open file and lock, as the end of the process would, and loses what was unsynced.
    package func crash(_ loss: Loss) { disk.withLock { $0.crash(loss) } }

    /// Makes one `sync`, the one after `successes` further ones, of a path containing `part` fail.
    package func failSync(after successes: Int = 0, of part: String = "") {
        disk.withLock { $0.syncFault = DiskFault(remaining: successes, part: part) }
    }

    /// Makes one write fail, of a path containing `part`, having written `keptBytes` of it.
    package func failWrite(
        after successes: Int = 0,
        of part: String = "",
        keptBytes: Int = 0
    ) {
        disk.withLock {
            $0.writeFault = DiskFault(remaining: successes, part: part, keptBytes: keptBytes)
        }
    }

    /// Takes the power away in the middle of a call that changes the disk, after `calls` more of them.
    ///
    /// From then on every such call fails, until ``crash(_:)`` decides what has survived.
    package func failPower(after calls: Int) {
        disk.withLock { $0.powerFault = DiskFault(remaining: calls, part: "") }
    }

    /// Whether the power is gone and the crash is still to come.
    package var hasLostPower: Bool { disk.withLock { $0.hasLostPower } }

    /// Takes back every fault that has not struck yet.
    package func cancelFaults() {
        disk.withLock { disk in
            disk.syncFault = nil
            disk.writeFault = nil
            disk.powerFault = nil
        }
    }

    /// Lets no `sync` of a path containing `part` return, until this is called with `nil`.
    package func stallSyncs(of part: String?) { stalled.update { $0 = part } }

    fileprivate func waitWhileStalled(_ path: String) {
        stalled.wait { stalled -> Void? in
            guard let stalled, path.contains(stalled) else { return () }
            return nil
        }
    }

    /// Limits what all files may hold together; `nil` for no limit.
    package func setCapacity(_ bytes: Int?) { disk.withLock { $0.capacityBytes = bytes } }

    /// Flips bits of one byte of a file, on the disk and in the cache.
    package func corrupt(_ path: String, at offset: Int, flipping bits: UInt8) {
        disk.withLock { $0.corrupt(path, at: offset, flipping: bits) }
    }

    /// How many bytes were written since the syncs that would have made them durable.
    package var unsyncedBytes: Int { disk.withLock { $0.unsyncedBytes } }

    /// How many bytes all files hold together.
    package var usedBytes: Int { disk.withLock { $0.usedBytes } }

    /// How many bytes more all files may hold.
    package var freeBytes: Int {
        disk.withLock { disk in disk.capacityBytes.map { max(0, $0 - disk.usedBytes) } ?? .max }
    }

    /// Every file as a program sees it now.
    package func image() -> [String: [UInt8]] { disk.withLock { $0.image() } }
}

/// A file of the simulated disk; dead once the disk has crashed.
private final class SimulatedFile: LogFile {
    let path: String
    private let system: FaultyFileSystem
    private let node: Int
    private let life: Int

    init(system: FaultyFileSystem, path: String, node: Int, life: Int) {
        self.system = system
        self.path = path
        self.node = node
        self.life = life
    }

    deinit { system.disk.withLock { if $0.life == life { $0.closeNode(node) } } }

    private func live<Result>(
        _ operation: FileSystemError.Operation,
        _ body: (inout SimulatedDisk) throws(FileSystemError) -> Result
    ) throws(FileSystemError) -> Result {
        try system.disk.withLock { disk throws(FileSystemError) in
            guard disk.life == life else {
                throw FileSystemError(operation, path, .other("the machine went down"))
            }
            return try body(&disk)
        }
    }

    func size() throws(FileSystemError) -> Int {
        try live(.stat) { disk throws(FileSystemError) in disk.contents(of: node).count }
    }

    func read(at offset: Int, count: Int) throws(FileSystemError) -> [UInt8] {
        try live(.read) { disk throws(FileSystemError) in
            Array(disk.contents(of: node).dropFirst(offset).prefix(count))
        }
    }

    func write(_ bytes: RawSpan, at offset: Int) throws(FileSystemError) {
        let bytes = bytes.withUnsafeBytes { Array($0) }
        try live(.write) { disk throws(FileSystemError) in
            try disk.write(bytes, to: node, at: offset, path: path)
        }
    }

    func truncate(to size: Int) throws(FileSystemError) {
        try live(.truncate) { disk throws(FileSystemError) in
            try disk.truncate(node, to: size, path: path)
        }
    }

    func sync() throws(FileSystemError) {
        system.waitWhileStalled(path)
        try live(.sync) { disk throws(FileSystemError) in try disk.sync(node, path: path) }
    }
}

/// A lock of the simulated disk; a crash has released it.
private final class SimulatedLock: FileLock {
    private let system: FaultyFileSystem
    private let path: String
    private let life: Int

    init(system: FaultyFileSystem, path: String, life: Int) {
        self.system = system
        self.path = path
        self.life = life
    }

    deinit { release() }

    func release() {
        system.disk.withLock { disk in
            // A crash has released it, and it may be somebody else's now.
            if disk.life == life { disk.locks.remove(path) }
        }
    }
}
