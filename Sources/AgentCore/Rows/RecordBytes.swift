import Ledger

/// Bytes that an agent kept and that make no sense.
package struct AgentCodecError: Error, Equatable, Sendable {
    /// What couldn't be read.
    package var what: String
}

/// Appends values to bytes: numbers in eight bytes, little-endian, and everything else with its length
/// before it.
struct RecordWriter {
    private(set) var bytes: [UInt8]

    /// Begins with the format's number.
    init() { bytes = [RecordReader.format] }

    mutating func add(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
    mutating func add(_ number: Int64) { add(UInt64(bitPattern: number)) }
    mutating func add(_ time: LogTime) { add(time.microseconds) }
    mutating func add(_ piece: [UInt8]) {
        add(UInt64(piece.count))
        bytes.append(contentsOf: piece)
    }
    mutating func add(_ text: String) { add(Array(text.utf8)) }
    mutating func add(_ identifier: some ClientIdentifier) { add(identifier.text) }
    mutating func add(_ hash: FactHash) { bytes.append(contentsOf: hash.bytes) }
    mutating func add(_ record: some LedgerRecord) {
        var piece: [UInt8] = []
        record.encode(into: &piece)
        add(piece)
    }
    mutating func add<Value>(
        ifAny value: Value?,
        _ body: (inout RecordWriter, Value) -> Void
    ) {
        bytes.append(value == nil ? 0 : 1)
        if let value { body(&self, value) }
    }
    mutating func add(_ money: Money) {
        add(money.amount)
        add(money.currency)
    }
}

/// Reads what `RecordWriter` wrote.
struct RecordReader {
    static let format: UInt8 = 1
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) throws(AgentCodecError) {
        self.bytes = bytes
        guard try byte() == Self.format else {
            throw AgentCodecError(what: "a row of another format")
        }
    }

    mutating func byte() throws(AgentCodecError) -> UInt8 {
        try take(1)[0]
    }

    private mutating func take(_ count: Int) throws(AgentCodecError) -> [UInt8] {
        guard count >= 0, count <= bytes.count - offset else {
            throw AgentCodecError(what: "a row that is cut off")
        }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    func end() throws(AgentCodecError) {
        guard offset == bytes.count else { throw AgentCodecError(what: "a row that is too long") }
    }

    mutating func number() throws(AgentCodecError) -> UInt64 {
        try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    mutating func signed() throws(AgentCodecError) -> Int64 {
        Int64(bitPattern: try number())
    }
    mutating func narrow<Number: FixedWidthInteger>() throws(AgentCodecError) -> Number {
        guard let number = Number(exactly: try number()) else {
            throw AgentCodecError(what: "a number out of range")
        }
        return number
    }
    mutating func time() throws(AgentCodecError) -> LogTime {
        LogTime(microseconds: try number())
    }
    mutating func piece() throws(AgentCodecError) -> [UInt8] {
        let count: Int = try narrow()
        return try take(count)
    }
    mutating func text() throws(AgentCodecError) -> String {
        let piece = try piece()
        let text = String(decoding: piece, as: UTF8.self)
        guard Array(text.utf8) == piece else { throw AgentCodecError(what: "bad text") }
        return text
    }
    mutating func identifier<Identifier: ClientIdentifier>() throws(AgentCodecError)
        -> Identifier
    {
        guard let identifier = Identifier(try text()) else {
            throw AgentCodecError(what: "a bad identifier")
        }
        return identifier
    }
    mutating func hash() throws(AgentCodecError) -> FactHash {
        guard let hash = FactHash(bytes: try take(32)) else {
            throw AgentCodecError(what: "a bad link")
        }
        return hash
    }
    mutating func record<Record: LedgerRecord>() throws(AgentCodecError) -> Record {
        let piece = try piece()
        do throws(LedgerCodecError) {
            return try Record.decode(piece.span.bytes)
        } catch {
            throw AgentCodecError(what: "a bad record: \(error)")
        }
    }
    mutating func ifAny<Value>(
        _ body: (inout RecordReader) throws(AgentCodecError) -> Value
    ) throws(AgentCodecError) -> Value? {
        switch try byte() {
        case 0: return nil
        case 1: return try body(&self)
        default: throw AgentCodecError(what: "neither there nor missing")
        }
    }
    mutating func money() throws(AgentCodecError) -> Money {
        Money(amount: try signed(), currency: try text())
    }
}
