/// An import's books: what was read, what became of it, and whether that adds up.
struct ImportSummary {
    var lines: ImportTally
    /// Counted by the reader, on its own.
    var read: Int
    var catalogue: ImportTally?
    var catalogueRead: Int?
    var isDryRun: Bool

    var tables: [Table] {
        var tables = [table("LINES", lines, read: read)]
        if let catalogue {
            tables.insert(table("CATALOGUE", catalogue, read: catalogueRead ?? 0), at: 0)
        }
        return tables
    }

    private func table(_ title: String, _ tally: ImportTally, read: Int) -> Table {
        var table = Table((title, .left), ("", .right))
        for (name, count) in rows(tally, read: read) { table.add(Table.Cell(name), count) }
        return table
    }

    /// Why the import as a whole counts as failed; nil when it is done.
    ///
    /// - Parameters:
    ///   - acceptRefused: Refused lines are taken for done.
    ///   - rejects: The file that names them; nil when they were named on standard error.
    /// - Returns: The failure with its exit code.
    func failure(acceptRefused: Bool, rejects: String?) -> CommandFailure? {
        for (tally, read) in [(lines, read)] + (catalogue.map { [($0, catalogueRead ?? 0)] } ?? [])
        where tally.unanswered == 0 || tally.total > read {
            guard tally.total == read else {
                return CommandFailure(
                    "the books don't balance: \(read) lines were read and \(tally.total) accounted "
                        + "for; this is a bug"
                )
            }
        }
        let unanswered = lines.unanswered + (catalogue?.unanswered ?? 0)
        if unanswered > 0 {
            return CommandFailure(
                "unavailable: \(lines.silence ?? catalogue?.silence ?? "no answer"); run the same "
                    + "import again to finish it: what was imported is not imported twice",
                isUnavailable: true
            )
        }
        let refused = lines.refused + (catalogue?.refused ?? 0)
        guard refused > 0, !acceptRefused else { return nil }
        return CommandFailure(
            "\(refused) \(refused == 1 ? "line was" : "lines were") refused and named "
                + "\(rejects.map { "in \($0)" } ?? "above"); --accept-refused takes that for done"
        )
    }

    private func rows(_ tally: ImportTally, read: Int) -> [(name: String, count: Table.Cell)] {
        var rows: [(String, Table.Cell)] = [
            ("read", Table.Cell("\(read)")),
            (isDryRun ? "would be imported" : "imported", Table.Cell("\(tally.imported)", .good)),
        ]
        if !isDryRun { rows.append(("already there", Table.Cell("\(tally.alreadyThere)"))) }
        rows.append(("refused", Table.Cell("\(tally.refused)", tally.refused > 0 ? .bad : .plain)))
        for (reason, count) in tally.reasons {
            rows.append(("  \(reason)", Table.Cell("\(count)")))
        }
        if tally.unanswered > 0 {
            rows.append(("unanswered", Table.Cell("\(tally.unanswered)", .bad)))
        }
        return rows
    }
}
