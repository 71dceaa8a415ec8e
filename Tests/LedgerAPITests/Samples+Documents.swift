import Ledger
import LedgerAPI

/// Sales, transfers, offers and the commands about them.
extension Samples {
    static let transferID = TransferID(unchecked: "1a2b3c4d-0b7d-4c55-8f6e-2d3a1b0c9e8f")
    static let saleID = SaleID(unchecked: "receipt-881")
    static let warehouse = LocationID(unchecked: "w1")
    static let reason = Reference(unchecked: "damaged")
    private static let items = [
        ItemLine(sku: sku, quantity: 5), ItemLine(sku: SKU(unchecked: "MUG"), quantity: 1),
    ]
    private static let attributes = [
        Attribute(name: "colour", value: "red"), Attribute(name: "size", value: "M"),
    ]
    private static let returned = [
        ReturnLine(sku: sku, soldAt: store, quantity: 2, location: warehouse),
        ReturnLine(sku: sku, soldAt: warehouse, quantity: 1),
    ]

    static let furtherCommands: [Command] =
        [
            .upsertItem(
                UpsertItem(
                    sku: sku,
                    title: "",
                    attributes: attributes,
                    price: 5,
                    currency: "EUR",
                    expectedVersion: 3,
                    fields: [.attributes, .price]
                )
            ),
            .upsertLocation(
                UpsertLocation(
                    id: store,
                    name: "",
                    priority: 0,
                    sellsOnline: false,
                    state: .closed,
                    fields: [.sellsOnline, .state]
                )
            ),
            .sell(Sell(lines: lines, sale: saleID)),
            .reserve(
                Reserve(
                    reservation: reservation,
                    owner: owner,
                    lines: lines,
                    ttl: Milliseconds(1_000),
                    unplaced: items,
                    placement: .split,
                    online: true
                )
            ),
            .reserve(
                Reserve(
                    reservation: reservation,
                    owner: owner,
                    lines: [],
                    ttl: Milliseconds(1_000),
                    unplaced: items
                )
            ),
            .markUnavailable(MarkUnavailable(lines: lines, reason: reason, document: document)),
            .writeOff(WriteOff(lines: lines, reason: reason, document: document)),
            .setStockPolicy(
                SetStockPolicy(
                    sku: sku,
                    location: store,
                    safetyStock: 0,
                    backorderLimit: 7,
                    expectedVersion: 0
                )
            ),
            .setStockPolicy(SetStockPolicy(sku: sku, location: store, backorderLimit: 0)),
            .returnGoods(
                ReturnGoods(
                    origin: .sale(saleID),
                    lines: returned,
                    disposition: .damaged,
                    reason: reason,
                    document: document
                )
            ),
            .returnGoods(ReturnGoods(origin: .reservation(reservation), lines: returned)),
            .count(
                Count(
                    lines: [
                        CountLine(sku: sku, location: store, counted: 0, book: -3),
                        CountLine(
                            sku: sku,
                            location: warehouse,
                            counted: 9,
                            book: 10,
                            bookVersion: 0
                        ),
                    ],
                    document: document
                )
            ),
            .createTransfer(
                CreateTransfer(
                    transfer: transferID,
                    from: store,
                    to: warehouse,
                    lines: items,
                    document: document
                )
            ),
            .shipTransfer(ShipTransfer(transfer: transferID, lines: items, document: document)),
            .shipTransfer(ShipTransfer(transfer: transferID)),
            .receiveTransfer(
                ReceiveTransfer(
                    transfer: transferID,
                    lines: [ArrivalLine(sku: sku, ok: 3, rejected: 2, lost: 1)],
                    document: document
                )
            ),
            .receiveTransfer(ReceiveTransfer(transfer: transferID)),
            .cancelTransfer(CancelTransfer(transfer: transferID, reason: reason)),
            .setOffer(
                SetOffer(
                    sku: sku,
                    location: store,
                    price: Money(amount: 1_499, currency: "EUR"),
                    attributes: attributes,
                    expectedVersion: 2
                )
            ),
            .setOffer(SetOffer(sku: sku, location: store, fields: [.price])),
            .setOffer(
                SetOffer(sku: sku, location: store, fields: [.price], basePrice: .nothing)
            ),
            .setOffer(
                SetOffer(
                    sku: sku,
                    location: store,
                    price: Money(amount: 0, currency: "GBP"),
                    fields: [.price],
                    basePrice: .price(Money(amount: 1_499, currency: "EUR"))
                )
            ),
        ] + [batch]

