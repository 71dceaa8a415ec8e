/// A table for people: columns aligned by width, numbers to the right.
struct Table {
    /// Where a column's texts stand.
    enum Alignment {
        case left
        case right
    }

    /// What a cell says about itself, for terminals with colour.
    enum Tone {
        case plain
        case good
        case warning
        case bad
    }

    /// A text with its tone.
    struct Cell: ExpressibleByStringInterpolation {
        var text: String
        var tone = Tone.plain

        init(_ text: String, _ tone: Tone = .plain) {
            self.text = text
            self.tone = tone
        }

        init(stringLiteral value: String) { text = value }
    }

    private let columns: [(title: String, alignment: Alignment)]
    private var rows: [[Cell]] = []

    init(_ columns: (title: String, alignment: Alignment)...) {
        self.columns = columns
    }

    mutating func add(_ cells: Cell...) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }

    /// The lines, without a line end after the last.
    func rendered(colour: Bool) -> String {
        let widths = columns.indices.map { column in
            rows.reduce(columns[column].title.count) { max($0, shown(in: $1[column]).count) }
        }
        let head = columns.indices.map { column in
            padded(columns[column].title, to: widths[column], column)
        }
        var lines = [trimmed(head.joined(separator: "  "))]
        if colour { lines[0] = "\u{1B}[1m" + lines[0] + "\u{1B}[0m" }
        for row in rows {
            let cells = columns.indices.map { column in
                let text = padded(shown(in: row[column]), to: widths[column], column)
                return colour ? painted(text, row[column].tone) : text
            }
            lines.append(trimmed(cells.joined(separator: "  ")))
        }
        return lines.joined(separator: "\n")
    }

    /// Data from elsewhere never moves the cursor or changes colours.
    private func shown(in cell: Cell) -> String { Printable.text(cell.text) }

    private func padded(_ text: String, to width: Int, _ column: Int) -> String {
        let padding = String(repeating: " ", count: width - text.count)
        return columns[column].alignment == .left ? text + padding : padding + text
    }

    private func trimmed(_ line: String) -> String {
        var line = line[...]
        while line.last == " " { line.removeLast() }
        return String(line)
    }

    private func painted(_ text: String, _ tone: Tone) -> String {
        switch tone {
        case .plain: text
        case .good: "\u{1B}[32m\(text)\u{1B}[0m"
        case .warning: "\u{1B}[33m\(text)\u{1B}[0m"
        case .bad: "\u{1B}[31m\(text)\u{1B}[0m"
        }
    }
}

/// Text that a terminal shows and doesn't obey.
enum Printable {
    /// The text with its control characters replaced.
    static func text(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append(isControl(scalar) ? "\u{FFFD}" : scalar)
        }
        return String(result)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
    }
}
