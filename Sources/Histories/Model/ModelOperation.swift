import Ledger

/// One operation of a history, prepared for the model: names are replaced by slots.
struct ModelOperation: Sendable {
    enum Action: Sendable {
        /// A command and what its client was told; nil when nobody knows whether it was applied.
        case command(ModelCommand, told: Outcome?)
        /// An id was refused because it belongs to another command.
        case reuse
        /// A read and what it found.
        case read(ModelRead)
    }

    /// A request id under which several commands came.
    struct SharedIdentity: Sendable {
        let slot: Slot
        /// The number of this operation's command among them.
        let command: Int
    }

    /// The call to look at.
    let call: CallID
    let begin: HistoryInstant
    /// Nil: it may take effect at any time from its beginning on, or never.
    let end: HistoryInstant?
    /// The time of its entry in the log, where an answer told it.
    let logTime: LogTime?
    /// Where to try it first, by position; says nothing about what is right.
    let hint: UInt64
    let action: Action
    let identity: SharedIdentity?
    /// Everything that it may read or change, in order.
    let footprint: [Slot]

    /// Whether it leaves everything as it is, as reads and refusals do.
    var isPassive: Bool {
        switch action {
        case .read, .reuse: true
        case .command(_, told: .refused?): identity == nil
        case .command: false
        }
    }
}

/// A command with slots in the place of names.
enum ModelCommand: Sendable {
    case upsertItem(Slot, UpsertItem, levels: [Slot])
    case upsertLocation(Slot, UpsertLocation, levels: [Slot])
    case receive([ModelLine])
    case adjust([ModelLine], hasReason: Bool)
    case sell([ModelLine])
    case reserve(Slot, Reserve, [ModelLine], replaces: Slot?)
    case extend(Slot, Extend)
    case confirm(Slot, Confirm, places: [ModelPlace])
    case fulfill(Slot, Fulfill)
    case release(Slot, Release)
    /// The model does not know what it does; a history with one is not searched.
    case unmodelled
    /// It breaks a limit, whatever the ledger holds.
    case malformed(FieldViolation)
}

/// A level and the catalogue's say in it.
struct ModelPlace: Sendable {
    let sku: SKU
    let location: LocationID
    let level: Slot
    let itemStanding: Standing<ItemStanding>
    let locationStanding: Standing<LocationStanding>
}

/// All units that a command names of one level.
struct ModelLine: Sendable {
    let place: ModelPlace
    let quantity: Quantity
}

/// What there is of an item or a location, as far as stock can be moved there.
///
/// Most histories create their catalogue once. Where every order of events gives the same standing at
/// the time of an operation, it is a constant there; else it is looked up.
enum Standing<Value: Sendable>: Sendable {
    case certain(Value)
    case lookedUp(Slot)
}

enum ItemStanding: Sendable {
    case absent
    case active
    case archived
}

enum LocationStanding: Sendable {
    case absent
    case active
    case draining
    case closed
}

/// A read with slots in the place of names, and what it found.
enum ModelRead: Sendable {
    case level(ModelPlace, StockLevel?)
    case item(Slot, [NamedLevel], Item?, [LevelView])
    case location(Slot, Location?)
    case reservation(Slot, Reservation?)
    case availability([ModelAvailability])
}

/// A level and its names.
struct NamedLevel: Sendable {
    let sku: SKU
    let location: LocationID
    let slot: Slot
}

/// One item of a read of availability.
struct ModelAvailability: Sendable {
    let item: Slot
    /// All levels of the item that are named in the history.
    let levels: [NamedLevel]
    /// The locations of the levels.
    let locations: [Standing<Location?>]
    /// The location asked for.
    let only: LocationID?
    let told: AvailabilityReport
}
