/// What a replay found; the names are those of its JSON.
struct ReplayReport: Sendable {
    var tally: ReplayTally
    var linesRead: Int
    var refused: [String: Int]
    var setup: Duration
    var elapsed: Duration
    /// Of all nodes together, while the file was played.
    var serverTime: Duration
    var levels: Int
    var complaints: [String]

    private var seconds: Double { max(elapsed.inSeconds, 0.001) }
    private func rate(_ count: Int) -> Int64 { Int64(Double(count) / seconds) }

    var json: JSONValue {
        [
            "orders": .integer(Int64(tally.orders)),
            "orderLines": .integer(Int64(tally.orderLines)),
            "returns": .integer(Int64(tally.returns)),
            "adjustments": .integer(Int64(tally.adjustments)),
            "linesRead": .integer(Int64(linesRead)),
            "linesPlayed": .integer(Int64(tally.lines)),
            "linesRefused": .integer(Int64(refused.values.reduce(0, +))),
            "refusedByReason": .object(
                refused.sorted { $0.key < $1.key }
                    .map { .init(key: $0.key, value: .integer(Int64($0.value))) }
            ),
            "commands": .integer(Int64(tally.commands)),
            "failures": .integer(Int64(tally.failures)),
            "levels": .integer(Int64(levels)),
            "setupMilliseconds": .integer(setup.milliseconds),
            "milliseconds": .integer(elapsed.milliseconds),
            "ordersPerSecond": .integer(rate(tally.orders)),
            "linesPerSecond": .integer(rate(tally.lines)),
            "commandsPerSecond": .integer(rate(tally.commands)),
            "serverCPUMicrosecondsPerCommand": .integer(
                Int64(serverTime.inSeconds * 1_000_000) / Int64(max(tally.commands, 1))
            ),
            "booksBalance": .bool(complaints.isEmpty),
        ]
    }

    var tables: [Table] {
        var table = Table(("REPLAYED", .left), ("", .right))
        let rows: [(String, Int)] = [
            ("lines read", linesRead), ("lines played", tally.lines), ("orders", tally.orders),
            ("order lines", tally.orderLines), ("returns", tally.returns),
            ("adjustments", tally.adjustments), ("commands", tally.commands),
            ("failures", tally.failures), ("levels", levels),
        ]
        for (name, count) in rows { table.add(Table.Cell(name), Table.Cell("\(count)")) }
        return [table]
    }

    var notes: [String] {
        [
            "\(rate(tally.orders)) orders/s, \(rate(tally.lines)) lines/s, "
                + "\(rate(tally.commands)) commands/s, in \(elapsed.milliseconds) ms.",
            complaints.isEmpty ? "The books balance." : "The books do not balance.",
        ]
    }
}
