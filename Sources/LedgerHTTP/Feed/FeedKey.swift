import Ledger

/// What an event of the feed is about: a later event of the same key makes an earlier one needless.
enum FeedKey: Hashable, Sendable {
    /// Over all locations that sell online.
    case availability(SKU)
    case availabilityAt(SKU, LocationID)
    case price(SKU)
    /// What is different about an item at a location.
    case offer(SKU, LocationID)
    case item(SKU)
    case location(LocationID)
}

/// An event's type, as `event:` names it.
enum FeedEventKind: String, Sendable {
    case availability
    case price
    case item
    case location
}
