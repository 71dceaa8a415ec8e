import NIOCore

/// A JSON document written down in Swift; members keep their order.
indirect enum JSONValue: Sendable, Equatable {
    case text(String)
    case number(Int)
    case bool(Bool)
    case null
    case list([JSONValue])
    case object([Member])

    struct Member: Sendable, Equatable {
        var name: String
        var value: JSONValue
    }

    /// The member of that name, nil when there is none or this isn't an object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text, if it is one.
    var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// The members in their order; none of what isn't an object.
    var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }

    /// The elements; none of what isn't a list.
    var elements: [JSONValue] {
        if case .list(let elements) = self { elements } else { [] }
    }

    /// The object with further members behind its own.
    func adding(_ others: [Member]) -> JSONValue { .object(members + others) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral text: String) { self = .text(text) }
    init(integerLiteral number: Int) { self = .number(number) }
    init(booleanLiteral bool: Bool) { self = .bool(bool) }
    init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member(name: $0, value: $1) })
    }
}

extension ByteBuffer {
    /// Writes the document, without spaces.
    mutating func writeJSON(_ value: JSONValue) {
        switch value {
        case .text(let text): writeJSONString(text)
        case .number(let number): writeDecimal(Int64(number))
        case .bool(let bool): writeJSONBool(bool)
        case .null: writeStaticString("null")
        case .list(let elements): writeList("", elements) { $0.writeJSON($1) }
        case .object(let members):
            writeStaticString("{")
            for (index, member) in members.enumerated() {
                if index > 0 { writeStaticString(",") }
                writeJSONString(member.name)
                writeStaticString(":")
                writeJSON(member.value)
            }
            writeStaticString("}")
        }
    }
}
