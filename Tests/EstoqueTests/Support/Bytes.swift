@testable import estoque

/// Bytes in memory that come in chunks of chosen sizes.
struct ChunkedSource: ByteSource {
    private let bytes: [UInt8]
    private let sizes: [Int]
    private var offset = 0
    private var reads = 0

    init(_ bytes: [UInt8], sizes: [Int] = [4_096]) {
        self.bytes = bytes
        self.sizes = sizes
    }

    init(_ text: String, sizes: [Int] = [4_096]) { self.init(Array(text.utf8), sizes: sizes) }

    mutating func read(into buffer: inout [UInt8], max: Int) throws(ByteSourceError) -> Int {
        let count = min(sizes[reads % sizes.count], max, bytes.count - offset)
        reads += 1
        buffer.append(contentsOf: bytes[offset..<offset + count])
        offset += count
        return count
    }
}

/// A record as tests compare it.
struct Row: Equatable, CustomStringConvertible {
    var line: Int
    var fields: [String] = []
    var problem: CSVProblem?

    var description: String { problem.map { "\(line): \($0)" } ?? "\(line): \(fields)" }
}

/// Reads everything.
func rows(
    of source: ChunkedSource,
    limits: CSVLimits = CSVLimits()
) throws -> [Row] {
    var reader = CSVReader(source, limits: limits)
    var record = CSVRecord()
    var rows: [Row] = []
    while try reader.next(&record) {
        if let problem = record.problem {
            rows.append(Row(line: record.line, problem: problem))
        } else {
            rows.append(Row(line: record.line, fields: (0..<record.count).map { record[$0] }))
        }
    }
    return rows
}
