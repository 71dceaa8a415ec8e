/// Inserts rows of one table, sixteen with a statement as long as there are as many: beginning and ending
/// a statement, and finding its place in the table, cost as much as a row.
final class BulkInsert {
    private static let rowsMax = 16

    private let many: Statement
    private let one: Statement
    private let columns: Int32

    /// `conflict` is what to do with rows that are there, in SQL; nothing lets the statement fail.
    init(
        _ connection: Connection,
        into table: String,
        columns: Int,
        onConflict conflict: String = ""
    ) throws(StoreError) {
        let row = "(" + repeatElement("?", count: columns).joined(separator: ", ") + ")"
        let rows = repeatElement(row, count: Self.rowsMax).joined(separator: ", ")
        many = try connection.prepare("INSERT INTO \(table) VALUES \(rows) \(conflict)")
        one = try connection.prepare("INSERT INTO \(table) VALUES \(row) \(conflict)")
        self.columns = Int32(columns)
    }

    /// Inserts `count` rows; `bind` binds the one with an index to the parameters from `first` on.
    func run(
        _ count: Int,
        bind: (_ index: Int, _ statement: Statement, _ first: Int32) -> Void
    ) throws(StoreError) {
        var next = 0
        while count - next >= Self.rowsMax {
            var first: Int32 = 1
            for index in next..<next + Self.rowsMax {
                bind(index, many, first)
                first += columns
            }
            try many.run()
            next += Self.rowsMax
        }
        for index in next..<count {
            bind(index, one, 1)
            try one.run()
        }
    }
}
