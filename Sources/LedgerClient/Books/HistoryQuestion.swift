public import Ledger

/// A question for the past: what happened to something, a page at a time.
public struct HistoryQuestion: Equatable, Sendable {
    /// What the rows of the journal are to concern.
    public enum Subject: Equatable, Sendable {
        /// Everything.
        case all
        /// The item itself and its stock everywhere.
        case item(SKU)
        /// The location itself and all stock there.
        case location(LocationID)
        /// The stock of an item at a location.
        case level(SKU, LocationID)
        case reservation(ReservationID)
        /// A document elsewhere, such as an order or a delivery note.
        case document(Reference)
        case request(RequestID)
        case sale(SaleID)
        case transfer(TransferID)
    }

    /// What the rows are to concern.
    public var subject: Subject
    /// The newest come first otherwise.
    public var oldestFirst: Bool
    /// Nothing from before this time.
    public var from: LogTime?
    /// Nothing from this time on.
    public var until: LogTime?
    /// Rows of a page at most; nil: as many as the node likes.
    public var pageSize: Int?
    /// From the page before.
    public var pageToken: String?
    /// What the node must have before it answers, such as the position of the last write.
    public var minPosition: Position?

    /// Puts a question together.
    public init(
        _ subject: Subject,
        oldestFirst: Bool = false,
        from: LogTime? = nil,
        until: LogTime? = nil,
        pageSize: Int? = nil,
        pageToken: String? = nil,
        minPosition: Position? = nil
    ) {
        self.subject = subject
        self.oldestFirst = oldestFirst
        self.from = from
        self.until = until
        self.pageSize = pageSize
        self.pageToken = pageToken
        self.minPosition = minPosition
    }
}

/// Some rows of something long.
public struct Page<Row: Sendable>: Sendable {
    /// In order.
    public var rows: [Row]
    /// Asks for the next page; nil at the end.
    public var nextPageToken: String?

    /// Puts a page together.
    public init(rows: [Row], nextPageToken: String?) {
        self.rows = rows
        self.nextPageToken = nextPageToken
    }
}

extension Page: Equatable where Row: Equatable {}

/// A moment of the past.
public enum PastMoment: Equatable, Sendable {
    /// After the entry at a position.
    case position(Position)
    /// After the last entry at or before a time.
    case time(LogTime)
}

/// Levels as they were.
public struct PastLevels: Equatable, Sendable {
    /// By location; where there had never been stock by then is left out.
    public var levels: [LevelView]
    /// The last entry that they include.
    public var position: Position
}
