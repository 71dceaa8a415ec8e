import CChecksum
import Ledger

/// Where the next page begins, as a text that means nothing to whoever keeps it.
///
/// ```
/// 1      version
/// 8      fingerprint of the question, so that a token is not used with another one
/// n      the place, in the terms of whoever made the token
/// 4      CRC-32C of all that
/// ```
/// in the letters of base64url. It holds no secret; the checksum is for texts that were cut off or mistyped.
package struct PageToken: Equatable {
    /// What is wrong with a token, for people.
    package struct Flaw: Error, Equatable {
        package var reason: String
    }

    /// Longer texts are not even looked at.
    static let lengthMax = 512
    private static let version: UInt8 = 1
    private static let headBytes = 9
    private static let checksumBytes = 4

    package var fingerprint: UInt64
    package var place: [UInt8]

    package init(fingerprint: UInt64, place: [UInt8]) {
        self.fingerprint = fingerprint
        self.place = place
    }

    /// The token that a text is, if it belongs to the question with this fingerprint.
    package init(_ text: String, fingerprint: UInt64) throws(Flaw) {
        guard text.utf8.count <= Self.lengthMax, let bytes = Base64URL.decode(text),
            bytes.count >= Self.headBytes + Self.checksumBytes
        else { throw Flaw(reason: "is no page token of this service") }
        let content = bytes.dropLast(Self.checksumBytes)
        guard Self.checksum(Array(content)) == Array(bytes.suffix(Self.checksumBytes)) else {
            throw Flaw(reason: "is damaged: give it back exactly as it came")
        }
        guard bytes[0] == Self.version else {
            throw Flaw(reason: "was made by another version; begin again without one")
        }
        let found = content.dropFirst().prefix(8).reversed().reduce(0 as UInt64) {
            $0 << 8 | UInt64($1)
        }
        guard found == fingerprint else {
            throw Flaw(reason: "belongs to another question: only the page size may change")
        }
        self.init(fingerprint: fingerprint, place: Array(content.dropFirst(Self.headBytes)))
    }

    package var text: String {
        var bytes = [Self.version]
        withUnsafeBytes(of: fingerprint.littleEndian) { bytes += $0 }
        bytes += place
        bytes += Self.checksum(bytes)
        return Base64URL.encode(bytes)
    }

    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        let checksum = bytes.withUnsafeBytes { estoque_crc32c(0, $0.baseAddress, $0.count) }
        return withUnsafeBytes(of: checksum.littleEndian) { Array($0) }
    }
}

extension PageToken {
    /// A token whose place is a number.
    init(fingerprint: UInt64, number: UInt64) {
        self.init(
            fingerprint: fingerprint,
            place: withUnsafeBytes(of: number.littleEndian) { Array($0) }
        )
    }

    /// The number that the place is.
    var number: UInt64 {
        get throws(Flaw) {
            guard place.count == 8 else { throw Flaw(reason: "is no page token of this service") }
            return place.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}

/// A question's fingerprint: equal questions have equal ones on every node.
package struct QuestionHash {
    private var bytes: [UInt8]

    /// `kind` keeps the questions of one kind apart from those of another.
    package init(kind: UInt8) { bytes = [kind] }

    package mutating func add(_ text: String) {
        add(UInt64(text.utf8.count))
        bytes += Array(text.utf8)
    }

    mutating func add(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    mutating func add(_ number: UInt64?) {
        bytes.append(number == nil ? 0 : 1)
        if let number { add(number) }
    }

    /// Two checksums over the bytes, one of them behind a byte more.
    package var value: UInt64 {
        let first = bytes.withUnsafeBytes { estoque_crc32c(0, $0.baseAddress, $0.count) }
        let second = ([0xA5] + bytes.reversed()).withUnsafeBytes {
            estoque_crc32c(first, $0.baseAddress, $0.count)
        }
        return UInt64(first) << 32 | UInt64(second)
    }
}
