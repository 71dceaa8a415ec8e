package import Ledger

/// A table of the ledger that can be read as a whole, page by page.
package enum BookTable: UInt8, Equatable, Sendable {
    case locations = 1
    case levels = 2
    case reservations = 3
    case offers = 4
    case transfers = 5
}

/// Rows of one table, in the order of their keys.
package enum BookRows: Equatable, Sendable {
    case locations([Location])
    case levels([LevelView])
    /// In the order of their creation.
    case reservations([Reservation])
    case offers([Offer])
    /// In the order of their creation.
    case transfers([Transfer])
}

/// A page of a table.
package struct BookList: Equatable, Sendable {
    package var rows: BookRows
    /// Nil when there is nothing behind this page.
    package var nextPageToken: String?
    /// When the agents of the locations in it were last heard of; those without an agent are left out.
    package var seen: [LocationID: LogTime] = [:]
    /// The ledger's time: how long an agent is silent is told by it.
    package var logTime = LogTime(microseconds: 0)

    package init(rows: BookRows, nextPageToken: String?) {
        self.rows = rows
        self.nextPageToken = nextPageToken
    }
}
