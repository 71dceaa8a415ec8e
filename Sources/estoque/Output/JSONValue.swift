/// A JSON document; objects keep the order of their keys, so that output is stable.
indirect enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// A key of an object with its value.
    struct Member: Equatable, Sendable {
        var key: String
        var value: JSONValue
    }

    static func number(_ value: UInt64) -> JSONValue {
        // Positions and versions are far below 2⁶³.
        .integer(Int64(clamping: value))
    }

    static func number(_ value: UInt64?) -> JSONValue { value.map(number) ?? .null }

    static func text(_ value: String?) -> JSONValue { value.map(string) ?? .null }

    /// One line of JSON (RFC 8259).
    var rendered: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .string(let value): Self.write(value, to: &text)
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                Self.write(member.key, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func write(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || 0x7F..<0xA0 ~= scalar.value:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
    /// An object with its keys in this order.
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member(key: $0, value: $1) })
    }

    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// An object with the members of both, in this order.
    static func + (left: JSONValue, right: JSONValue) -> JSONValue {
        guard case .object(let first) = left, case .object(let second) = right else {
            preconditionFailure("only objects have members to join")
        }
        return .object(first + second)
    }
}
