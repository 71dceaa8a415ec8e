/// The percent-encoding of `grpc-message`: printable ASCII except `%` stands for itself, every other byte is `%XX`.
///
/// Source: gRPC over HTTP/2, "Status-Message".
enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte <= 0x7E && byte != UInt8(ascii: "%")
    }

    /// Encodes at most `bytesMax` bytes of `text`, ending on a whole character.
    static func encode(_ text: String, bytesMax: Int) -> String {
        if text.utf8.count <= bytesMax && text.utf8.allSatisfy(isPlain) { return text }
        var encoded: [UInt8] = []
        var taken = 0
        for character in text {
            taken += character.utf8.count
            guard taken <= bytesMax else { break }
            for byte in character.utf8 {
                if isPlain(byte) {
                    encoded.append(byte)
                } else {
                    encoded.append(UInt8(ascii: "%"))
                    encoded.append(digits[Int(byte >> 4)])
                    encoded.append(digits[Int(byte & 0x0F)])
                }
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Decodes; what isn't a proper escape stays as it is, since a receiver must not reject a message for it.
    static func decode(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var decoded: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(hexValue),
                let low = rest.dropFirst().first.flatMap(hexValue)
            {
                decoded.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
