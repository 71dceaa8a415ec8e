package import Ledger

/// One item with its levels and offers everywhere, as of one position.
package struct ItemView: Equatable, Sendable {
    package var item: Item
    /// Sorted by location id; locations where the item never had stock are absent.
    package var levels: [LocatedLevel]
    /// Sorted by location id.
    ///
    /// Where nothing is different, there is none; where there is one, there need be no level.
    package var offers: [LocatedOffer]

    package init(item: Item, levels: [LocatedLevel], offers: [LocatedOffer] = []) {
        self.item = item
        self.levels = levels
        self.offers = offers
    }

    /// Rises with every change of the item, of a level, an offer or a location here; the same on
    /// every node that shows the same state.
    package var version: UInt64 {
        let version = levels.reduce(item.version) {
            $0 &+ $1.level.version &+ $1.place.version
        }
        return offers.reduce(version) { $0 &+ $1.version }
    }

    /// The level at a location, nil where the item never had stock.
    package func level(at location: LocationID) -> LocatedLevel? {
        let index = levels.place(of: location) { $0.place.location }
        guard index < levels.count, levels[index].place.location == location else { return nil }
        return levels[index]
    }

    /// What is different at a location.
    package func offer(at location: LocationID) -> LocatedOffer? {
        let index = offers.place(of: location) { $0.location }
        guard index < offers.count, offers[index].location == location else { return nil }
        return offers[index]
    }

    /// The price that holds at a location, or everywhere else when it is nil; nil without any.
    package func price(at location: LocationID?) -> Money? {
        if let location, let price = offer(at: location)?.price { return price }
        return item.currency.isEmpty ? nil : Money(amount: item.price, currency: item.currency)
    }

    /// About what it takes in memory.
    var memoryBytes: Int {
        item.attributes.reduce(
            192 + item.title.utf8.count + 176 * levels.count + 80 * offers.count
        ) { $0 + 64 + $1.name.utf8.count + $1.value.utf8.count }
    }
}

extension ItemView {
    /// Replaces the level at its location, or adds it in order.
    mutating func set(_ level: LocatedLevel) {
        let index = levels.place(of: level.place.location) { $0.place.location }
        if index < levels.count, levels[index].place.location == level.place.location {
            levels[index] = level
        } else {
            levels.insert(level, at: index)
        }
    }

    /// Replaces the offer at its location, or adds it in order.
    mutating func set(_ offer: LocatedOffer) {
        let index = offers.place(of: offer.location) { $0.location }
        if index < offers.count, offers[index].location == offer.location {
            offers[index] = offer
        } else {
            offers.insert(offer, at: index)
        }
    }

    /// Takes up what a location has become, if the item has a level there.
    mutating func set(_ location: Location) {
        let index = levels.place(of: location.id) { $0.place.location }
        guard index < levels.count, levels[index].place.location == location.id else { return }
        levels[index].place = Place(location)
    }
}

/// What a reader must know of a location beside what is there.
package struct Place: Equatable, Sendable {
    package var location: LocationID
    package var name: String
    package var kind: Location.Kind
    /// The location's `sells_online` and state ACTIVE: it counts for the digital channel.
    package var sellsOnline: Bool
    package var version: UInt64

    package init(_ location: Location) {
        self.location = location.id
        name = location.name
        kind = location.kind
        sellsOnline = location.sellsOnline && location.state == .active
        version = location.version
    }
}

/// A level and where it is.
package struct LocatedLevel: Equatable, Sendable {
    package var place: Place
    package var level: StockLevel

    package init(place: Place, level: StockLevel) {
        self.place = place
        self.level = level
    }
}

/// An item's price at one location, where it has one of its own.
package struct LocatedOffer: Equatable, Sendable {
    package var location: LocationID
    /// Nil: the item's own holds, and something else is different.
    package var price: Money?
    package var version: UInt64

    package init(_ offer: Offer) {
        location = offer.location
        price = offer.price
        version = offer.version
    }
}

extension Array {
    /// The first place whose location isn't before `location`, in an array that is sorted by it.
    fileprivate func place(
        of location: LocationID,
        by id: (Element) -> LocationID
    ) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if id(self[middle]) < location { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
