#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What SQLite leaves to its caller.
enum Directory {
    /// Makes the entry of a file that was just created durable.
    static func sync(containing path: String) throws(StoreError) {
        try withDescriptor(of: parent(of: path)) { descriptor, path throws(StoreError) in
            guard fsync(descriptor) == 0 else { throw failure("fsync", path) }
        }
    }

    /// Makes the contents of a file durable.
    static func syncContents(of path: String) throws(StoreError) {
        try withDescriptor(of: path) { descriptor, path throws(StoreError) in
            guard fsync(descriptor) == 0 else { throw failure("fsync", path) }
        }
    }

    /// Removes a file of which nothing is expected, not even that it is there.
    static func removeIfThere(_ path: String) { unlink(path) }

    /// The room that the file system of a file has left for this process.
    static func freeBytes(at path: String) throws(StoreError) -> Int {
        var status = statvfs()
        let directory = parent(of: path)
        guard statvfs(directory, &status) == 0 else { throw failure("statvfs", directory) }
        let (bytes, overflow) = UInt64(status.f_bavail)
            .multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? .max : Int(clamping: bytes)
    }

    private static func parent(of path: String) -> String {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return parent.isEmpty ? "/" : parent
    }

    private static func withDescriptor(
        of path: String,
        _ body: (Int32, String) throws(StoreError) -> Void
    ) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        try body(descriptor, path)
    }

    private static func failure(_ call: String, _ path: String) -> StoreError {
        let code = errno
        return StoreError(
            code == ENOSPC ? .full : .io,
            "\(call) \(path): \(String(cString: strerror(code)))"
        )
    }
}
