import Ledger

/// What a line of an import is called, the same whenever the same file is imported.
///
/// It makes the request ids: a line that was imported before is answered as it was then, so that a
/// file can be imported again after a cut.
struct ImportIdentity: Equatable, Sendable {
    private let high: UInt64
    private let low: UInt64

    fileprivate init(_ hash: SipHash128) {
        high = hash.first
        low = hash.last
    }

    /// The id of an attempt at the line; the second and further ones are for lines that were refused.
    ///
    /// A refusal is remembered like any answer. Who has mended its cause and imports the file again
    /// must not be given yesterday's refusal, so the next attempt has another id. There never is one
    /// after an attempt that was not refused, so that nothing is imported twice.
    func requestID(attempt: Int) -> RequestID {
        guard attempt > 0 else { return RequestID(unchecked: text) }
        var bytes: [UInt8] = []
        bytes.append(littleEndian: high)
        bytes.append(littleEndian: low)
        bytes.append(littleEndian: UInt64(attempt))
        return RequestID(unchecked: ImportIdentity(SipHash128(bytes.span)).text)
    }

    /// A UUID of version 8 (RFC 9562, section 5.8), which the ledger keeps in 16 bytes.
    private var text: String {
        let high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x0000_0000_0000_8000
        let low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return String(unsafeUninitializedCapacity: 36) { units in
            var count = 0
            for digit in 0..<32 {
                if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                    units[count] = UInt8(ascii: "-")
                    count += 1
                }
                let word = digit < 16 ? high : low
                let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - digit % 16 * 4)) & 0xF
                units[count] =
                    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
                count += 1
            }
            return count
        }
    }
}

/// Makes the identities of one import's lines.
struct ImportIdentities: Sendable {
    private let head: [UInt8]
    private var bytes: [UInt8] = []

    /// - Parameters:
    ///   - kind: What is imported; the same file as something else is another import.
    ///   - importID: Which delivery it is; the same lines in another delivery come once more.
    init(kind: String, importID: String) {
        var head: [UInt8] = []
        for text in [kind, importID] {
            head.append(littleEndian: UInt64(text.utf8.count))
            head.append(contentsOf: text.utf8)
        }
        self.head = head
    }

    /// The identity of a record: where it stands and what is in it.
    mutating func identity(of record: CSVRecord) -> ImportIdentity {
        begin(line: record.line)
        bytes.append(contentsOf: record.bytes)
        // Where fields end tells `"a,b"` from `a,b`.
        for end in record.ends { bytes.append(littleEndian: UInt64(end)) }
        return ImportIdentity(SipHash128(bytes.span))
    }

    /// The identity of a command that is made from more than one record.
    mutating func identity(of command: Command) -> ImportIdentity {
        begin(line: 0)
        bytes.append(littleEndian: UInt64(command.kind.rawValue))
        bytes.append(littleEndian: command.payloadDigest())
        bytes.append(contentsOf: OrderKey(command).map(\.text.utf8) ?? "".utf8)
        return ImportIdentity(SipHash128(bytes.span))
    }

    private mutating func begin(line: Int) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: head)
        bytes.append(littleEndian: UInt64(line))
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian word: UInt64) {
        for index in 0..<8 { append(UInt8(truncatingIfNeeded: word >> UInt64(8 * index))) }
    }
}
