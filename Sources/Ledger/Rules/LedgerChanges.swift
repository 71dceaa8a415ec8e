/// The keys of what entries changed, in the order of the changes; a key may come more than once.
///
/// The caller keeps one, hands it to every apply of a batch, and empties it in between; its arrays
/// keep their room.
public struct LedgerChanges: Equatable, Sendable {
    /// Levels with another bucket or version.
    public var levels: [LevelKey] = []
    /// Items that were created or replaced.
    public var items: [ItemKey] = []
    /// Locations that were created or replaced.
    public var locations: [LocationKey] = []
    /// Offers that were created or replaced.
    public var offers: [LevelKey] = []
    /// What the entries came to, counted; refusals too, which change nothing.
    public var tally = LedgerTally()

    /// Nothing changed yet.
    public init() {}

    /// Whether nothing changed, whatever was counted.
    public var isEmpty: Bool {
        levels.isEmpty && items.isEmpty && locations.isEmpty && offers.isEmpty
    }

    /// Forgets the keys, not the room for them.
    public mutating func removeAll() {
        levels.removeAll(keepingCapacity: true)
        items.removeAll(keepingCapacity: true)
        locations.removeAll(keepingCapacity: true)
        offers.removeAll(keepingCapacity: true)
        tally.clear()
    }

    /// Adds what changed after it.
    mutating func append(_ later: LedgerChanges) {
        levels += later.levels
        items += later.items
        locations += later.locations
        offers += later.offers
        tally.add(later.tally)
    }
}