    static let batch = Command.batch(
        Batch(commands: [
            .receive(Receive(lines: lines)),
            .sell(Sell(lines: lines, document: document)),
            .setOffer(SetOffer(sku: sku, location: store, fields: [.price])),
        ])
    )

    static let sale = Sale(
        id: saleID,
        lines: [
            SaleLine(sku: sku, location: store, sold: 5, returned: 2),
            SaleLine(sku: sku, location: warehouse, sold: 1),
        ],
        version: 2
    )

    static func transfer(_ state: Transfer.State) -> Transfer {
        var line = TransferLine(sku: sku, requested: 10)
        line.shipped = 9
        line.received = 4
        line.rejected = 2
        line.lost = 1
        return Transfer(
            id: transferID,
            from: store,
            to: warehouse,
            lines: [line, TransferLine(sku: SKU(unchecked: "MUG"), requested: 1)],
            state: state,
            document: state == .closed ? nil : document,
            version: 4
        )
    }

    static let furtherOutcomes: [Outcome] =
        [
            .counted(applied: levels, outdated: []), .counted(applied: [], outdated: levels),
            .sale(sale),
            .offer(
                Offer(
                    sku: sku,
                    location: store,
                    price: Money(amount: 1_499, currency: "EUR"),
                    attributes: attributes,
                    version: 3
                )
            ),
            .offer(Offer(sku: sku, location: store, price: nil, attributes: [], version: 1)),
        ] + [.draft, .inTransit, .closed, .cancelled].map { .transfer(transfer($0)) }
}

extension RefusalCase {
    static let further: [RefusalCase] =
        [
            .init(
                refusal: .exceedsUnavailable(Samples.shortages),
                code: 9,
                reason: "EXCEEDS_UNAVAILABLE"
            ),
            .init(
                refusal: .exceedsSoldQuantity(Samples.shortages),
                code: 9,
                reason: "EXCEEDS_SOLD_QUANTITY"
            ),
            .init(
                refusal: .exceedsRequested(Samples.shortages),
                code: 9,
                reason: "EXCEEDS_REQUESTED"
            ),
            .init(refusal: .exceedsRequested([]), code: 9, reason: "EXCEEDS_REQUESTED"),
            .init(
                refusal: .exceedsInTransit(Samples.shortages),
                code: 9,
                reason: "EXCEEDS_IN_TRANSIT"
            ),
            .init(refusal: .exceedsInTransit([]), code: 9, reason: "EXCEEDS_IN_TRANSIT"),
            .init(
                refusal: .insufficientStock([
                    Shortage(sku: Samples.sku, location: nil, requested: 3, available: 2)
                ]),
                code: 9,
                reason: "INSUFFICIENT_STOCK"
            ),
            .init(
                refusal: .saleNotFound(Samples.saleID),
                code: 5,
                reason: "SALE_NOT_FOUND",
                metadata: ["sale_id": "receipt-881"]
            ),
            .init(
                refusal: .saleExists(Samples.saleID),
                code: 6,
                reason: "SALE_EXISTS",
                metadata: ["sale_id": "receipt-881"]
            ),
            .init(
                refusal: .countOutdated(Samples.levels),
                code: 10,
                reason: "COUNT_OUTDATED"
            ),
            .init(
                refusal: .transferNotFound(Samples.transferID),
                code: 5,
                reason: "TRANSFER_NOT_FOUND",
                metadata: ["transfer_id": Samples.transferID.text]
            ),
            .init(
                refusal: .transferExists(Samples.transferID),
                code: 6,
                reason: "TRANSFER_EXISTS",
                metadata: ["transfer_id": Samples.transferID.text]
            ),
        ] + closed + batches

    private static let closed: [RefusalCase] =
        [(Transfer.State.draft, "DRAFT"), (.closed, "CLOSED"), (.cancelled, "CANCELLED")]
        .map { state, word in
            .init(
                refusal: .transferClosed(Samples.transferID, state),
                code: 9,
                reason: "TRANSFER_CLOSED",
                metadata: ["transfer_id": Samples.transferID.text, "state": word]
            )
        }

    private static let batches: [RefusalCase] =
        [Refusal.insufficientStock(Samples.shortages), .itemNotFound(Samples.sku), .reasonRequired]
        .map { refusal in
            .init(
                refusal: .batchRefused(index: 3, refusal),
                code: 9,
                reason: "BATCH_REFUSED"
            )
        }
}
