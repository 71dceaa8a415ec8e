import Ledger

/// The file can't be imported at all.
struct ImportFileError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// A column of a kind of file.
struct CSVColumn: Sendable {
    var name: String
    var isRequired = true
}

/// How the rows of one kind of file become commands.
protocol RowMapping: Sendable {
    /// What the kind is called; part of the lines' identities.
    static var kind: String { get }
    static var columns: [CSVColumn] { get }
    /// The beginning of the names of further columns; nil when there are none.
    static var prefix: String? { get }

    init(_ header: CSVHeader) throws(ImportFileError)

    /// What a record asks for.
    ///
    /// - Precondition: the record has no problem, and as many fields as the header.
    func command(of record: CSVRecord) throws(Rejection) -> Command

    /// How many columns the file has.
    var columnCount: Int { get }
}

extension RowMapping {
    static var prefix: String? { nil }

    /// What a record asks for, if it and the command are well formed.
    func checkedCommand(of record: CSVRecord) throws(Rejection) -> Command {
        try check(record)
        let command = try command(of: record)
        let request = Request(
            id: RequestID(unchecked: "-"),
            actor: Ledger.Actor(unchecked: "-"),
            command: command
        )
        if let violation = request.validate().first {
            throw Rejection(.malformed, "\(violation.field) \(violation.description)")
        }
        return command
    }

    /// Refuses a record that can't be taken apart.
    func check(_ record: CSVRecord) throws(Rejection) {
        if let problem = record.problem { throw Rejection(.malformedCSV, "\(problem)") }
        guard record.count == columnCount else {
            throw Rejection(
                .wrongColumns,
                "\(record.count) fields where the header has \(columnCount)"
            )
        }
    }
}

/// The first line of a file: which column is where.
struct CSVHeader: Sendable {
    private(set) var names: [String]

    init<Rows: RowMapping>(_ record: CSVRecord, of rows: Rows.Type) throws(ImportFileError) {
        if let problem = record.problem {
            throw ImportFileError("line \(record.line), which must name the columns: \(problem)")
        }
        names = (0..<record.count).map { record.trimmed($0) }
        let known = rows.columns.map(\.name)
        for (index, name) in names.enumerated() {
            let isPrefixed = rows.prefix.map { name.hasPrefix($0) && name.count > $0.count }
            guard known.contains(name) || isPrefixed == true else {
                let all = known + (rows.prefix.map { ["\($0)NAME"] } ?? [])
                throw ImportFileError(
                    "'\(Printable.text(name))' is no column of \(rows.kind); known are "
                        + all.joined(separator: ", ")
                )
            }
            guard !names[..<index].contains(name) else {
                throw ImportFileError("the column \(Printable.text(name)) comes twice")
            }
        }
        for column in rows.columns where column.isRequired && !names.contains(column.name) {
            throw ImportFileError("the column \(column.name) is missing")
        }
    }

    var count: Int { names.count }

    /// Where the column is; nil when the file hasn't got it.
    func index(of name: String) -> Int? { names.firstIndex(of: name) }

    /// Where a column is that the file must have.
    func required(_ name: String) -> Int {
        guard let index = index(of: name) else {
            preconditionFailure("a header without \(name) is refused")
        }
        return index
    }
}
