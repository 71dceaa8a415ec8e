package import Ledger

/// A question for the past: which rows of the journal concern something, a page at a time.
package struct HistoryQuery: Equatable, Sendable {
    /// What the rows are to concern.
    package enum Subject: Equatable, Sendable {
        case all
        /// The item itself and its stock everywhere.
        case item(SKU)
        /// The location itself and all stock there.
        case location(LocationID)
        case level(SKU, LocationID)
        case reservation(ReservationID)
        /// A document elsewhere: an order, a delivery note.
        case document(Reference)
        case request(RequestID)
        case sale(SaleID)
        case transfer(TransferID)
    }

    /// Which rows come first.
    package enum Order: UInt8, Sendable {
        case newestFirst = 1
        case oldestFirst = 2
    }

    /// The greatest page that can be asked for.
    package static let pageSizeMax = 5_000
    /// The page of whoever asks for none.
    package static let pageSizeDefault = 100

    package var subject: Subject
    package var order: Order
    /// Nothing from before this time.
    package var from: LogTime?
    /// Nothing from this time on.
    package var until: LogTime?
    /// 1 to ``pageSizeMax``; a page may have fewer rows and still not be the last.
    package var pageSize: Int
    /// What the page before gave; nil for the first.
    package var pageToken: String?

    package init(
        _ subject: Subject,
        order: Order = .newestFirst,
        from: LogTime? = nil,
        until: LogTime? = nil,
        pageSize: Int = pageSizeDefault,
        pageToken: String? = nil
    ) {
        self.subject = subject
        self.order = order
        self.from = from
        self.until = until
        self.pageSize = pageSize
        self.pageToken = pageToken
    }

    /// What a page token is bound to: everything but the page's size.
    var fingerprint: UInt64 {
        var hash = QuestionHash(kind: 1)
        hash.add(UInt64(order.rawValue))
        hash.add(from?.microseconds)
        hash.add(until?.microseconds)
        for text in subject.texts { hash.add(text) }
        return hash.value
    }
}

extension HistoryQuery.Subject {
    /// The subject's kind and names.
    fileprivate var texts: [String] {
        switch self {
        case .all: ["all"]
        case .item(let sku): ["item", sku.text]
        case .location(let id): ["location", id.text]
        case .level(let sku, let location): ["level", sku.text, location.text]
        case .reservation(let id): ["reservation", id.text]
        case .document(let reference): ["document", reference.text]
        case .request(let id): ["request", id.text]
        case .sale(let id): ["sale", id.text]
        case .transfer(let id): ["transfer", id.text]
        }
    }
}

/// A row of the journal with the names of what moved.
package struct HistoryEntry: Equatable, Sendable {
    package var row: JournalRow
    /// The row's movements, in their order.
    package var movements: [NamedMovement]

    package init(row: JournalRow, movements: [NamedMovement]) {
        self.row = row
        self.movements = movements
    }
}

/// The change of one level, named by text.
package struct NamedMovement: Equatable, Sendable {
    package var sku: SKU
    package var location: LocationID
    package var movement: Movement

    package init(sku: SKU, location: LocationID, movement: Movement) {
        self.sku = sku
        self.location = location
        self.movement = movement
    }
}

/// A page of history.
package struct HistoryPage: Equatable, Sendable {
    package var entries: [HistoryEntry]
    /// Nil when there is nothing behind this page.
    package var nextPageToken: String?

    package init(entries: [HistoryEntry], nextPageToken: String?) {
        self.entries = entries
        self.nextPageToken = nextPageToken
    }
}

/// Why a question about the books has no answer; whoever asked can mend it.
package enum QuestionError: Error, Equatable, Sendable {
    case malformed(field: String, reason: String)
    case itemNotFound(SKU)
    case locationNotFound(LocationID)
    /// Asked about a position that the store has not reached.
    case ahead(stored: Position)
    /// The store could not read.
    case store(StoreError)
}
