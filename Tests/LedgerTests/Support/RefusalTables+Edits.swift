import Ledger

/// Every refusal of offers, of edits of some fields, of placing lines, and of batches.
extension RefusalTables {
    static let edits: [RefusalCase] = [
        RefusalCase("an offer of the unknown", .offer(of: .unknown), .itemNotFound(.unknown)),
        RefusalCase("an offer nowhere", .offer(at: .unknown), .locationNotFound(.unknown)),
        RefusalCase(
            "an offer of the archived",
            after: [.item(.pear, state: .archived)],
            .offer(of: .pear),
            .itemArchived(.pear)
        ),
        RefusalCase(
            "an offer at a closed place",
            after: [.location(.south, state: .closed)],
            .offer(at: .south),
            .locationClosed(.south)
        ),
        RefusalCase(
            "a new offer that exists",
            after: [.offer()],
            .offer(expected: 0),
            .versionMismatch(current: 1)
        ),
        RefusalCase(
            "an offer under a version to come",
            .offer(expected: 1),
            .versionMismatch(current: 0)
        ),
        RefusalCase(
            "some fields of an item that is none",
            .upsertItem(UpsertItem(sku: .unknown, title: "", fields: .title)),
            .itemNotFound(.unknown)
        ),
        RefusalCase(
            "some fields of a location that is none",
            .upsertLocation(UpsertLocation(id: .unknown, name: "", fields: .name)),
            .locationNotFound(.unknown)
        ),
        RefusalCase(
            "archiving by its field alone what is in stock",
            .upsertItem(UpsertItem(sku: .apple, title: "", state: .archived, fields: .state)),
            .stockRemains(.apple, nil)
        ),
        RefusalCase(
            "closing by its field alone a place with stock",
            .upsertLocation(UpsertLocation(id: .north, name: "", state: .closed, fields: .state)),
            .stockRemains(nil, .north)
        ),
        RefusalCase(
            "archiving what is on its way",
            after: [.create(.of(10)), .ship()],
            .item(.apple, state: .archived),
            .stockRemains(.apple, nil)
        ),
        RefusalCase(
            "closing a place to which goods are on their way",
            after: [.create(.of(1)), .ship()],
            .location(.south, state: .closed),
            .stockRemains(nil, .south)
        ),
    ]

    static let placing: [RefusalCase] = [
        RefusalCase(
            "placing the unknown",
            .place(.first, .of(1, .unknown)),
            .itemNotFound(.unknown)
        ),
        RefusalCase(
            "placing the archived",
            after: [.item(.pear, state: .archived)],
            .place(.first, .of(1, .pear)),
            .itemArchived(.pear)
        ),
        RefusalCase(
            "placing more than one location has",
            after: [.receive(.line(3, at: .south))],
            .place(.first, .of(6), .of(5)),
            .insufficientStock([shortage(at: nil, asked: 11, available: 13)])
        ),
        RefusalCase(
            "placing items that no one location has all of",
            after: [.receive(.line(3, .pear, at: .south))],
            .place(.first, .of(1), .of(1, .pear)),
            .insufficientStock([
                shortage(at: nil, asked: 1, available: 10),
                shortage(.pear, at: nil, asked: 1, available: 3),
            ])
        ),
        RefusalCase(
            "placing more than all locations have",
            after: [.receive(.line(3, at: .south))],
            .place(.first, .of(14), placement: .split),
            .insufficientStock([shortage(at: nil, asked: 14, available: 13)])
        ),
        RefusalCase(
            "placing what is kept back",
            after: [.policy(safety: 4)],
            .place(.first, .of(7), placement: .split),
            .insufficientStock([shortage(at: nil, asked: 7, available: 6)])
        ),
        RefusalCase(
            "named lines keep back what the digital channel may not sell",
            after: [.policy(safety: 4)],
            .place(.first, named: [.line(7)], online: true),
            .insufficientStock([shortage(asked: 7, available: 6)])
        ),
        RefusalCase(
            "named lines for the digital channel where nothing is sold online",
            after: [.site(.north, online: false), .policy(backorders: 5)],
            .place(.first, named: [.line(1)], online: true),
            .insufficientStock([shortage(asked: 1, available: 0)])
        ),
        RefusalCase(
            "placing what a named line has taken",
            .place(.first, .of(4), named: [.line(7)]),
            .insufficientStock([shortage(at: nil, asked: 4, available: 3)])
        ),
        RefusalCase(
            "placing where nothing is sold online",
            after: [.site(.north, online: false), .site(.south, state: .draining)],
            .place(.first, .of(1)),
            .insufficientStock([shortage(at: nil, asked: 1, available: 0)])
        ),
        RefusalCase(
            "a hold at a place that is cleared out",
            after: [.location(.north, state: .draining)],
            .reserve(.first, .line(1)),
            .locationClosed(.north)
        ),
    ]

    static let batches: [RefusalCase] = [
        RefusalCase(
            "a batch whose last command is refused",
            .batch(
                .item(.unknown),
                .location(.unknown),
                .receive(.line(5)),
                .reserve(.first, .line(5)),
                .sell(as: .sale, .line(1)),
                .back(.back(1)),
                .create(.of(1)),
                .ship(),
                .offer(),
                .policy(safety: 1),
                .sell(.line(100))
            ),
            .batchRefused(
                index: 10,
                .insufficientStock([shortage(asked: 100, available: 9)])
            )
        ),
        RefusalCase(
            "a batch whose first command is refused",
            .batch(.confirm(.first), .receive(.line(5))),
            .batchRefused(index: 0, .reservationNotFound(.first))
        ),
        RefusalCase(
            "a batch that sells twice under one name",
            .batch(.sell(as: .sale, .line(1)), .sell(as: .sale, .line(1))),
            .batchRefused(index: 1, .saleExists(.sale))
        ),
        RefusalCase(
            "a batch that returns more than it sold",
            .batch(.sell(as: .sale, .line(1)), .back(.back(1)), .back(.back(1))),
            .batchRefused(
                index: 2,
                .exceedsSoldQuantity([shortage(asked: 1, available: 0)])
            )
        ),
        RefusalCase(
            "a batch that archives what it received",
            .batch(.receive(.line(1, .pear)), .item(.pear, state: .archived)),
            .batchRefused(index: 1, .stockRemains(.pear, nil))
        ),
        RefusalCase(
            "a batch that needs what it has archived",
            .batch(.item(.pear, state: .archived), .receive(.line(1, .pear))),
            .batchRefused(index: 1, .itemArchived(.pear))
        ),
        RefusalCase(
            "a batch that needs what it has closed",
            .batch(.location(.south, state: .closed), .receive(.line(1, at: .south))),
            .batchRefused(index: 1, .locationClosed(.south))
        ),
    ]
}
