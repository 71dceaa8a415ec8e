package import Ledger

/// What a client asks for.
package enum HistoryOperation: Equatable, Sendable {
    /// A change, with the identity under which it is done at most once.
    case command(Request)
    /// A question, and what the answer is to promise about its age.
    case read(ReadSubject, ReadPromise)
}

/// What a read asks about.
package enum ReadSubject: Equatable, Sendable {
    /// The exact stock of an item at a location.
    case level(SKU, LocationID)
    /// An item with its stock everywhere, as of one position.
    case item(SKU)
    /// A location.
    case location(LocationID)
    /// A reservation.
    case reservation(ReservationID)
    /// What may be sold of some items, at a location or everywhere, as of one position.
    case availability([SKU], at: LocationID?)
}

/// What the answer to a read must promise about its age.
package enum ReadPromise: Equatable, Sendable {
    /// A prefix of the log, however old.
    case stale
    /// No older than so many nanoseconds.
    case bounded(maxAge: UInt64)
    /// Includes everything up to a position.
    case session(minPosition: Position)
    /// Includes everything acknowledged before the read began.
    case linearizable
}
