import Ledger

/// The ledger as its clients see it, written down a second time and independently of the rules that
/// the nodes run: levels, reservations, the catalogue.
///
/// Every change is noted, so that a search can take it back, and its fingerprint is kept up to date.
final class ModelState {
    struct ModelItem: Sendable {
        var item: Item
        /// The operation that wrote it.
        var writer: Int
    }

    struct ModelLocation: Sendable {
        var location: Location
        var writer: Int
    }

    /// What a change replaced.
    private enum Replaced: Sendable {
        case level(Slot, StockLevel)
        case reservation(Slot, ModelReservation?)
        case item(Slot, ModelItem?)
        case location(Slot, ModelLocation?)
        case identity(Slot, Int?)

        var slot: Slot {
            switch self {
            case .level(let slot, _), .reservation(let slot, _), .item(let slot, _),
                .location(let slot, _), .identity(let slot, _):
                slot
            }
        }
    }

    private(set) var levels: [StockLevel]
    private(set) var reservations: [ModelReservation?]
    private(set) var items: [ModelItem?]
    private(set) var locations: [ModelLocation?]
    /// The number of the command that a shared request id belongs to.
    private(set) var identities: [Int?]
    /// By level: the slots of HELD reservations with a line there, in no particular order.
    private(set) var holds: [[Slot]]
    private(set) var fingerprint = Fingerprint()
    /// By variable: when it was last changed, forth or back, by a clock that only goes forth.
    private(set) var touchedAt: [Int]
    private(set) var clock = 0
    private var replaced: [Replaced] = []

    /// An empty ledger with room for so many variables.
    init(variables count: Int) {
        levels = Array(repeating: StockLevel(), count: count)
        reservations = Array(repeating: nil, count: count)
        items = Array(repeating: nil, count: count)
        locations = Array(repeating: nil, count: count)
        identities = Array(repeating: nil, count: count)
        holds = Array(repeating: [], count: count)
        touchedAt = Array(repeating: 0, count: count)
    }

    // MARK: - Changes

    func set(_ level: StockLevel, at slot: Slot) {
        replaced.append(.level(slot, levels[slot.index]))
        put(level, at: slot)
    }

    func set(_ reservation: ModelReservation, at slot: Slot) {
        replaced.append(.reservation(slot, reservations[slot.index]))
        put(reservation, at: slot)
    }

    func set(_ item: ModelItem, at slot: Slot) {
        replaced.append(.item(slot, items[slot.index]))
        put(item, at: slot)
    }

    func set(_ location: ModelLocation, at slot: Slot) {
        replaced.append(.location(slot, locations[slot.index]))
        put(location, at: slot)
    }

    func set(identity: Int, at slot: Slot) {
        replaced.append(.identity(slot, identities[slot.index]))
        put(identity: identity, at: slot)
    }

    /// How many changes were made and not taken back.
    var changeCount: Int { replaced.count }

    /// What has changed since there were so many changes.
    func changed(since count: Int) -> [Slot] { replaced[count...].map(\.slot) }

    /// The version of what is at a slot; 0 before there is anything.
    func version(of slot: Slot) -> UInt64 {
        // A slot is of one kind.
        levels[slot.index].version
            + (reservations[slot.index]?.reservation.version ?? 0)
            + (items[slot.index]?.item.version ?? 0)
            + (locations[slot.index]?.location.version ?? 0)
    }

    /// Takes changes back, the latest first, until so many are left.
    func rewind(to count: Int) {
        while replaced.count > count, let change = replaced.popLast() {
            switch change {
            case .level(let slot, let level): put(level, at: slot)
            case .reservation(let slot, let reservation): put(reservation, at: slot)
            case .item(let slot, let item): put(item, at: slot)
            case .location(let slot, let location): put(location, at: slot)
            case .identity(let slot, let identity): put(identity: identity, at: slot)
            }
        }
    }

    // MARK: - Keeping the fingerprint and the index of holds

    private func touch(_ slot: Slot) {
        clock += 1
        touchedAt[slot.index] = clock
    }

    private func put(_ level: StockLevel, at slot: Slot) {
        touch(slot)
        fingerprint.toggle(Self.fact(levels[slot.index], slot))
        levels[slot.index] = level
        fingerprint.toggle(Self.fact(level, slot))
    }

    private func put(_ reservation: ModelReservation?, at slot: Slot) {
        touch(slot)
        if let old = reservations[slot.index] {
            fingerprint.toggle(old.fact(slot))
            if old.isHeld {
                for level in old.levels { holds[level.index].removeAll { $0 == slot } }
            }
        }
        reservations[slot.index] = reservation
        if let reservation {
            fingerprint.toggle(reservation.fact(slot))
            if reservation.isHeld {
                for level in reservation.levels { holds[level.index].append(slot) }
            }
        }
    }

    private func put(_ item: ModelItem?, at slot: Slot) {
        touch(slot)
        if let old = items[slot.index] {
            fingerprint.toggle(Self.fact(.item, slot, old.writer, old.item.version))
        }
        items[slot.index] = item
        if let item {
            fingerprint.toggle(Self.fact(.item, slot, item.writer, item.item.version))
        }
    }

    private func put(_ location: ModelLocation?, at slot: Slot) {
        touch(slot)
        if let old = locations[slot.index] {
            fingerprint.toggle(Self.fact(.location, slot, old.writer, old.location.version))
        }
        locations[slot.index] = location
        if let location {
            fingerprint.toggle(
                Self.fact(.location, slot, location.writer, location.location.version)
            )
        }
    }

    private func put(identity: Int?, at slot: Slot) {
        touch(slot)
        if let old = identities[slot.index] {
            fingerprint.toggle(Self.fact(.identity, slot, old, 0))
        }
        identities[slot.index] = identity
        if let identity { fingerprint.toggle(Self.fact(.identity, slot, identity, 0)) }
    }

    private static func fact(_ level: StockLevel, _ slot: Slot) -> Fingerprint.Fact {
        var fact = Fingerprint.Fact(.level, slot.index)
        fact.add(level.onHand)
        fact.add(level.reserved)
        fact.add(level.allotted)
        fact.add(level.version)
        return fact
    }

    /// What an operation wrote is settled by the operation and the version.
    private static func fact(
        _ kind: Fingerprint.Kind,
        _ slot: Slot,
        _ writer: Int,
        _ version: UInt64
    ) -> Fingerprint.Fact {
        var fact = Fingerprint.Fact(kind, slot.index)
        fact.add(Int64(writer))
        fact.add(version)
        return fact
    }
}
