import Raft

extension ScriptParser {
    static func messageKind(
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptMessageKind {
        let word = try reader.word("a kind of message")
        guard let kind = ScriptMessageKind(rawValue: word) else {
            throw ScriptComplaint("unknown kind of message \"\(word)\"")
        }
        return kind
    }

    /// Whether a field comes next: a word with a comparison behind it.
    static func isAtField(_ reader: TokenReader) -> Bool {
        guard case .word? = reader.peek(), case .sign(let sign)? = reader.peek(1) else {
            return false
        }
        return sign == .equals || sign == .atLeast || sign == .atMost
    }

    /// `FIELD=VALUE`; numbers may be bounds, `FIELD>=VALUE`.
    static func fieldMatch(
        of kind: ScriptMessageKind,
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptFieldMatch {
        let word = try reader.word("a field")
        guard let field = ScriptField(rawValue: word) else {
            throw ScriptComplaint("unknown field \"\(word)\"")
        }
        guard kind.fields.contains(field) else {
            throw ScriptComplaint("a message of kind \(kind.rawValue) has no field \"\(word)\"")
        }
        let isEqual = reader.take(.equals)
        guard isEqual || [.sign(.atLeast), .sign(.atMost)].contains(reader.peek()) else {
            throw reader.missing("\"=\"")
        }
        switch field {
        case .term, .commit, .match:
            let number = try reader.expectedNumber("a number")
            return ScriptFieldMatch(
                field: field,
                bound: number.bound,
                value: .number(number.value)
            )
        case .last, .prev, .entries, .granted, .ok, .forced:
            guard isEqual else { throw ScriptComplaint("\(word) is no number") }
            let value = try value(of: field, &reader)
            return ScriptFieldMatch(field: field, bound: .exactly, value: value)
        }
    }

    private static func value(
        of field: ScriptField,
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptValue {
        switch field {
        case .last, .prev:
            return .position(try reader.position("a position such as 5@2"))
        case .entries:
            let terms = try reader.set { (item) throws(ScriptComplaint) in
                Term(try item.number("a term"))
            }
            return .terms(terms)
        default:
            if reader.take("yes") { return .flag(true) }
            guard reader.take("no") else { throw reader.missing("\"yes\" or \"no\"") }
            return .flag(false)
        }
    }
}
