/// Where bytes come from, one chunk after the other.
protocol ByteSource: Sendable {
    /// Appends at most `max` bytes to `buffer`; 0 at the end.
    mutating func read(into buffer: inout [UInt8], max: Int) throws(ByteSourceError) -> Int

    /// How many bytes of a packed file lie behind; nil where what is read is the file itself.
    var packedBytesRead: Int? { get }
}

extension ByteSource {
    var packedBytesRead: Int? { nil }
}

/// The file can't be read.
struct ByteSourceError: Error, CustomStringConvertible {
    var description: String
}
