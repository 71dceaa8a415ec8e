/// Looks for the reservations that hold units of a level, row by row from the newest back: the same
/// on every state, so that all nodes find the same.
public struct PromiseSearch {
    /// What was found: the newest first.
    public private(set) var found: [Reservation] = []
    private let level: LevelKey
    private let limit: Int
    private var missing: Quantity
    private var rows = 0

    /// Begins a search for the promises that make up what is reserved of a level.
    public init(level: LevelKey, reserved: Quantity, limit: Int) {
        self.level = level
        self.limit = limit
        missing = reserved
    }

    /// Notes the reservation, as it is now, of the next row in which one was taken that moved the
    /// level; true when there is nothing more to look for.
    public mutating func isDone<Failure>(
        after reservation: Reservation?,
        key: (ReservationLine) throws(Failure) -> LevelKey?
    ) throws(Failure) -> Bool {
        rows += 1
        if let reservation, reservation.isOpen {
            var open: Quantity = 0
            for line in reservation.lines where line.open > 0 {
                if try key(line) == level { open += line.open }
            }
            if open > 0, reservation.owner.kind != .store {
                found.append(reservation)
                missing -= open
            }
        }
        return missing <= 0 || found.count >= limit || rows >= LedgerLimits.promiseRowsMax
    }
}

extension JournalRow {
    /// Whether a reservation was taken in it that moved the level.
    public func takes(at level: LevelKey) -> Bool {
        kind == .reserve && movements.contains { $0.key == level }
    }
}
