/// Walks a query string pair by pair, decoding names and values.
///
/// `+` stands for itself: nothing that may be asked for here holds a space, and SKUs may hold `+`.
struct QueryParameters: Sequence, IteratorProtocol {
    /// One `name=value`; a part is nil when its percent-encoding is broken or it isn't UTF-8.
    struct Pair: Equatable {
        var name: String?
        var value: String?
    }

    private var rest: ArraySlice<UInt8>

    init(_ query: ArraySlice<UInt8>) { rest = query }

    mutating func next() -> Pair? {
        while let first = rest.first {
            if first == UInt8(ascii: "&") {
                rest.removeFirst()
                continue
            }
            let end = rest.firstIndex(of: UInt8(ascii: "&")) ?? rest.endIndex
            let pair = rest[..<end]
            rest = rest[end...]
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else {
                return Pair(name: PercentEncoding.decode(pair), value: "")
            }
            return Pair(
                name: PercentEncoding.decode(pair[..<equals]),
                value: PercentEncoding.decode(pair[(equals + 1)...])
            )
        }
        return nil
    }
}

/// Percent-encoding (RFC 3986, 2.1).
enum PercentEncoding {
    /// The text that was encoded, or nil when a `%` isn't followed by two hexadecimal digits, or
    /// the bytes aren't UTF-8.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.contains(UInt8(ascii: "%")) else {
            return String(validating: bytes, as: UTF8.self)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                index += 1
                continue
            }
            guard index + 2 < bytes.endIndex,
                let high = nibble(bytes[index + 1]), let low = nibble(bytes[index + 2])
            else { return nil }
            decoded.append(high << 4 | low)
            index += 3
        }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
