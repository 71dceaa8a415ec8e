import Foundation
import RaftLog
import Synchronization

/// The operating system's files, with a power cut at a chosen call.
///
/// From that call on nothing works. ``restore(keepingNames:)`` then takes back what a real cut could
/// take: of the changes of names since their directory was synced all but the first few, and all that
/// was written to files since their own sync.
final class PowerCutFileSystem: FileSystem {
    private let real = PosixFileSystem()
    private let state = Mutex(State())

    private struct State {
        var callsLeft = Int.max
        var isCut = false
        var calls = 0
        /// How to take back changes of names, in the order in which they were made.
        var undo: [@Sendable () -> Void] = []
        var backups: [String] = []
        /// What files had when they were synced last, of those written since.
        var unsynced: [String: [UInt8]] = [:]
    }

    /// The power goes after so many further calls that change anything.
    func cut(after calls: Int) { state.withLock { $0.callsLeft = calls } }

    var isCut: Bool { state.withLock { $0.isCut } }
    /// Calls so far that changed anything.
    var calls: Int { state.withLock { $0.calls } }
    /// Changes of names that a cut could take back now.
    var pendingNames: Int { state.withLock { $0.undo.count } }

    /// Lets the cut have its effect, and the power come back.
    func restore(keepingNames kept: Int) {
        let state = self.state.withLock { state in
            let old = state
            state = State()
            return old
        }
        for undo in state.undo.dropFirst(kept).reversed() { undo() }
        for (path, bytes) in state.unsynced where FileManager.default.fileExists(atPath: path) {
            try? Data(bytes).write(to: URL(filePath: path))
        }
        for backup in state.backups { unlink(backup) }
    }

    fileprivate func draw(
        _ operation: FileSystemError.Operation,
        _ path: String
    )
        throws(FileSystemError)
    {
        let isCut = state.withLock { state in
            if state.callsLeft <= 0 { state.isCut = true }
            state.callsLeft -= 1
            state.calls += 1
            return state.isCut
        }
        if isCut { throw FileSystemError(operation, path, .other("the power is gone")) }
    }

    private func note(_ undo: @escaping @Sendable () -> Void) {
        state.withLock { $0.undo.append(undo) }
    }

    /// A second name for a file outside of its directory, so that it can come back; nil where there is
    /// no file.
    private func backUp(_ path: String) -> String? {
        let home = URL(filePath: path).deletingLastPathComponent().deletingLastPathComponent()
        let backup = home.appending(path: "backup-\(UUID().uuidString)").path
        guard link(path, backup) == 0 else { return nil }
        state.withLock { $0.backups.append(backup) }
        return backup
    }

    fileprivate func willWrite(_ path: String, _ file: any LogFile) throws(FileSystemError) {
        let isKnown = state.withLock { $0.unsynced[path] != nil }
        guard !isKnown else { return }
        let bytes = try file.read(at: 0, count: try file.size())
        state.withLock { $0.unsynced[path] = bytes }
    }

    fileprivate func didSync(_ path: String) {
        state.withLock { $0.unsynced[path] = nil }
    }

    // MARK: FileSystem

    func createDirectory(_ path: String) throws(FileSystemError) {
        try real.createDirectory(path)
    }

    func open(_ path: String, create: Bool) throws(FileSystemError) -> any LogFile {
        let wasThere = try real.exists(path)
        let isNew = create && !wasThere
        if isNew { try draw(.open, path) }
        let file = try real.open(path, create: create)
        if isNew { note { unlink(path) } }
        return PowerCutFile(file, on: self)
    }

    func exists(_ path: String) throws(FileSystemError) -> Bool { try real.exists(path) }

    func rename(_ old: String, to new: String) throws(FileSystemError) {
        try draw(.rename, old)
        let replaced = backUp(new)
        try real.rename(old, to: new)
        note {
            _ = Glibc.rename(new, old)
            if let replaced { link(replaced, new) }
        }
    }

    func remove(_ path: String) throws(FileSystemError) {
        try draw(.remove, path)
        let removed = backUp(path)
        try real.remove(path)
        note {
            if let removed { link(removed, path) }
        }
    }

    func list(_ directory: String) throws(FileSystemError) -> [String] {
        try real.list(directory)
    }

    func syncDirectory(_ path: String) throws(FileSystemError) {
        try draw(.syncDirectory, path)
        state.withLock { $0.undo = [] }
    }

    func lock(_ path: String) throws(FileSystemError) -> (any FileLock)? { try real.lock(path) }
}

private final class PowerCutFile: LogFile {
    private let file: any LogFile
    private let system: PowerCutFileSystem

    init(_ file: any LogFile, on system: PowerCutFileSystem) {
        self.file = file
        self.system = system
    }

    var path: String { file.path }

    func size() throws(FileSystemError) -> Int { try file.size() }

    func read(at offset: Int, count: Int) throws(FileSystemError) -> [UInt8] {
        try file.read(at: offset, count: count)
    }

    func write(_ bytes: RawSpan, at offset: Int) throws(FileSystemError) {
        try system.draw(.write, path)
        try system.willWrite(path, file)
        try file.write(bytes, at: offset)
    }

    func truncate(to size: Int) throws(FileSystemError) {
        try system.draw(.truncate, path)
        try system.willWrite(path, file)
        try file.truncate(to: size)
    }

    func sync() throws(FileSystemError) {
        try system.draw(.sync, path)
        system.didSync(path)
    }
}
