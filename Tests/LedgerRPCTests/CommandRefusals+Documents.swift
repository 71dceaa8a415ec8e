import Ledger
import LedgerAPI

/// What commands about reservations, returns, transfers and batches are refused for.
extension Refused {
    static let reservations: [Refused] =
        [
            Refused(
                command: Shop.reserve(Shop.held, [Shop.line(Shop.tea, Shop.store, 1)]),
                code: .alreadyExists,
                reason: .reservationExists,
                metadata: ["reservation_id": "held"]
            ),
            Refused(
                command: Shop.reserve(
                    ReservationID(unchecked: "new"),
                    [Shop.line(Shop.tea, Shop.store, 4), Shop.line(Shop.tea, Shop.store, 4)]
                ),
                code: .failedPrecondition,
                reason: .insufficientStock,
                shortages: short(Shop.tea, Shop.store, 8, 6)
            ),
            Refused(
                command: .reserve(
                    Reserve(
                        reservation: ReservationID(unchecked: "new"),
                        owner: Shop.owner,
                        lines: [],
                        ttl: Milliseconds(1_000),
                        unplaced: [ItemLine(sku: Shop.tea, quantity: 60)]
                    )
                ),
                code: .failedPrecondition,
                reason: .insufficientStock,
                shortages: short(Shop.tea, nil, 60, 6)
            ),
            Refused(
                command: .extend(
                    Extend(reservation: Shop.gone, ttl: Milliseconds(1_000))
                ),
                code: .failedPrecondition,
                reason: .reservationExpired,
                metadata: ["reservation_id": "gone"]
            ),
            Refused(
                command: .extend(
                    Extend(reservation: Shop.unknown, ttl: Milliseconds(1_000))
                ),
                code: .notFound,
                reason: .reservationNotFound,
                metadata: ["reservation_id": "unknown"]
            ),
            Refused(
                command: .confirm(Confirm(reservation: Shop.done)),
                code: .failedPrecondition,
                reason: .reservationClosed,
                metadata: ["reservation_id": "done", "state": "FULFILLED"]
            ),
            Refused(
                command: .confirm(Confirm(reservation: Shop.unknown)),
                code: .notFound,
                reason: .reservationNotFound,
                metadata: ["reservation_id": "unknown"]
            ),
            Refused(
                command: .fulfill(
                    Fulfill(
                        reservation: Shop.held,
                        lines: [Shop.line(Shop.tea, Shop.store, 2)]
                    )
                ),
                code: .failedPrecondition,
                reason: .exceedsOpenQuantity,
                shortages: short(Shop.tea, Shop.store, 2, 1)
            ),
            Refused(
                command: .fulfill(Fulfill(reservation: Shop.gone)),
                code: .failedPrecondition,
                reason: .reservationExpired,
                metadata: ["reservation_id": "gone"]
            ),
            Refused(
                command: .release(
                    Release(
                        reservation: Shop.held,
                        lines: [Shop.line(Shop.tea, Shop.store, 5)]
                    )
                ),
                code: .failedPrecondition,
                reason: .exceedsOpenQuantity,
                shortages: short(Shop.tea, Shop.store, 5, 1)
            ),
            Refused(
                command: .release(Release(reservation: Shop.unknown)),
                code: .notFound,
                reason: .reservationNotFound,
                metadata: ["reservation_id": "unknown"]
            ),
        ]

