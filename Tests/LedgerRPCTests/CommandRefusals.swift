import Ledger
import LedgerAPI
import Testing

/// A shop with one of everything that a command can be refused for.
enum Shop {
    static let tea = SKU(unchecked: "tea")
    static let mug = SKU(unchecked: "mug")
    static let old = SKU(unchecked: "old")
    static let none = SKU(unchecked: "none")
    static let store = LocationID(unchecked: "store")
    static let depot = LocationID(unchecked: "depot")
    static let shut = LocationID(unchecked: "shut")
    static let nowhere = LocationID(unchecked: "nowhere")
    static let full = LocationID(unchecked: "full")
    static let owner = Owner(kind: .customer, reference: Reference(unchecked: "ada"))
    static let why = Reference(unchecked: "why")
    static let held = ReservationID(unchecked: "held")
    static let gone = ReservationID(unchecked: "gone")
    static let done = ReservationID(unchecked: "done")
    static let unknown = ReservationID(unchecked: "unknown")
    static let receipt = SaleID(unchecked: "receipt")
    static let moving = TransferID(unchecked: "moving")
    static let over = TransferID(unchecked: "over")

    static func line(_ sku: SKU, _ location: LocationID, _ quantity: Quantity) -> StockLine {
        StockLine(sku: sku, location: location, quantity: quantity)
    }

    static func reserve(
        _ id: ReservationID,
        _ lines: [StockLine],
        ttl: Milliseconds = Milliseconds(3_600_000)
    ) -> Command {
        .reserve(Reserve(reservation: id, owner: owner, lines: lines, ttl: ttl))
    }

    /// What there is: 10 tea in the store, of which 1 is held and 2 are unavailable; a sale of 2; a
    /// transfer under way with 3 of 5 shipped.
    static let stocking: [Command] = [
        .upsertItem(UpsertItem(sku: tea, title: "Tea")),
        .upsertItem(UpsertItem(sku: mug, title: "Mug")),
        .upsertItem(UpsertItem(sku: old, title: "Old", state: .archived)),
        .upsertLocation(UpsertLocation(id: store, name: "Store")),
        .upsertLocation(UpsertLocation(id: depot, name: "Depot", sellsOnline: false)),
        .upsertLocation(UpsertLocation(id: shut, name: "Shut", state: .closed)),
        .upsertLocation(UpsertLocation(id: full, name: "Full", sellsOnline: false)),
        .receive(Receive(lines: [line(tea, store, 15)])),
        .sell(Sell(lines: [line(tea, store, 2)], sale: receipt)),
        .markUnavailable(MarkUnavailable(lines: [line(tea, store, 2)], reason: why)),
        reserve(gone, [line(tea, store, 1)], ttl: Milliseconds(1)),
        reserve(held, [line(tea, store, 1)]),
        reserve(done, [line(tea, store, 1)]),
        .fulfill(Fulfill(reservation: done)),
        .createTransfer(
            CreateTransfer(
                transfer: moving,
                from: store,
                to: depot,
                lines: [ItemLine(sku: tea, quantity: 5)]
            )
        ),
        .shipTransfer(
            ShipTransfer(transfer: moving, lines: [ItemLine(sku: tea, quantity: 3)])
        ),
        .createTransfer(
            CreateTransfer(
                transfer: over,
                from: store,
                to: depot,
                lines: [ItemLine(sku: tea, quantity: 1)]
            )
        ),
        .cancelTransfer(CancelTransfer(transfer: over)),
    ]
}

/// A command that is refused, and what a client must be told.
struct Refused: Sendable, CustomTestStringConvertible {
    var command: Command
    var code: StatusCode
    var reason: Reason
    var metadata: [String: String] = [:]
    var shortages: [Shortage] = []
    var version: UInt64?

    var testDescription: String { "\(CommandMethod(command).name): \(reason)" }

