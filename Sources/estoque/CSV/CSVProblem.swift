/// Why a record of a CSV file can't be used.
enum CSVProblem: Equatable, Sendable, CustomStringConvertible {
    /// A quoted field ends, and then there is more text before the comma.
    case textAfterQuote
    /// A quote in a field that doesn't begin with one.
    case quoteInField
    /// A carriage return that ends no line.
    case strayCarriageReturn
    /// A quote opens a field and nothing closes it, within the record's limit or the file.
    case unclosedQuote
    case recordTooLong(max: Int)
    case fieldTooLong(max: Int)
    case tooManyFields(max: Int)
    case invalidUTF8

    /// In English, for people.
    var description: String {
        switch self {
        case .textAfterQuote: "text after a closing quote"
        case .quoteInField: "a quote inside a field that doesn't begin with one"
        case .strayCarriageReturn: "a carriage return that ends no line"
        case .unclosedQuote: "a quoted field that is never closed"
        case .recordTooLong(let max): "longer than \(max) bytes"
        case .fieldTooLong(let max): "a field longer than \(max) bytes"
        case .tooManyFields(let max): "more than \(max) fields"
        case .invalidUTF8: "not UTF-8"
        }
    }
}
