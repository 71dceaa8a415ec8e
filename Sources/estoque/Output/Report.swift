import Foundation

/// What a command prints when it is done: tables for people, or one JSON object.
struct Report {
    var json: JSONValue
    var tables: [Table]
    /// Further lines for people, after the tables.
    var notes: [String] = []

    func print(as format: OutputFormat) {
        switch format {
        case .json: Terminal.out(json.rendered)
        case .table:
            let colour = Terminal.outHasColour
            let parts =
                tables.map { $0.rendered(colour: colour) }
                + (notes.isEmpty ? [] : [notes.map(Printable.text).joined(separator: "\n")])
            Terminal.out(parts.joined(separator: "\n\n"))
        }
    }
}

extension Terminal {
    /// Colour is for terminals that show it, unless it is not wanted (https://no-color.org).
    static var outHasColour: Bool {
        let environment = ProcessInfo.processInfo.environment
        return outIsTerminal && environment["NO_COLOR", default: ""].isEmpty
            && environment["TERM"] != "dumb"
    }
}