    static func short(
        _ sku: SKU,
        _ location: LocationID?,
        _ requested: Quantity,
        _ available: Quantity
    ) -> [Shortage] {
        [Shortage(sku: sku, location: location, requested: requested, available: available)]
    }

    /// The refusals that every command with lines of stock shares.
    private static func ofLines(
        _ make: ([StockLine]) -> Command,
        isClosedToo: Bool = true
    ) -> [Refused] {
        var refused: [Refused] = [
            Refused(
                command: make([Shop.line(Shop.none, Shop.store, 1)]),
                code: .notFound,
                reason: .itemNotFound,
                metadata: ["sku": "none"]
            ),
            Refused(
                command: make([Shop.line(Shop.tea, Shop.nowhere, 1)]),
                code: .notFound,
                reason: .locationNotFound,
                metadata: ["location_id": "nowhere"]
            ),
            Refused(
                command: make([Shop.line(Shop.tea, Shop.store, Quantity.max)]),
                code: .invalidArgument,
                reason: .malformed
            ),
        ]
        if isClosedToo {
            refused.append(
                Refused(
                    command: make([Shop.line(Shop.tea, Shop.shut, 1)]),
                    code: .failedPrecondition,
                    reason: .locationClosed,
                    metadata: ["location_id": "shut"]
                )
            )
        }
        return refused
    }

    static let catalogue: [Refused] = [
        Refused(
            command: .upsertItem(UpsertItem(sku: Shop.tea, title: "T", expectedVersion: 7)),
            code: .aborted,
            reason: .versionMismatch,
            version: 1
        ),
        Refused(
            command: .upsertItem(UpsertItem(sku: Shop.none, title: "T", fields: [.title])),
            code: .notFound,
            reason: .itemNotFound,
            metadata: ["sku": "none"]
        ),
        Refused(
            command: .upsertItem(
                UpsertItem(sku: Shop.tea, title: "", state: .archived, fields: [.state])
            ),
            code: .failedPrecondition,
            reason: .stockRemains,
            metadata: ["sku": "tea"]
        ),
        Refused(
            command: .upsertLocation(
                UpsertLocation(id: Shop.store, name: "", state: .closed, fields: [.state])
            ),
            code: .failedPrecondition,
            reason: .stockRemains,
            metadata: ["location_id": "store"]
        ),
        Refused(
            command: .upsertLocation(
                UpsertLocation(id: Shop.nowhere, name: "N", fields: [.name])
            ),
            code: .notFound,
            reason: .locationNotFound,
            metadata: ["location_id": "nowhere"]
        ),
        Refused(
            command: .upsertLocation(
                UpsertLocation(id: Shop.store, name: "N", expectedVersion: 0)
            ),
            code: .aborted,
            reason: .versionMismatch,
            version: 1
        ),
        Refused(
            command: .setOffer(SetOffer(sku: Shop.none, location: Shop.store)),
            code: .notFound,
            reason: .itemNotFound,
            metadata: ["sku": "none"]
        ),
        Refused(
            command: .setOffer(SetOffer(sku: Shop.old, location: Shop.store)),
            code: .failedPrecondition,
            reason: .itemArchived,
            metadata: ["sku": "old"]
        ),
        Refused(
            command: .setOffer(SetOffer(sku: Shop.tea, location: Shop.nowhere)),
            code: .notFound,
            reason: .locationNotFound,
            metadata: ["location_id": "nowhere"]
        ),
        Refused(
            command: .setOffer(
                SetOffer(sku: Shop.tea, location: Shop.store, expectedVersion: 3)
            ),
            code: .aborted,
            reason: .versionMismatch,
            version: 0
        ),
        Refused(
            command: .setStockPolicy(
                SetStockPolicy(
                    sku: Shop.mug,
                    location: Shop.store,
                    safetyStock: 1,
                    expectedVersion: 5
                )
            ),
            code: .aborted,
            reason: .versionMismatch,
            version: 0
        ),
        Refused(
            command: .setStockPolicy(
                SetStockPolicy(sku: Shop.none, location: Shop.store, safetyStock: 1)
            ),
            code: .notFound,
            reason: .itemNotFound,
            metadata: ["sku": "none"]
        ),
    ]

