/// What the log needs of a file system, and nothing more.
///
/// One implementation talks to the operating system (``PosixFileSystem``), one lives in memory and
/// fails on request (``FaultyFileSystem``), so that the code that runs in production is the code
/// that the simulator crashes. Calls block: they belong on a thread that may wait for a disk.
///
/// A path is plain text with `/` between its parts; the log only ever joins a directory and a name.
package protocol FileSystem: Sendable {
    /// Makes the directory and its parents durably, if they are not there yet.
    func createDirectory(_ path: String) throws(FileSystemError)

    /// Opens a file for reading and writing; `create` makes an empty one where there is none.
    func open(_ path: String, create: Bool) throws(FileSystemError) -> any LogFile

    /// Tells whether there is a file of that name.
    func exists(_ path: String) throws(FileSystemError) -> Bool

    /// Renames within one directory, replacing what was there; durable after ``syncDirectory(_:)``.
    func rename(_ old: String, to new: String) throws(FileSystemError)

    /// Removes a file; whoever still has it open can go on reading it.
    func remove(_ path: String) throws(FileSystemError)

    /// The names in a directory, sorted.
    func list(_ directory: String) throws(FileSystemError) -> [String]

    /// Makes created, renamed and removed names durable.
    func syncDirectory(_ path: String) throws(FileSystemError)

    /// Takes an exclusive lock held until it is released, or `nil` if somebody else has it.
    func lock(_ path: String) throws(FileSystemError) -> (any FileLock)?
}

/// An open file: reads and writes at explicit offsets, so that it can be shared between threads.
///
/// It closes when the last reference goes. A reader may thus finish with a file that compaction
/// has removed meanwhile.
package protocol LogFile: AnyObject, Sendable {
    /// The path it was opened with, for messages.
    var path: String { get }

    /// Its length in bytes.
    func size() throws(FileSystemError) -> Int

    /// Up to `count` bytes from `offset`; fewer only where the file ends.
    func read(at offset: Int, count: Int) throws(FileSystemError) -> [UInt8]

    /// Writes all of `bytes` at `offset`, lengthening the file if need be.
    func write(_ bytes: RawSpan, at offset: Int) throws(FileSystemError)

    /// Cuts or lengthens the file.
    func truncate(to size: Int) throws(FileSystemError)

    /// Makes the contents durable (`fdatasync`).
    func sync() throws(FileSystemError)
}

/// A lock that keeps a second process out of a directory.
package protocol FileLock: AnyObject, Sendable {
    /// Gives the lock back; later calls do nothing.
    func release()
}

extension LogFile {
    /// Writes real zeros over a range, a chunk at a time.
    ///
    /// Zeros that were written cost a later `fdatasync` no metadata, which makes it about three
    /// times cheaper than over space that was merely reserved.
    package func writeZeros(from start: Int, to end: Int) throws(FileSystemError) {
        let zeros = [UInt8](repeating: 0, count: min(zeroChunkBytes, max(0, end - start)))
        var offset = start
        while offset < end {
            let count = min(zeros.count, end - offset)
            try write(zeros.span.bytes.extracting(first: count), at: offset)
            offset += count
        }
    }
}

/// How much ``LogFile/writeZeros(from:to:)`` hands over at once.
private let zeroChunkBytes = 1 << 20
