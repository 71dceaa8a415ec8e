import Raft

/// Turns the bytes of a file into scenarios; every wrong line is told, not only the first.
struct ScriptParser {
    let file: String
    let limits: ScriptLimits
    private(set) var errors: [ScriptError] = []
    private var scenarios: [Script.Scenario] = []

    init(file: String, limits: ScriptLimits) {
        self.file = file
        self.limits = limits
    }

    mutating func parse(_ bytes: [UInt8]) -> Script {
        guard bytes.count <= limits.fileBytesMax else {
            complain("a script has at most \(limits.fileBytesMax) bytes", line: 1)
            return Script(file: file, scenarios: [])
        }
        // Some editors put a mark at the beginning that says nothing.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let content = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (place, line) in lines.enumerated() {
            do throws(ScriptComplaint) {
                try take(Array(line), number: place + 1)
            } catch {
                complain(error.message, line: place + 1)
            }
        }
        return Script(file: file, scenarios: scenarios)
    }

    private mutating func complain(_ message: String, line: Int) {
        guard errors.count < limits.errorsMax else { return }
        errors.append(ScriptError(file: file, line: line, message: message))
    }

    private mutating func take(_ bytes: [UInt8], number: Int) throws(ScriptComplaint) {
        guard bytes.count <= limits.lineBytesMax else {
            throw ScriptComplaint("a line has at most \(limits.lineBytesMax) bytes")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw ScriptComplaint("not UTF-8")
        }
        var lexer = ScriptLexer(bytes)
        var reader = TokenReader(try lexer.tokens(), limits: limits)
        guard !reader.isAtEnd else { return }
        if reader.take("scenario") {
            let title = try reader.string("a title between quotation marks")
            try reader.end()
            scenarios.append(Script.Scenario(title: title, lines: []))
            return
        }
        let command = try Self.command(&reader)
        try reader.end()
        let text = Self.trimmed(bytes[..<lexer.end])
        if scenarios.isEmpty { scenarios.append(Script.Scenario(title: nil, lines: [])) }
        scenarios[scenarios.count - 1].lines.append(
            Script.Line(number: number, text: text, command: command)
        )
    }

    private static func command(
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> Script.Command {
        let word = try reader.word("a command")
        switch word {
        case "expect":
            let isNegated = reader.take("not")
            return .expect(try expectation(&reader), isNegated: isNegated)
        case "show":
            return .show(reader.take("network") ? .network : .nodes(try reader.someNodes()))
        case "quorum":
            return .table(try quorum(&reader))
        case "confchange":
            return .table(try configurationChange(&reader))
        default:
            if let setup = try setup(word, &reader) { return .setup(setup) }
            if let step = try step(word, &reader) { return .step(step) }
            throw ScriptComplaint("unknown command \"\(word)\"")
        }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        var rest = bytes
        while let last = rest.last, ScriptLexer.isSpace(last) { rest.removeLast() }
        while let first = rest.first, ScriptLexer.isSpace(first) { rest.removeFirst() }
        return String(decoding: rest, as: UTF8.self)
    }
}