    static let stock: [Refused] =
        ofLines { .receive(Receive(lines: $0)) }
        + ofLines { .adjust(Adjust(lines: $0, reason: Shop.why)) }
        + ofLines { .sell(Sell(lines: $0)) }
        + ofLines { .markUnavailable(MarkUnavailable(lines: $0, reason: Shop.why)) }
        + ofLines { .writeOff(WriteOff(lines: $0, reason: Shop.why)) }
        + ofLines { Shop.reserve(ReservationID(unchecked: "new"), $0) }
        + [
            Refused(
                command: .receive(Receive(lines: [Shop.line(Shop.old, Shop.store, 1)])),
                code: .failedPrecondition,
                reason: .itemArchived,
                metadata: ["sku": "old"]
            ),
            Refused(
                command: .adjust(Adjust(lines: [Shop.line(Shop.tea, Shop.store, 1)], reason: nil)),
                code: .invalidArgument,
                reason: .reasonRequired
            ),
            Refused(
                command: .sell(Sell(lines: [Shop.line(Shop.tea, Shop.store, 100)])),
                code: .failedPrecondition,
                reason: .insufficientStock,
                shortages: short(Shop.tea, Shop.store, 100, 6)
            ),
            Refused(
                command: .sell(
                    Sell(lines: [Shop.line(Shop.tea, Shop.store, 1)], sale: Shop.receipt)
                ),
                code: .alreadyExists,
                reason: .saleExists,
                metadata: ["sale_id": "receipt"]
            ),
            Refused(
                command: .markUnavailable(
                    MarkUnavailable(
                        lines: [Shop.line(Shop.tea, Shop.store, 7)],
                        reason: Shop.why
                    )
                ),
                code: .failedPrecondition,
                reason: .insufficientStock,
                shortages: short(Shop.tea, Shop.store, 7, 6)
            ),
            Refused(
                command: .markUnavailable(
                    MarkUnavailable(
                        lines: [Shop.line(Shop.tea, Shop.store, -3)],
                        reason: Shop.why
                    )
                ),
                code: .failedPrecondition,
                reason: .exceedsUnavailable,
                shortages: short(Shop.tea, Shop.store, 3, 2)
            ),
            Refused(
                command: .markUnavailable(
                    MarkUnavailable(lines: [Shop.line(Shop.tea, Shop.store, 1)], reason: nil)
                ),
                code: .invalidArgument,
                reason: .reasonRequired
            ),
            Refused(
                command: .writeOff(
                    WriteOff(lines: [Shop.line(Shop.tea, Shop.store, 3)], reason: Shop.why)
                ),
                code: .failedPrecondition,
                reason: .exceedsUnavailable,
                shortages: short(Shop.tea, Shop.store, 3, 2)
            ),
            Refused(
                command: .writeOff(
                    WriteOff(lines: [Shop.line(Shop.tea, Shop.store, 1)], reason: nil)
                ),
                code: .invalidArgument,
                reason: .reasonRequired
            ),
            Refused(
                command: .count(
                    Count(lines: [
                        CountLine(
                            sku: Shop.tea,
                            location: Shop.store,
                            counted: 1,
                            book: 1,
                            bookVersion: 1
                        )
                    ])
                ),
                code: .aborted,
                reason: .countOutdated
            ),
            Refused(
                command: .count(
                    Count(lines: [
                        CountLine(sku: Shop.none, location: Shop.store, counted: 1, book: 1)
                    ])
                ),
                code: .notFound,
                reason: .itemNotFound,
                metadata: ["sku": "none"]
            ),
        ]
}
