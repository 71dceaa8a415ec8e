import Ledger

/// Changes that the ring doesn't have: of a location with too many items to tell of each.
///
/// Whoever watches that location or everything begins anew there. Of the items that somebody named it is told
/// all the same, so that for those who watch nothing else there is no gap.
struct FeedGap: Sendable {
    /// The location that changed.
    let location: LocationID
    /// The items of which it is told.
    let told: Set<SKU>
    let position: Position
    /// The number of the ring's next record when the gap came about.
    var number: UInt64 = 0

    init(location: LocationID, told: Set<SKU>, position: Position) {
        self.location = location
        self.told = told
        self.position = position
    }

    /// Whether something is missing that a filter lets through.
    func concerns(_ filter: FeedFilter) -> Bool {
        guard filter.places.isEmpty || filter.names(location) else { return false }
        return filter.skus.isEmpty || !filter.skus.allSatisfy(told.contains)
    }
}
