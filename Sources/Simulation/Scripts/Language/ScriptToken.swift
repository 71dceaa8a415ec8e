/// The smallest parts of a line.
enum ScriptToken: Hashable {
    /// A letter, then letters, digits and `-`.
    case word(String)
    /// Decimal digits.
    case number(UInt64)
    /// What stood between quotation marks.
    case string(String)
    /// One of `-> <-> >= <= = ( ) , | * @ _`.
    case sign(Sign)

    enum Sign: String, Hashable {
        case to = "->"
        case both = "<->"
        case atLeast = ">="
        case atMost = "<="
        case equals = "="
        case open = "("
        case close = ")"
        case comma = ","
        case bar = "|"
        case star = "*"
        case at = "@"
        case blank = "_"
    }
}

extension ScriptToken: CustomStringConvertible {
    /// The token as it may be written.
    var description: String {
        switch self {
        case .word(let text): text
        case .number(let value): String(value)
        case .string(let text): ScriptToken.quoted(text)
        case .sign(let sign): sign.rawValue
        }
    }

    /// A text between quotation marks, as a script writes it.
    static func quoted(_ text: String) -> String {
        let inside = text.map { character in
            switch character {
            case "\"": "\\\""
            case "\\": "\\\\"
            default: String(character)
            }
        }
        return "\"" + inside.joined() + "\""
    }
}
