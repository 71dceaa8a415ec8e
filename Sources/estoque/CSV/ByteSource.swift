import SystemPackage

/// Where bytes come from, one chunk after the other.
protocol ByteSource: Sendable {
    /// Appends at most `max` bytes to `buffer`; 0 at the end.
    mutating func read(into buffer: inout [UInt8], max: Int) throws(ByteSourceError) -> Int
}

/// The file can't be read.
struct ByteSourceError: Error, CustomStringConvertible {
    var description: String
}

/// A file, or standard input.
struct FileSource: ByteSource {
    private let descriptor: FileDescriptor
    private let name: String
    private var chunk: [UInt8] = []

    /// Opens the file; `-` is standard input.
    init(_ path: String) throws(ByteSourceError) {
        name = path
        guard path != "-" else {
            descriptor = .standardInput
            return
        }
        do {
            descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
        } catch {
            throw ByteSourceError(description: "\(path) can't be opened: \(error)")
        }
    }

    /// How many bytes there are; nil for a pipe.
    var bytes: Int? {
        guard let end = try? descriptor.seek(offset: 0, from: .end),
            (try? descriptor.seek(offset: 0, from: .start)) != nil
        else { return nil }
        return Int(end)
    }

    mutating func read(into buffer: inout [UInt8], max: Int) throws(ByteSourceError) -> Int {
        if chunk.count != max { chunk = [UInt8](repeating: 0, count: max) }
        do {
            let count = try chunk.withUnsafeMutableBytes { try descriptor.read(into: $0) }
            buffer.append(contentsOf: chunk[..<count])
            return count
        } catch {
            throw ByteSourceError(description: "\(name) can't be read: \(error)")
        }
    }

    func close() {
        guard descriptor != .standardInput else { return }
        // Nothing was written, so nothing can be lost.
        try? descriptor.close()
    }
}
