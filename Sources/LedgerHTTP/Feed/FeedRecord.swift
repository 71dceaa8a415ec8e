import Ledger
import NIOCore
import Replica
import Synchronization

/// One change of one thing at one position of the log: what watchers are told of it.
///
/// A change of stock has two faces: the availability over all locations, and at the location where it
/// happened. A face is encoded when the first watcher wants it, and once: all share the bytes.
final class FeedRecord: Sendable {
    enum Content: Equatable, Sendable {
        case stock(StockFacts)
        case price(SKU, Money?, version: UInt64)
        case offer(Offer)
        case item(Item)
        case location(Location)
    }

    /// How a watcher sees it.
    enum Face: Equatable, Sendable {
        /// Of the whole thing.
        case whole
        /// At the change's location.
        case placed
    }

    private struct Encoded {
        var whole: EncodedEvent?
        var placed: EncodedEvent?
    }

    let position: Position
    let content: Content
    private let encoded = Mutex(Encoded())

    init(_ content: Content, at position: Position) {
        self.content = content
        self.position = position
    }

    /// What it is about, by face; nil when it has no such face.
    func key(_ face: Face) -> FeedKey? {
        switch (content, face) {
        case (.stock(let facts), .whole):
            return facts.whole == nil ? nil : .availability(facts.sku)
        case (.stock(let facts), .placed):
            guard let placed = facts.placed else { return nil }
            return .availabilityAt(facts.sku, placed.location)
        case (.price(let sku, _, version: _), .whole): return .price(sku)
        case (.item(let item), .whole): return .item(item.sku)
        case (.location(let location), .whole): return .location(location.id)
        // A location's own matter: whoever watches that location is told.
        case (.offer(let offer), .placed): return .offer(offer.sku, offer.location)
        case (.offer, .whole), (.price, .placed), (.item, .placed), (.location, .placed): return nil
        }
    }

    /// The item that it is about.
    var sku: SKU? {
        switch content {
        case .stock(let facts): facts.sku
        case .price(let sku, _, version: _): sku
        case .offer(let offer): offer.sku
        case .item(let item): item.sku
        case .location: nil
        }
    }

    /// The location that it is about.
    var location: LocationID? {
        switch content {
        case .stock(let facts): facts.placed?.location
        case .offer(let offer): offer.location
        case .location(let location): location.id
        case .price, .item: nil
        }
    }

    /// The bytes of a face that it has.
    func encoded(_ face: Face) -> EncodedEvent {
        encoded.withLock { encoded in
            switch face {
            case .whole:
                if let event = encoded.whole { return event }
                let event = EncodedEvent(content, face, position)
                encoded.whole = event
                return event
            case .placed:
                if let event = encoded.placed { return event }
                let event = EncodedEvent(content, face, position)
                encoded.placed = event
                return event
            }
        }
    }
}

/// An item's availability after a change of it.
struct StockFacts: Equatable, Sendable {
    struct Placed: Equatable, Sendable {
        var location: LocationID
        var availability: Availability
    }

    var sku: SKU
    var version: UInt64
    /// Over all locations that sell online.
    var whole: Availability?
    /// At the location that changed.
    var placed: Placed?

    /// The facts of an item, over all locations when `whole` is set, and at a location when one is named.
    init(_ sku: SKU, _ view: ItemView?, whole: Bool, at location: LocationID?) {
        self.sku = sku
        version = view?.version ?? 0
        self.whole = whole ? Availability(view) : nil
        placed = location.map {
            Placed(location: $0, availability: Availability(view, at: $0))
        }
    }
}

extension Item {
    /// What it costs, if it has a price.
    var money: Money? { currency.isEmpty ? nil : Money(amount: price, currency: currency) }
}

/// The bytes of an event that all its watchers share: everything but `prev`, and the `id` behind it.
///
/// ```
/// event: availability
/// data: {"sku":"a", … ,"position":17,"prev":
/// ```
struct EncodedEvent: Sendable {
    let bytes: ByteBuffer
    /// Where the JSON of `data` begins.
    let jsonOffset: Int
    let kind: FeedEventKind
}
