/// Reads a CSV file record by record, in constant memory.
///
/// A malformed record costs the line it begins on and no more: reading goes on with the next line, so
/// that one missing quote doesn't swallow the rest of the file.
struct CSVReader<Source: ByteSource>: Sendable {
    private var source: Source
    private let scanner: CSVScanner
    private var buffer: [UInt8] = []
    /// Where the next record begins in `buffer`.
    private var start = 0
    private var isAtEnd = false
    private var isStarted = false
    /// The line that the next record begins on.
    private var line = 1
    /// Bytes of the file that lie behind.
    private(set) var bytesConsumed = 0
    /// The same as bytes of the file on disk, which may be packed.
    var fileBytesConsumed: Int { source.packedBytesRead ?? bytesConsumed }

    init(_ source: Source, limits: CSVLimits = CSVLimits()) {
        self.source = source
        scanner = CSVScanner(limits: limits)
    }

    /// Reads the next record, usable or with its problem; false at the end of the file.
    mutating func next(_ record: inout CSVRecord) throws(ByteSourceError) -> Bool {
        if !isStarted { try skipByteOrderMark() }
        while true {
            guard start < buffer.count else {
                guard try fill() else { return false }
                continue
            }
            let scan = scanner.scan(
                buffer.span.extracting(start...),
                isWhole: isAtEnd,
                into: &record
            )
            switch scan {
            case .record(let bytes):
                record.line = line
                record.checkUTF8()
                consume(bytes)
                return true
            case .malformed(let problem, let bytes):
                record.line = line
                record.problem = problem
                consume(bytes)
                return true
            case .endlessLine(let bytes):
                record.line = line
                record.problem = .recordTooLong(max: scanner.limits.recordBytesMax)
                consume(bytes)
                try skipLine()
                return true
            case .needsMore:
                if try !fill() { isAtEnd = true }
            }
        }
    }

    private mutating func consume(_ bytes: Int) {
        for index in start..<start + bytes where buffer[index] == UInt8(ascii: "\n") { line += 1 }
        start += bytes
        bytesConsumed += bytes
    }

    private mutating func skipLine() throws(ByteSourceError) {
        while true {
            if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                consume(end + 1 - start)
                return
            }
            consume(buffer.count - start)
            guard try fill() else { return }
        }
    }

    /// Gets more bytes behind those that are not read yet; false at the end of the file.
    private mutating func fill() throws(ByteSourceError) -> Bool {
        guard !isAtEnd else { return false }
        buffer.removeSubrange(..<start)
        start = 0
        if try source.read(into: &buffer, max: scanner.limits.chunkBytes) > 0 { return true }
        isAtEnd = true
        return false
    }

    private mutating func skipByteOrderMark() throws(ByteSourceError) {
        isStarted = true
        while buffer.count < 3, try fill() {}
        if buffer.starts(with: [0xEF, 0xBB, 0xBF]) {
            start = 3
            bytesConsumed = 3
        } else if buffer.starts(with: [0xFF, 0xFE]) || buffer.starts(with: [0xFE, 0xFF]) {
            throw ByteSourceError(description: "the file is UTF-16; save it as UTF-8")
        } else if let packing = Packing(beginning: buffer) {
            throw ByteSourceError(
                description: "what comes through the pipe is packed; unpack it on the way: "
                    + "\(packing.rawValue) -dc FILE | estoque import … -"
            )
        }
    }
}
