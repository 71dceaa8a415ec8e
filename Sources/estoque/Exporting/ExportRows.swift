import Ledger
import LedgerAPI
import LedgerClient

/// The records of exports: those of items, locations, offers and stock can be imported again.
enum ExportRows {
    static let items = ["sku", "title", "price", "currency", "state"]
    static let locations = ["id", "name", "kind", "priority", "sells_online", "state"]
    static let offers = ["sku", "location", "price", "currency"]
    /// `counted` is left empty for whoever counts; `book` and `book_version` are what was shown then.
    static let stock = [
        "sku", "location", "counted", "book", "book_version", "reserved", "allotted",
        "unavailable", "incoming", "safety_stock", "backorder_limit", "available",
    ]
    static let reservations = [
        "reservation", "owner", "state", "expires", "order", "sku", "location", "requested",
        "fulfilled", "released", "returned",
    ]
    static let journal = [
        "sequence", "position", "time", "kind", "sku", "location", "on_hand", "reserved",
        "allotted", "unavailable", "incoming", "on_hand_after", "reserved_after", "actor",
        "request", "batch_index", "reason", "document", "refused",
    ]

    /// Of an item, with the values of the properties named.
    static func fields(_ item: Item, attributes: [String]) -> [String] {
        let price = Price(amount: item.price, currency: item.currency)
        return [
            item.sku.text, item.title, price.number, item.currency, item.state.word.lowercased(),
        ] + attributes.map { name in item.attributes.first { $0.name == name }?.value ?? "" }
    }

    static func fields(_ location: Location) -> [String] {
        [
            location.id.text, location.name, location.kind.word.lowercased(),
            "\(location.priority)", location.sellsOnline ? "yes" : "no",
            location.state.word.lowercased(),
        ]
    }

    static func fields(_ offer: Offer, attributes: [String]) -> [String] {
        let price = offer.price.map { Price(amount: $0.amount, currency: $0.currency) }
        return [
            offer.sku.text, offer.location.text, price?.number ?? "", price?.currency ?? "",
        ] + attributes.map { name in offer.attributes.first { $0.name == name }?.value ?? "" }
    }

    static func fields(_ view: LevelView) -> [String] {
        let level = view.level
        return [view.sku.text, view.location.text, ""]
            + [
                level.onHand, Quantity(clamping: level.version), level.reserved, level.allotted,
                level.unavailable, level.incoming, level.safetyStock, level.backorderLimit,
                level.available,
            ].map { "\($0)" }
    }

    /// A record for each line.
    static func fields(_ reservation: Reservation) -> [[String]] {
        reservation.lines.map { line in
            [
                reservation.id.text,
                "\(reservation.owner.kind.word.lowercased()):\(reservation.owner.reference)",
                reservation.state.word,
                reservation.state == .held ? reservation.expireTime.text : "",
                reservation.orderReference?.text ?? "",
                line.sku.text, line.location.text,
                "\(line.requested)", "\(line.fulfilled)", "\(line.released)", "\(line.returned)",
            ]
        }
    }

    /// A record for each movement, or one for a row that moved nothing.
    static func fields(_ entry: JournalEntry) -> [[String]] {
        let head = [
            "\(entry.sequence)", "\(entry.position.rawValue)", entry.logTime.text, entry.kind,
        ]
        var refused = ""
        if case .refused(let problem) = entry.result { refused = problem.reason.rawValue }
        let tail = [
            entry.actor?.text ?? "", entry.request?.text ?? "",
            entry.batchIndex.map { "\($0)" } ?? "", entry.reason?.text ?? "",
            entry.document?.text ?? "", refused,
        ]
        guard !entry.movements.isEmpty else {
            return [head + Array(repeating: "", count: 9) + tail]
        }
        return entry.movements.map { movement in
            let change = movement.change
            let numbers = [
                change.onHand, change.reserved, change.allotted, change.unavailable,
                change.incoming, movement.balance.onHand, movement.balance.reserved,
            ]
            return head + [movement.sku.text, movement.location.text]
                + numbers.map { "\($0)" } + tail
        }
    }
}
