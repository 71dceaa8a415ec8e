import Foundation

@testable import RaftLog

/// The files of a log, seen from outside: used bytes, then zeros up to the file's size.
enum Segment {
    struct NothingWritten: Error {
        var directory: String
    }

    /// The last file that holds something, and where its used bytes end.
    private static func last(of directory: String) throws -> (path: String, bytes: Data, end: Int) {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
            .reversed()
        {
            let path = directory + "/" + name
            guard let bytes = FileManager.default.contents(atPath: path),
                let last = bytes.lastIndex(where: { $0 != 0 }), last > 4_096
            else { continue }
            return (path, bytes, last + 1)
        }
        throw NothingWritten(directory: directory)
    }

    /// A place in the middle of what is written, where a byte is not zero.
    static func middle(of directory: String) throws -> (path: String, offset: Int) {
        let (path, bytes, end) = try last(of: directory)
        guard let offset = bytes[..<(end / 2)].lastIndex(where: { $0 != 0 }) else {
            throw NothingWritten(directory: directory)
        }
        return (path, offset)
    }

    /// Changes one bit of one byte.
    static func flip(_ path: String, at offset: Int) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        try handle.seek(toOffset: UInt64(offset))
        let byte = try handle.read(upToCount: 1)?.first ?? 0
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: Data([byte ^ 0x10]))
    }

    /// Writes some bytes where the next frame would begin, as a write does that is cut off.
    static func appendTornFrame(to directory: String) throws {
        let (path, bytes, _) = try last(of: directory)
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        try handle.seek(toOffset: UInt64(endOfFrames(bytes)))
        try handle.write(contentsOf: Data((1...100).map { UInt8($0) }))
    }

    /// Where the last frame ends, by the lengths that they state: it may well end with zeros.
    private static func endOfFrames(_ bytes: Data) -> Int {
        func number(at offset: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        var end = SegmentHeader.byteCount
        let magic = number(at: end)
        while end + Frame.headerBytes <= bytes.count, number(at: end) == magic {
            end += Frame.headerBytes + number(at: end + 8)
        }
        return end
    }
}
