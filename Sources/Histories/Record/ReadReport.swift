package import Ledger

/// The answer to a read.
package struct ReadReport: Equatable, Sendable {
    /// What was found.
    package var value: ReadValue
    /// Everything up to here is in it, and nothing after; nil when it was not told, as in an error.
    package var position: Position?
    /// The upper bound on its age that was claimed, in nanoseconds; nil when it was said to be unknown.
    package var claimedAge: UInt64?

    /// Puts the parts together.
    package init(value: ReadValue, position: Position?, claimedAge: UInt64?) {
        self.value = value
        self.position = position
        self.claimedAge = claimedAge
    }
}

/// What a read found, by what it asked about.
package enum ReadValue: Equatable, Sendable {
    /// Nil when the item or the location is unknown; all zeros where there never was any stock.
    case level(StockLevel?)
    /// Levels by location id; where there never was any stock is left out.
    case item(Item?, levels: [LevelView])
    /// Nil when unknown.
    case location(Location?)
    /// Nil when unknown.
    case reservation(Reservation?)
    /// One for each SKU, in the order asked for.
    case availability([AvailabilityReport])
}

extension ReadValue {
    /// Whether it is what was told, as far as everything was told.
    func agrees(with told: ReadValue) -> Bool {
        guard case .availability(let found) = self, case .availability(let told) = told else {
            return self == told
        }
        return found.count == told.count && zip(found, told).allSatisfy { $0.agrees(with: $1) }
    }
}

/// What the digital channel was told of one item.
package struct AvailabilityReport: Equatable, Sendable {
    /// In a word.
    package enum Status: Equatable, Sendable {
        case inStock
        case lowStock
        case outOfStock
        case backorder
        case unknownItem
    }

    /// The item.
    package var sku: SKU
    /// In a word.
    package var status: Status
    /// Units, capped for the public.
    package var available: Quantity
    /// Minor units; nil when it was not told.
    package var price: Int64?
    /// The sum of the versions of all that was looked at; nil when it was not told.
    package var version: UInt64?

    /// Puts the parts together.
    package init(
        sku: SKU,
        status: Status,
        available: Quantity,
        price: Int64? = nil,
        version: UInt64? = nil
    ) {
        self.sku = sku
        self.status = status
        self.available = available
        self.price = price
        self.version = version
    }
}

extension AvailabilityReport {
    /// Whether it is what was told; of what there isn't, price and version say nothing.
    func agrees(with told: AvailabilityReport) -> Bool {
        guard sku == told.sku, status == told.status, available == told.available else {
            return false
        }
        guard status != .unknownItem else { return true }
        return (told.price == nil || told.price == price)
            && (told.version == nil || told.version == version)
    }

    /// More than this is told to nobody outside.
    static let shownMax: Quantity = 100
    /// Up to this many units are LOW_STOCK.
    static let lowMax: Quantity = 5
}

extension AvailabilityReport.Status {
    /// What so many units are called; nothing takes backorders yet.
    init(units: Quantity) {
        self =
            units > AvailabilityReport.lowMax ? .inStock : units > 0 ? .lowStock : .outOfStock
    }
}
