import SystemPackage

/// Writes a CSV file (RFC 4180, lines that end with LF) in constant memory.
struct CSVWriter {
    private let file: FileDescriptor
    private let name: String
    private var buffer: [UInt8] = []

    private static let bufferBytes = 256 * 1_024

    /// Begins the file, in place of one that was there; `-` is standard output.
    init(_ path: String) throws(ImportFileError) {
        name = path
        guard path != "-" else {
            file = .standardOutput
            return
        }
        do {
            file = try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        } catch {
            throw ImportFileError("\(path) can't be written: \(error)")
        }
    }

    /// Appends a record; fields are quoted where they must be.
    mutating func write(_ fields: [String]) throws(ImportFileError) {
        for (index, field) in fields.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            append(field)
        }
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    private mutating func append(_ field: String) {
        let bytes = field.utf8
        let isQuoted =
            bytes.contains { byte in
                byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"")
                    || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            } || bytes.first == UInt8(ascii: " ") || bytes.last == UInt8(ascii: " ")
        guard isQuoted else {
            buffer.append(contentsOf: bytes)
            return
        }
        buffer.append(UInt8(ascii: "\""))
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { buffer.append(byte) }
            buffer.append(byte)
        }
        buffer.append(UInt8(ascii: "\""))
    }

    private mutating func flush() throws(ImportFileError) {
        do {
            try file.writeAll(buffer)
        } catch {
            throw ImportFileError("\(name) can't be written: \(error)")
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what is left, and closes the file.
    mutating func close() throws(ImportFileError) {
        try flush()
        guard name != "-" else { return }
        do {
            try file.close()
        } catch {
            throw ImportFileError("\(name) can't be closed: \(error)")
        }
    }
}
