import Ledger
import LedgerAPI

/// Values of every kind, with every field away from its default.
enum Samples {
    static let sku = SKU(unchecked: "TSHIRT-RED-M")
    static let store = LocationID(unchecked: "store-7")
    static let reservation = ReservationID(unchecked: "9f1c2a4e-0b7d-4c55-8f6e-2d3a1b0c9e8f")
    static let owner = Owner(kind: .order, reference: Reference(unchecked: "order-4711"))
    static let lines = [
        StockLine(sku: sku, location: store, quantity: 3),
        StockLine(sku: SKU(unchecked: "MUG"), location: store, quantity: 1_000_000_000),
    ]
    static let document = Reference(unchecked: "note-12")

    static let commands: [Command] =
        [
            .upsertItem(
                UpsertItem(
                    sku: sku,
                    title: "T-shirt, röd",
                    attributes: [
                        Attribute(name: "colour", value: "red"),
                        Attribute(name: "size", value: "M"),
                    ],
                    price: 1_999,
                    currency: "EUR",
                    state: .archived,
                    expectedVersion: 0
                )
            ),
            .upsertItem(UpsertItem(sku: sku, title: "")),
            .upsertLocation(
                UpsertLocation(
                    id: store,
                    name: "Rua Augusta",
                    kind: .warehouse,
                    priority: -5,
                    sellsOnline: false,
                    state: .draining,
                    expectedVersion: 8
                )
            ),
            .receive(Receive(lines: lines, document: document)),
            .adjust(
                Adjust(
                    lines: [StockLine(sku: sku, location: store, quantity: -1_000_000_000)],
                    reason: Reference(unchecked: "damaged"),
                    document: document
                )
            ),
            .adjust(Adjust(lines: lines, reason: nil)),
            .sell(Sell(lines: lines, document: document)),
            .reserve(
                Reserve(
                    reservation: reservation,
                    owner: owner,
                    lines: lines,
                    ttl: Milliseconds(900_000),
                    replaces: ReservationID(unchecked: "cart-1")
                )
            ),
            .extend(Extend(reservation: reservation, ttl: Milliseconds(1))),
            .confirm(Confirm(reservation: reservation, order: document)),
            .confirm(Confirm(reservation: reservation)),
            .fulfill(Fulfill(reservation: reservation, lines: lines)),
            .fulfill(Fulfill(reservation: reservation)),
            .release(
                Release(
                    reservation: reservation,
                    lines: lines,
                    reason: Reference(unchecked: "changed")
                )
            ),
        ] + furtherCommands

    static func request(_ command: Command) -> Request {
        Request(
            id: RequestID(unchecked: "0c8e5a1e-5f0d-4a39-9a64-7e4f0c6b1d11"),
            actor: Actor(unchecked: "till-3"),
            command: command
        )
    }

    static let item = Item(
        sku: sku,
        title: "T-shirt",
        attributes: [Attribute(name: "size", value: "M")],
        price: 1_999,
        currency: "EUR",
        state: .active,
        version: 4
    )

    static let location = Location(
        id: store,
        name: "Rua Augusta",
        kind: .store,
        priority: 10,
        sellsOnline: true,
        state: .closed,
        version: 2
    )

    static let levels: [LevelView] = {
        var level = StockLevel()
        level.onHand = -2
        level.reserved = 3
        level.allotted = 4
        level.unavailable = 5
        level.incoming = 6
        level.safetyStock = 7
        level.backorderLimit = 8
        level.version = .max
        return [
            LevelView(sku: sku, location: store, level: level),
            LevelView(sku: SKU(unchecked: "MUG"), location: store, level: StockLevel()),
        ]
    }()

    static func held(_ state: Reservation.State = .held) -> Reservation {
        var line = ReservationLine(sku: sku, location: store, requested: 9)
        line.fulfilled = 2
        line.released = 3
        line.returned = 1
        return Reservation(
            id: reservation,
            owner: owner,
            state: state,
            lines: [line, ReservationLine(sku: sku, location: store, requested: 1)],
            expireTime: LogTime(microseconds: .max),
            maxExpireTime: LogTime(microseconds: 1_700_000_000_000_000),
            orderReference: state == .confirmed ? document : nil,
            version: 3
        )
    }

    static let shortages = [
        Shortage(sku: sku, location: store, requested: 5, available: -1),
        Shortage(
            sku: SKU(unchecked: "MUG"),
            location: LocationID(unchecked: "w1"),
            requested: 2,
            available: 0
        ),
    ]

    static let outcomes: [Outcome] =
        [.version(7), .levels(levels), .levels([])]
        + [.held, .confirmed, .fulfilled, .released, .expired].map { .reservation(held($0)) }
        + furtherOutcomes + storeOutcomes + [.batch([.version(1)] + furtherOutcomes), .batch([])]

    static func answer(
        _ outcome: Outcome,
        replayed: Bool = true,
        validated: Bool = false
    ) -> Answer {
        Answer(
            position: Position(123_456),
            logTime: LogTime(microseconds: 1_700_000_000_000_001),
            outcome: outcome,
            replayed: replayed,
            validated: validated
        )
    }
}

extension Request {
    /// The request of a Session's or a Batch's message.
    init(_ proto: ProtoCommand) throws(InvalidRequest) {
        self = try IncomingRequest(proto).request
    }
}
