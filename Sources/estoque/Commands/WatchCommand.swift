import ArgumentParser
import Ledger
import LedgerClient

/// The verb `watch`: what changes, as it happens.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show what changes, as it happens, until Ctrl-C.",
        discussion: """
            Each change once and in order, from now on or from a position on. With several nodes \
            in --node it goes on at the next one when one fails, where it was. Refusals are told too.

            Example: estoque watch --sku TEA-250 --location store-7 --output json
            """
    )

    @Option(
        name: .long,
        help: ArgumentHelp("Of this item only; may be given several times.", valueName: "sku"),
        transform: { try Arguments.identifier($0) as SKU }
    )
    var sku: [SKU] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "At this location only; may be given several times.",
            valueName: "location"
        ),
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var location: [LocationID] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Everything behind this position.", valueName: "position"),
        transform: Arguments.position
    )
    var after: Position?

    @Option(
        name: .long,
        help: ArgumentHelp("End after so many changes.", valueName: "count"),
        transform: { text in
            guard let count = Int(text), count > 0 else {
                throw ValidationError("'\(text)' must be a number from 1 on")
            }
            return count
        }
    )
    var limit: Int?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let filter = WatchFilter(skus: Set(sku), locations: Set(location))
        let printer = WatchPrinter(
            output: connection.output,
            colour: connection.output == .table && Terminal.outIsTerminal
        )
        if let header = printer.header { Terminal.out(header) }
        let nodes = try connection.nodes()
        let follower = WatchFollower(after: after, limit: limit) { entries in
            for entry in entries {
                if let entry = filter.part(of: entry) { Terminal.out(printer.text(entry)) }
            }
        } counts: { entry in
            filter.part(of: entry) != nil
        } notes: {
            Terminal.err("estoque: \($0)")
        }
        try await connection.withClient { client in
            try await follower.follow(nodes, patience: connection.timeout) { node, position, take in
                try await client.watch(after: position, at: node, onChanges: take)
            }
        }
    }
}

/// Which rows are wanted, and what of them.
struct WatchFilter: Sendable {
    var skus: Set<SKU>
    var locations: Set<LocationID>

    /// The row with those movements that are wanted; nil when it is about something else.
    func part(of entry: JournalEntry) -> JournalEntry? {
        guard !skus.isEmpty || !locations.isEmpty else { return entry }
        if entry.movements.isEmpty { return isEdit(entry) ? entry : nil }
        var part = entry
        part.movements = entry.movements.filter { movement in
            (skus.isEmpty || skus.contains(movement.sku))
                && (locations.isEmpty || locations.contains(movement.location))
        }
        return part.movements.isEmpty ? nil : part
    }

    /// An edit of a wanted item or location, which the journal names as the row's document.
    private func isEdit(_ entry: JournalEntry) -> Bool {
        guard let document = entry.document?.text else { return false }
        switch entry.kind {
        case "UPSERT_ITEM": return skus.contains(SKU(unchecked: document))
        case "UPSERT_LOCATION": return locations.contains(LocationID(unchecked: document))
        default: return false
        }
    }
}

/// Rows as lines, which can't wait for the widths of all.
struct WatchPrinter: Sendable {
    var output: OutputFormat
    var colour: Bool

    private static let widths = [9, 24, 16, 40, 9, 9, 9]

    /// The columns' names.
    var header: String? {
        guard output == .table else { return nil }
        let line = Self.line(["POSITION", "TIME", "WHAT", "STOCK", "CHANGE", "ON HAND", "RESERVED"])
        return colour ? "\u{1B}[1m\(line)\u{1B}[0m" : line
    }

    /// A line of JSON, or one for each movement.
    func text(_ entry: JournalEntry) -> String {
        guard output == .table else { return entry.json.rendered }
        let head = ["\(entry.position.rawValue)", entry.logTime.text, entry.whatCell.text]
        guard !entry.movements.isEmpty else {
            return Self.line(head + [entry.document?.text ?? "", "", "", ""])
        }
        return entry.movements.map { movement in
            let stock = "\(movement.sku)@\(movement.location)"
            let change = movement.change.onHand != 0 ? movement.change.onHand : 0
            let balance = movement.balance
            return Self.line(
                head + [
                    stock, change == 0 ? "" : (change > 0 ? "+\(change)" : "\(change)"),
                    "\(balance.onHand)", "\(balance.reserved + balance.allotted)",
                ]
            )
        }
        .joined(separator: "\n")
    }

    private static func line(_ cells: [String]) -> String {
        let padded = zip(cells, widths).enumerated().map { index, pair in
            let text = Printable.text(pair.0)
            let padding = String(repeating: " ", count: max(pair.1 - text.count, 0))
            return index == 0 || index > 3 ? padding + text : text + padding
        }
        var line = padded.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }
}
