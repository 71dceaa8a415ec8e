import Ledger

/// Every refusal of the commands about transfers.
extension RefusalTables {
    static let transfers: [RefusalCase] = creating + moving

    private static let creating: [RefusalCase] = [
        RefusalCase(
            "a transfer that exists",
            after: [.create(.of(4))],
            .create(.of(1)),
            .transferExists(.haul)
        ),
        RefusalCase(
            "moving the unknown",
            .create(.of(1, .unknown)),
            .itemNotFound(.unknown)
        ),
        RefusalCase(
            "moving the archived",
            after: [.item(.pear, state: .archived)],
            .create(.of(1, .pear)),
            .itemArchived(.pear)
        ),
        RefusalCase(
            "moving from nowhere",
            .create(from: .unknown, .of(1)),
            .locationNotFound(.unknown)
        ),
        RefusalCase(
            "moving to nowhere",
            .create(to: .unknown, .of(1)),
            .locationNotFound(.unknown)
        ),
        RefusalCase(
            "moving from a closed place",
            after: [.location(.south, state: .closed)],
            .create(from: .south, to: .north, .of(1)),
            .locationClosed(.south)
        ),
        RefusalCase(
            "moving to a place that is cleared out",
            after: [.location(.south, state: .draining)],
            .create(.of(1)),
            .locationClosed(.south)
        ),
    ]

    private static let moving: [RefusalCase] = {
        let created: [Command] = [.create(.of(4))]
        let shipped: [Command] = created + [.ship(.haul, .of(3))]
        let cancelled: [Command] = created + [.cancel()]
        let closed: [Command] = created + [.ship(), .arrive()]
        return [
            RefusalCase("shipping nothing", .ship(), .transferNotFound(.haul)),
            RefusalCase("receiving nothing", .arrive(), .transferNotFound(.haul)),
            RefusalCase("cancelling nothing", .cancel(), .transferNotFound(.haul)),
            RefusalCase(
                "shipping what was cancelled",
                after: cancelled,
                .ship(),
                .transferClosed(.haul, .cancelled)
            ),
            RefusalCase(
                "receiving what was cancelled",
                after: cancelled,
                .arrive(),
                .transferClosed(.haul, .cancelled)
            ),
            RefusalCase(
                "cancelling twice",
                after: cancelled,
                .cancel(),
                .transferClosed(.haul, .cancelled)
            ),
            RefusalCase(
                "shipping what is over",
                after: closed,
                .ship(),
                .transferClosed(.haul, .closed)
            ),
            RefusalCase(
                "receiving what is over",
                after: closed,
                .arrive(),
                .transferClosed(.haul, .closed)
            ),
            RefusalCase(
                "cancelling what is over",
                after: closed,
                .cancel(),
                .transferClosed(.haul, .closed)
            ),
            RefusalCase(
                "shipping more than was asked for",
                after: shipped,
                .ship(.haul, .of(1), .of(1)),
                .exceedsRequested([shortage(asked: 2, available: 1)])
            ),
            RefusalCase(
                "shipping what was not asked for",
                after: created,
                .ship(.haul, .of(1, .pear)),
                .exceedsRequested([shortage(.pear, asked: 1, available: 0)])
            ),
            RefusalCase(
                "shipping the rest when there is none",
                after: created + [.ship()],
                .ship(),
                .exceedsRequested([])
            ),
            RefusalCase(
                "shipping what is promised, whatever may be owed",
                after: created + [.reserve(.first, .line(7)), .policy(backorders: 100)],
                .ship(),
                .insufficientStock([shortage(asked: 4, available: 3)])
            ),
            RefusalCase(
                "shipping to a place that is cleared out since",
                after: created + [.location(.south, state: .draining)],
                .ship(),
                .locationClosed(.south)
            ),
            RefusalCase(
                "shipping from a place that is closed since",
                after: created + [.sell(.line(10)), .location(.north, state: .closed)],
                .ship(),
                .locationClosed(.north)
            ),
            RefusalCase(
                "receiving before anything is shipped",
                after: created,
                .arrive(),
                .exceedsInTransit([])
            ),
            RefusalCase(
                "receiving more than was shipped",
                after: shipped,
                .arrive(.haul, .of(1, rejected: 1), .of(1, lost: 1)),
                .exceedsInTransit([shortage(at: .south, asked: 4, available: 3)])
            ),
            RefusalCase(
                "receiving what was not shipped",
                after: shipped,
                .arrive(.haul, .of(1, .pear)),
                .exceedsInTransit([shortage(.pear, at: .south, asked: 1, available: 0)])
            ),
            RefusalCase(
                "receiving twice",
                after: shipped + [.arrive(.haul, .of(2))],
                .arrive(.haul, .of(2)),
                .exceedsInTransit([shortage(at: .south, asked: 2, available: 1)])
            ),
            RefusalCase(
                "cancelling what would go back to a closed place",
                after: shipped + [.sell(.line(7)), .location(.north, state: .closed)],
                .cancel(),
                .locationClosed(.north)
            ),
        ]
    }()
}
