/// Cuts a line into tokens; spaces, and everything after a `#` outside strings, mean nothing.
struct ScriptLexer {
    private let bytes: [UInt8]
    private var place = 0
    /// Where the comment starts, or the line ends.
    private(set) var end: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        end = bytes.count
    }

    mutating func tokens() throws(ScriptComplaint) -> [ScriptToken] {
        var found: [ScriptToken] = []
        while let token = try next() { found.append(token) }
        return found
    }

    private mutating func next() throws(ScriptComplaint) -> ScriptToken? {
        while place < end, Self.isSpace(bytes[place]) { place += 1 }
        guard place < end else { return nil }
        let byte = bytes[place]
        if byte == UInt8(ascii: "#") {
            end = place
            return nil
        }
        if byte == UInt8(ascii: "\"") { return .string(try string()) }
        if Self.isDigit(byte) { return .number(try number()) }
        if Self.isLetter(byte) { return .word(word()) }
        return .sign(try sign())
    }

    private mutating func string() throws(ScriptComplaint) -> String {
        var content: [UInt8] = []
        place += 1
        while place < end {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw ScriptComplaint("a string that is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"):
                guard place < end, [UInt8(ascii: "\""), UInt8(ascii: "\\")].contains(bytes[place])
                else {
                    throw ScriptComplaint(#"in a string, only \" and \\ may follow a backslash"#)
                }
                content.append(bytes[place])
                place += 1
            default:
                content.append(byte)
            }
        }
        throw ScriptComplaint("a string without an end")
    }

    private mutating func number() throws(ScriptComplaint) -> UInt64 {
        var value: UInt64 = 0
        while place < end, Self.isDigit(bytes[place]) {
            let digit = UInt64(bytes[place] - UInt8(ascii: "0"))
            let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowedToo) = tens.addingReportingOverflow(digit)
            guard !overflowed, !overflowedToo else { throw ScriptComplaint("a number too large") }
            value = sum
            place += 1
        }
        guard place == end || !Self.isLetter(bytes[place]) else {
            throw ScriptComplaint("letters right after a number")
        }
        return value
    }

    private mutating func word() -> String {
        let start = place
        while place < end, isInWord(at: place) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    /// A `-` belongs to a word, but not the one of an arrow.
    private func isInWord(at place: Int) -> Bool {
        let byte = bytes[place]
        guard byte == UInt8(ascii: "-") else { return Self.isLetter(byte) || Self.isDigit(byte) }
        return place + 1 == end || bytes[place + 1] != UInt8(ascii: ">")
    }

    private mutating func sign() throws(ScriptComplaint) -> ScriptToken.Sign {
        for length in [3, 2, 1] where place + length <= end {
            let text = String(decoding: bytes[place..<place + length], as: UTF8.self)
            guard let sign = ScriptToken.Sign(rawValue: text) else { continue }
            place += length
            return sign
        }
        throw ScriptComplaint("unexpected character \(Self.describe(bytes[place]))")
    }

    private static func describe(_ byte: UInt8) -> String {
        (0x21...0x7E).contains(byte)
            ? ScriptToken.quoted(String(Unicode.Scalar(byte))) : "(byte \(byte))"
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
