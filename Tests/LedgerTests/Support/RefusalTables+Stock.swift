import Ledger

/// Every refusal of the commands about units on hold, counts, settings and returns.
extension RefusalTables {
    private static let southClosed: [Command] = [.location(.south, state: .closed)]
    private static let pearArchived: [Command] = [.item(.pear, state: .archived)]

    static let levels: [RefusalCase] = [
        RefusalCase("marking without a reason", .mark(.line(1), reason: nil), .reasonRequired),
        RefusalCase("marking the unknown", .mark(.line(1, .unknown)), .itemNotFound(.unknown)),
        RefusalCase(
            "marking nowhere",
            .mark(.line(1, at: .unknown)),
            .locationNotFound(.unknown)
        ),
        RefusalCase(
            "marking at a closed place",
            after: southClosed,
            .mark(.line(1, at: .south)),
            .locationClosed(.south)
        ),
        RefusalCase(
            "marking the archived",
            after: pearArchived,
            .mark(.line(1, .pear)),
            .itemArchived(.pear)
        ),
        RefusalCase(
            "marking more than is available, whatever may be owed",
            after: [.reserve(.first, .line(4)), .policy(backorders: 100)],
            .mark(.line(3), .line(4)),
            .insufficientStock([shortage(asked: 7, available: 6)])
        ),
        RefusalCase(
            "taking more off hold than is on it",
            after: [.mark(.line(2))],
            .mark(.line(-3)),
            .exceedsUnavailable([shortage(asked: 3, available: 2)])
        ),
        RefusalCase(
            "a line that is short comes before one that exceeds",
            .mark(.line(-1), .line(1, .pear)),
            .insufficientStock([shortage(.pear, asked: 1, available: 0)])
        ),
        RefusalCase(
            "writing off without a reason",
            after: [.mark(.line(1))],
            .writeOff(.line(1), reason: nil),
            .reasonRequired
        ),
        RefusalCase(
            "writing off what is not on hold",
            after: [.mark(.line(2))],
            .writeOff(.line(2), .line(1)),
            .exceedsUnavailable([shortage(asked: 3, available: 2)])
        ),
        RefusalCase(
            "writing off the unknown",
            .writeOff(.line(1, .unknown)),
            .itemNotFound(.unknown)
        ),
        RefusalCase(
            "writing off at a closed place",
            after: southClosed,
            .writeOff(.line(1, at: .south)),
            .locationClosed(.south)
        ),
        RefusalCase(
            "a policy for the unknown",
            .policy(.unknown, safety: 1),
            .itemNotFound(.unknown)
        ),
        RefusalCase(
            "a policy nowhere",
            .policy(at: .unknown, safety: 1),
            .locationNotFound(.unknown)
        ),
        RefusalCase(
            "a policy at a closed place",
            after: southClosed,
            .policy(at: .south, safety: 1),
            .locationClosed(.south)
        ),
        RefusalCase(
            "a policy for the archived",
            after: pearArchived,
            .policy(.pear, safety: 1),
            .itemArchived(.pear)
        ),
        RefusalCase(
            "a policy under an old version",
            after: [.receive(.line(1))],
            .policy(safety: 1, expected: 1),
            .versionMismatch(current: 2)
        ),
        RefusalCase(
            "counting the unknown",
            .count(.counted(1, book: 0, .unknown)),
            .itemNotFound(.unknown)
        ),
        RefusalCase(
            "counting nowhere",
            .count(.counted(1, book: 0, at: .unknown)),
            .locationNotFound(.unknown)
        ),
        RefusalCase(
            "counting at a closed place",
            after: southClosed,
            .count(.counted(1, book: 0, at: .south)),
            .locationClosed(.south)
        ),
        RefusalCase(
            "counting the archived",
            after: pearArchived,
            .count(.counted(1, book: 0, .pear)),
            .itemArchived(.pear)
        ),
        RefusalCase(
            "a count of which nothing is up to date",
            .count(.counted(1, book: 10, version: 0)),
            .countOutdated([
                LevelView(sku: .apple, location: .north, level: .stored(onHand: 10, version: 1))
            ])
        ),
    ]

    static let returns: [RefusalCase] = {
        let sold: [Command] = [.sell(as: .sale, .line(4))]
        let handedOver: [Command] = [.reserve(.first, .line(4)), .fulfill(.first, .line(3))]
        return [
            RefusalCase(
                "selling under a name that is taken",
                after: sold,
                .sell(as: .sale, .line(1)),
                .saleExists(.sale)
            ),
            RefusalCase(
                "selling under a request's name",
                after: [.sell(.line(1))],
                .sell(as: SaleID(unchecked: "request-6"), .line(1)),
                .saleExists(SaleID(unchecked: "request-6"))
            ),
            RefusalCase("returning to no sale", .back(.back(1)), .saleNotFound(.sale)),
            RefusalCase(
                "returning to no reservation",
                .back(of: .reservation(.first), .back(1)),
                .reservationNotFound(.first)
            ),
            RefusalCase(
                "returning more than was sold",
                after: sold,
                .back(.back(3), .back(2, to: .south)),
                .exceedsSoldQuantity([shortage(asked: 5, available: 4)])
            ),
            RefusalCase(
                "returning twice",
                after: sold + [.back(.back(3))],
                .back(.back(2)),
                .exceedsSoldQuantity([shortage(asked: 2, available: 1)])
            ),
            RefusalCase(
                "returning what was sold elsewhere",
                after: sold,
                .back(.back(1, soldAt: .south)),
                .exceedsSoldQuantity([shortage(at: .south, asked: 1, available: 0)])
            ),
            RefusalCase(
                "returning more than was handed over",
                after: handedOver,
                .back(of: .reservation(.first), .back(4)),
                .exceedsSoldQuantity([shortage(asked: 4, available: 3)])
            ),
            RefusalCase(
                "returning what was handed over twice",
                after: handedOver + [.back(of: .reservation(.first), .back(3))],
                .back(of: .reservation(.first), .back(1)),
                .exceedsSoldQuantity([shortage(asked: 1, available: 0)])
            ),
            RefusalCase(
                "returning to a closed place",
                after: sold + southClosed,
                .back(.back(1, to: .south)),
                .locationClosed(.south)
            ),
            RefusalCase(
                "returning nowhere",
                after: sold,
                .back(.back(1, to: .unknown)),
                .locationNotFound(.unknown)
            ),
            RefusalCase(
                "returning the archived",
                after: [.sell(as: .sale, .line(10)), .item(.apple, state: .archived)],
                .back(.back(1)),
                .itemArchived(.apple)
            ),
        ]
    }()
}

extension StockLevel {
    static func stored(onHand: Quantity, version: UInt64) -> StockLevel {
        var level = StockLevel()
        level.onHand = onHand
        level.version = version
        return level
    }
}
