import Glibc
import Synchronization

/// The operating system's files.
package struct PosixFileSystem: FileSystem {
    package init() {}

    package func createDirectory(_ path: String) throws(FileSystemError) {
        var parent = path.hasPrefix("/") ? "/" : "."
        for part in path.split(separator: "/") {
            let made = parent == "/" ? "/\(part)" : "\(parent)/\(part)"
            if mkdir(made, 0o750) == 0 {
                try syncDirectory(parent)
            } else if errno != EEXIST {
                throw FileSystemError(.createDirectory, made, errno: errno)
            }
            parent = made
        }
    }

    package func open(_ path: String, create: Bool) throws(FileSystemError) -> any LogFile {
        let flags = O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0)
        let descriptor = retrying { Glibc.open(path, flags, 0o640) }
        guard descriptor >= 0 else { throw FileSystemError(.open, path, errno: errno) }
        return PosixFile(path: path, descriptor: descriptor)
    }

    package func exists(_ path: String) throws(FileSystemError) -> Bool {
        guard access(path, F_OK) != 0 else { return true }
        guard errno == ENOENT else { throw FileSystemError(.stat, path, errno: errno) }
        return false
    }

    package func rename(_ old: String, to new: String) throws(FileSystemError) {
        guard Glibc.rename(old, new) == 0 else { throw FileSystemError(.rename, old, errno: errno) }
    }

    package func remove(_ path: String) throws(FileSystemError) {
        guard unlink(path) == 0 else { throw FileSystemError(.remove, path, errno: errno) }
    }

    package func list(_ directory: String) throws(FileSystemError) -> [String] {
        guard let stream = opendir(directory) else {
            throw FileSystemError(.list, directory, errno: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw FileSystemError(.list, directory, errno: errno) }
        return names.sorted()
    }

    package func syncDirectory(_ path: String) throws(FileSystemError) {
        let descriptor = retrying { Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw FileSystemError(.syncDirectory, path, errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw FileSystemError(.syncDirectory, path, errno: errno)
        }
    }

    package func lock(_ path: String) throws(FileSystemError) -> (any FileLock)? {
        let descriptor = retrying { Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640) }
        guard descriptor >= 0 else { throw FileSystemError(.lock, path, errno: errno) }
        if retrying({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 {
            return PosixFileLock(descriptor: descriptor)
        }
        let code = errno
        close(descriptor)
        if code == EWOULDBLOCK { return nil }
        throw FileSystemError(.lock, path, errno: code)
    }
}

/// An open descriptor; `pread` and `pwrite` need no shared position, so any thread may use it.
private final class PosixFile: LogFile {
    let path: String
    private let descriptor: CInt

    init(path: String, descriptor: CInt) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    func size() throws(FileSystemError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw FileSystemError(.stat, path, errno: errno)
        }
        return Int(status.st_size)
    }

    func read(at offset: Int, count: Int) throws(FileSystemError) -> [UInt8] {
        // The closure can't throw a typed error, so it hands the code out.
        var code: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...]
                )
                let got = retrying {
                    pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
                }
                if got < 0 { code = errno }
                guard got > 0 else { return }
                filled += got
            }
        }
        guard code == 0 else { throw FileSystemError(.read, path, errno: code) }
        return bytes
    }

    func write(_ bytes: RawSpan, at offset: Int) throws(FileSystemError) {
        let code = bytes.withUnsafeBytes { buffer -> CInt in
            var done = 0
            while done < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
                let put = retrying {
                    pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
                }
                // A regular file that takes nothing without an error has no room for it.
                guard put > 0 else { return put < 0 ? errno : ENOSPC }
                done += put
            }
            return 0
        }
        guard code == 0 else { throw FileSystemError(.write, path, errno: code) }
    }

    func truncate(to size: Int) throws(FileSystemError) {
        guard retrying({ ftruncate(descriptor, off_t(size)) }) == 0 else {
            throw FileSystemError(.truncate, path, errno: errno)
        }
    }

    func sync() throws(FileSystemError) {
        // Never retried, not even on EINTR: after a failure the kernel may have dropped the pages.
        guard fdatasync(descriptor) == 0 else { throw FileSystemError(.sync, path, errno: errno) }
    }
}

/// `flock`: goes with the descriptor, so a killed process leaves no stale lock behind.
private final class PosixFileLock: FileLock {
    private let descriptor: Mutex<CInt?>

    init(descriptor: CInt) { self.descriptor = Mutex(descriptor) }

    deinit { release() }

    func release() {
        let held = descriptor.withLock { held -> CInt? in
            defer { held = nil }
            return held
        }
        if let held { close(held) }
    }
}

/// Repeats a call that a signal interrupted.
private func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

extension FileSystemError {
    fileprivate init(_ operation: Operation, _ path: String, errno code: CInt) {
        let reason: Reason =
            switch code {
            case ENOENT: .notFound
            case ENOSPC, EDQUOT: .noSpace
            default: .other(String(cString: strerror(code)))
            }
        self.init(operation, path, reason)
    }
}