    static let returns: [Refused] = [
        Refused(
            command: .returnGoods(
                ReturnGoods(
                    origin: .sale(Shop.receipt),
                    lines: [ReturnLine(sku: Shop.tea, soldAt: Shop.store, quantity: 3)]
                )
            ),
            code: .failedPrecondition,
            reason: .exceedsSoldQuantity,
            shortages: short(Shop.tea, Shop.store, 3, 2)
        ),
        Refused(
            command: .returnGoods(
                ReturnGoods(
                    origin: .reservation(Shop.done),
                    lines: [ReturnLine(sku: Shop.tea, soldAt: Shop.store, quantity: 2)]
                )
            ),
            code: .failedPrecondition,
            reason: .exceedsSoldQuantity,
            shortages: short(Shop.tea, Shop.store, 2, 1)
        ),
        Refused(
            command: .returnGoods(
                ReturnGoods(
                    origin: .sale(SaleID(unchecked: "no-such")),
                    lines: [ReturnLine(sku: Shop.tea, soldAt: Shop.store, quantity: 1)]
                )
            ),
            code: .notFound,
            reason: .saleNotFound,
            metadata: ["sale_id": "no-such"]
        ),
        Refused(
            command: .returnGoods(
                ReturnGoods(
                    origin: .reservation(Shop.unknown),
                    lines: [ReturnLine(sku: Shop.tea, soldAt: Shop.store, quantity: 1)]
                )
            ),
            code: .notFound,
            reason: .reservationNotFound,
            metadata: ["reservation_id": "unknown"]
        ),
    ]

    private static let items = [ItemLine(sku: Shop.tea, quantity: 1)]
    private static let noTransfer = TransferID(unchecked: "no-such")

    static let transfers: [Refused] = [
        Refused(
            command: .createTransfer(
                CreateTransfer(
                    transfer: Shop.moving,
                    from: Shop.store,
                    to: Shop.depot,
                    lines: items
                )
            ),
            code: .alreadyExists,
            reason: .transferExists,
            metadata: ["transfer_id": "moving"]
        ),
        Refused(
            command: .createTransfer(
                CreateTransfer(
                    transfer: noTransfer,
                    from: Shop.store,
                    to: Shop.store,
                    lines: items
                )
            ),
            code: .invalidArgument,
            reason: .malformed
        ),
        Refused(
            command: .createTransfer(
                CreateTransfer(
                    transfer: noTransfer,
                    from: Shop.store,
                    to: Shop.nowhere,
                    lines: items
                )
            ),
            code: .notFound,
            reason: .locationNotFound,
            metadata: ["location_id": "nowhere"]
        ),
        Refused(
            command: .shipTransfer(
                ShipTransfer(
                    transfer: Shop.moving,
                    lines: [ItemLine(sku: Shop.tea, quantity: 3)]
                )
            ),
            code: .failedPrecondition,
            reason: .exceedsRequested,
            shortages: short(Shop.tea, Shop.store, 3, 2)
        ),
        Refused(
            command: .shipTransfer(ShipTransfer(transfer: noTransfer)),
            code: .notFound,
            reason: .transferNotFound,
            metadata: ["transfer_id": "no-such"]
        ),
        Refused(
            command: .shipTransfer(ShipTransfer(transfer: Shop.over)),
            code: .failedPrecondition,
            reason: .transferClosed,
            metadata: ["transfer_id": "over", "state": "CANCELLED"]
        ),
        Refused(
            command: .receiveTransfer(
                ReceiveTransfer(
                    transfer: Shop.moving,
                    lines: [ArrivalLine(sku: Shop.tea, ok: 2, rejected: 1, lost: 1)]
                )
            ),
            code: .failedPrecondition,
            reason: .exceedsInTransit,
            shortages: short(Shop.tea, Shop.depot, 4, 3)
        ),
        Refused(
            command: .receiveTransfer(ReceiveTransfer(transfer: noTransfer)),
            code: .notFound,
            reason: .transferNotFound,
            metadata: ["transfer_id": "no-such"]
        ),
        Refused(
            command: .cancelTransfer(CancelTransfer(transfer: Shop.over)),
            code: .failedPrecondition,
            reason: .transferClosed,
            metadata: ["transfer_id": "over", "state": "CANCELLED"]
        ),
        Refused(
            command: .cancelTransfer(CancelTransfer(transfer: noTransfer)),
            code: .notFound,
            reason: .transferNotFound,
            metadata: ["transfer_id": "no-such"]
        ),
    ]

    /// What must be said of each command alone, and in a batch behind one that would go through.
    static let all = catalogue + stock + reservations + returns + transfers
}
