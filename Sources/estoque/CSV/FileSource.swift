import SystemPackage

/// A file, or standard input; a file that gzip or xz has packed is unpacked on the way.
struct FileSource: ByteSource {
    private let descriptor: FileDescriptor
    private let unpacker: Unpacker?
    private let name: String
    private var chunk: [UInt8] = []

    /// Opens the file; `-` is standard input.
    init(_ path: String) throws(ByteSourceError) {
        name = path
        guard path != "-" else {
            descriptor = .standardInput
            unpacker = nil
            return
        }
        do {
            descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
        } catch {
            throw ByteSourceError(description: "\(path) can't be opened: \(error)")
        }
        guard let packing = Packing(of: descriptor) else {
            unpacker = nil
            return
        }
        do {
            unpacker = try Unpacker(packing, descriptor, name: path)
        } catch {
            try? descriptor.close()
            throw error
        }
    }

    /// How many bytes the file has, packed if it is; nil for a pipe.
    var bytes: Int? {
        guard unpacker == nil else { return unpacker?.bytes }
        guard let end = try? descriptor.seek(offset: 0, from: .end),
            (try? descriptor.seek(offset: 0, from: .start)) != nil
        else { return nil }
        return Int(end)
    }

    var packedBytesRead: Int? { unpacker?.bytesRead }

    mutating func read(into buffer: inout [UInt8], max: Int) throws(ByteSourceError) -> Int {
        if chunk.count != max { chunk = [UInt8](repeating: 0, count: max) }
        let source = unpacker?.output ?? descriptor
        let count: Int
        do {
            count = try chunk.withUnsafeMutableBytes { try source.read(into: $0) }
        } catch {
            throw ByteSourceError(description: "\(name) can't be read: \(error)")
        }
        // A file that breaks off must not pass for one that ends.
        if count == 0 { try unpacker?.checkEnd() }
        buffer.append(contentsOf: chunk[..<count])
        return count
    }

    func close() {
        unpacker?.close()
        guard descriptor != .standardInput else { return }
        // Nothing was written, so nothing can be lost.
        try? descriptor.close()
    }
}
