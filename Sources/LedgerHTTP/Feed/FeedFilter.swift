import Ledger

/// Whether every change is told, or only the last of each key.
enum FeedMode: String, Sendable {
    case latest
    case log
}

/// Which changes a watcher wants.
///
/// | named | it is told |
/// |---|---|
/// | nothing | availability over all locations, prices, items, offers, locations |
/// | SKUs | of these: availability over all locations, prices, items |
/// | locations | of these: availability of every item there, offers there, the locations themselves |
/// | both | of these SKUs: availability and offers at these locations, prices, items; the locations |
struct FeedFilter: Equatable, Sendable {
    /// Each once, in the order asked for.
    let skus: [SKU]
    let places: [LocationID]
    private let locations: Set<LocationID>

    init(skus: [SKU], places: [LocationID]) {
        self.skus = skus
        self.places = places
        locations = Set(places)
    }

    /// The keys it lets through; nil when they can't be listed.
    var keys: [FeedKey]? {
        guard !skus.isEmpty else { return nil }
        var keys = skus.flatMap { [FeedKey.price($0), .item($0)] }
        if places.isEmpty {
            keys += skus.map { .availability($0) }
        } else {
            for location in places {
                keys.append(.location(location))
                for sku in skus {
                    keys.append(.availabilityAt(sku, location))
                    keys.append(.offer(sku, location))
                }
            }
        }
        return keys
    }

    /// How a record shows to a watcher; nil when it doesn't concern it.
    ///
    /// Of a watcher that names SKUs it is asked with records of those only, or of locations: the
    /// hub's index has found it by them.
    func face(of record: FeedRecord) -> FeedRecord.Face? {
        switch record.content {
        case .price, .item: return skus.isEmpty && !locations.isEmpty ? nil : .whole
        case .location(let location):
            if isEverything { return .whole }
            return locations.contains(location.id) ? .whole : nil
        case .stock(let facts):
            if locations.isEmpty { return facts.whole == nil ? nil : .whole }
            guard let placed = facts.placed, locations.contains(placed.location) else { return nil }
            return .placed
        case .offer(let offer):
            return isEverything || locations.contains(offer.location) ? .placed : nil
        }
    }

    /// Whether a location is one of those that are named.
    func names(_ location: LocationID) -> Bool { locations.contains(location) }

    /// Nothing is named.
    var isEverything: Bool { skus.isEmpty && places.isEmpty }
}
