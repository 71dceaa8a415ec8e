import Ledger
import LedgerAPI

/// What an import would change.
struct DryRunEffects {
    /// An item or a location that would be created or changed.
    struct Change: Equatable {
        /// `item` or `location`.
        var noun: String
        var name: String
        var isNew: Bool
        /// For example `price 2.50 GBP → 3.00 GBP`.
        var details: [String]
    }

    /// One (sku, location) whose stock would move.
    struct Movement: Equatable {
        var sku: SKU
        var location: LocationID
        var before: Quantity
        var change: Quantity
        var after: Quantity { before + change }
    }

    private struct LevelName: Hashable {
        var sku: SKU
        var location: LocationID
    }

    private(set) var changes: [Change] = []
    private(set) var same = 0
    private var levels: [LevelName: Movement] = [:]

    mutating func note(_ next: UpsertItem, over present: Item?) {
        note(
            "item",
            next.sku.text,
            Self.facts(Item(next)),
            over: present.map(Self.facts)
        )
    }

    mutating func note(_ next: UpsertLocation, over present: Location?) {
        note(
            "location",
            next.id.text,
            Self.facts(Location(next)),
            over: present.map(Self.facts)
        )
    }

    mutating func note(_ next: Offer, over present: Offer?) {
        note(
            "offer",
            "\(next.sku) at \(next.location)",
            Self.facts(next),
            over: present.map(Self.facts)
        )
    }

    mutating func move(_ line: StockLine, before: Quantity) {
        let name = LevelName(sku: line.sku, location: line.location)
        levels[
            name,
            default: Movement(sku: line.sku, location: line.location, before: before, change: 0)
        ].change += line.quantity
    }

    /// By location and item.
    var movements: [Movement] {
        levels.values.sorted { ($0.location, $0.sku) < ($1.location, $1.sku) }
    }

    private typealias Facts = [(name: String, value: String)]

    private mutating func note(
        _ noun: String,
        _ name: String,
        _ next: Facts,
        over present: Facts?
    ) {
        guard let present else {
            let details = next.filter { !$0.value.isEmpty }.map { "\($0.name) \($0.value)" }
            changes.append(Change(noun: noun, name: name, isNew: true, details: details))
            return
        }
        let details = zip(present, next).compactMap { old, new in
            old.value == new.value ? nil : "\(new.name) \(old.value) → \(new.value)"
        }
        if details.isEmpty {
            same += 1
        } else {
            changes.append(Change(noun: noun, name: name, isNew: false, details: details))
        }
    }

    private static func facts(_ item: Item) -> Facts {
        [
            ("title", item.title),
            ("price", Price(amount: item.price, currency: item.currency).text),
            ("state", item.state.word),
            ("attributes", item.attributes.map { "\($0.name)=\($0.value)" }.joined(separator: " ")),
        ]
    }

    private static func facts(_ offer: Offer) -> Facts {
        [
            (
                "price",
                offer.price.map { Price(amount: $0.amount, currency: $0.currency).text } ?? ""
            ),
            (
                "attributes",
                offer.attributes.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
            ),
        ]
    }

    private static func facts(_ location: Location) -> Facts {
        [
            ("name", location.name),
            ("kind", location.kind.word),
            ("priority", "\(location.priority)"),
            ("online", location.sellsOnline ? "yes" : "no"),
            ("state", location.state.word),
        ]
    }
}

extension DryRunEffects {
    /// Rows that people are shown; JSON has all.
    private static let rowsMax = 20

    var tables: [Table] {
        var tables: [Table] = []
        if !changes.isEmpty {
            var table = Table(
                ("WOULD", .left),
                ("", .left),
                ("NAME", .left),
                ("DETAILS", .left)
            )
            for change in changes.prefix(Self.rowsMax) {
                table.add(
                    Table.Cell(change.isNew ? "create" : "change", change.isNew ? .good : .warning),
                    Table.Cell(change.noun),
                    Table.Cell(change.name),
                    Table.Cell(change.details.joined(separator: ", "))
                )
            }
            tables.append(table)
        }
        let movements = movements
        if !movements.isEmpty {
            var table = Table(
                ("SKU", .left),
                ("LOCATION", .left),
                ("ON HAND", .right),
                ("CHANGE", .right),
                ("WOULD BE", .right)
            )
            // The greatest first: that is where a mistake hurts.
            let greatest = movements.sorted { $0.change.magnitude > $1.change.magnitude }
            for movement in greatest.prefix(Self.rowsMax) {
                table.add(
                    Table.Cell(movement.sku.text),
                    Table.Cell(movement.location.text),
                    Table.Cell("\(movement.before)"),
                    Table.Cell((movement.change > 0 ? "+" : "") + "\(movement.change)"),
                    Table.Cell("\(movement.after)", movement.after < 0 ? .bad : .plain)
                )
            }
            tables.append(table)
        }
        return tables
    }

    var notes: [String] {
        let created = changes.count { $0.isNew }
        var notes = [
            "Nothing was changed. The import would create \(created), change "
                + "\(changes.count - created) and leave \(same) as they are, and move the stock "
                + "of \(levels.count) items at locations.",
            "Lines that an earlier run has imported already are counted here as if they were new.",
        ]
        if changes.count > Self.rowsMax || levels.count > Self.rowsMax {
            notes.append(
                "Shown are the first \(Self.rowsMax) changes and the greatest \(Self.rowsMax) "
                    + "movements; --output json has all."
            )
        }
        return notes
    }

    var json: JSONValue {
        [
            "changes": .array(
                changes.map { change in
                    [
                        "noun": .string(change.noun),
                        "name": .string(change.name),
                        "new": .bool(change.isNew),
                        "details": .array(change.details.map(JSONValue.string)),
                    ]
                }
            ),
            "unchanged": .integer(Int64(same)),
            "movements": .array(
                movements.map { movement in
                    [
                        "sku": .string(movement.sku.text),
                        "location": .string(movement.location.text),
                        "before": .integer(movement.before),
                        "change": .integer(movement.change),
                        "after": .integer(movement.after),
                    ]
                }
            ),
        ]
    }
}
