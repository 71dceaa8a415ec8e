import Ledger

/// Where in the journal a time or a position is: its rows are in the order of both.
extension StoreReader {
    /// The rows from a time until another; nil when there are none.
    func bounds(
        from: LogTime?,
        until: LogTime?,
        through last: UInt64
    ) throws(StoreError) -> ClosedRange<UInt64>? {
        var first: UInt64 = 1
        var end = last + 1
        if let from { first = try firstRow(through: last, column: 1, from: from.microseconds) }
        if let until { end = try firstRow(through: last, column: 1, from: until.microseconds) }
        return first < end ? first...end - 1 : nil
    }

    /// The first row of an entry after a position; the one after the last row if there is none.
    func firstRow(after position: Position, through last: UInt64) throws(StoreError) -> UInt64 {
        guard position.rawValue < UInt64(Int64.max) else { return last + 1 }
        return try firstRow(through: last, column: 0, from: position.rawValue + 1)
    }

    /// The first row whose position (column 0) or time (column 1) is at least `value`.
    private func firstRow(
        through last: UInt64,
        column: Int32,
        from value: UInt64
    ) throws(StoreError) -> UInt64 {
        var low: UInt64 = 1
        var high = last + 1
        while low < high {
            let middle = low + (high - low) / 2
            guard let place = try journalPlace(middle) else {
                throw StoreError(.corrupt, "the journal's row \(middle) is missing")
            }
            if (column == 0 ? place.position.rawValue : place.logTime.microseconds) < value {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
