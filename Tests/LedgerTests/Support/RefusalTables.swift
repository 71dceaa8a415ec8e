import Ledger
import Testing

/// A command that must be refused after some others went through.
struct RefusalCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let before: [Command]
    let command: Command
    let refusal: Refusal

    init(
        _ name: String,
        after before: [Command] = [],
        _ command: Command,
        _ refusal: Refusal
    ) {
        testDescription = name
        self.before = before
        self.command = command
        self.refusal = refusal
    }
}

func shortage(
    _ sku: SKU = .apple,
    at location: LocationID? = .north,
    asked: Quantity,
    available: Quantity
) -> Shortage {
    Shortage(sku: sku, location: location, requested: asked, available: available)
}

/// Every refusal of every command.
enum RefusalTables {
    static let catalogue: [RefusalCase] = [
        RefusalCase(
            "a new item that exists",
            .item(.apple, expected: 0),
            .versionMismatch(current: 1)
        ),
        RefusalCase(
            "an item under an old version",
            after: [.item(.apple)],
            .item(.apple, expected: 1),
            .versionMismatch(current: 2)
        ),
        RefusalCase(
            "an item that should exist",
            .item(.unknown, expected: 1),
            .versionMismatch(current: 0)
        ),
        RefusalCase(
            "archiving what is in stock",
            .item(.apple, state: .archived),
            .stockRemains(.apple, nil)
        ),
        RefusalCase(
            "a new location that exists",
            .location(.north, expected: 0),
            .versionMismatch(current: 1)
        ),
        RefusalCase(
            "a location under a version to come",
            .location(.north, expected: 2),
            .versionMismatch(current: 1)
        ),
        RefusalCase(
            "closing a location with stock",
            .location(.north, state: .closed),
            .stockRemains(nil, .north)
        ),
        RefusalCase(
            "archiving what is only promised",
            after: [.reserve(.first, .line(10)), .adjust(.line(-10))],
            .item(.apple, state: .archived),
            .stockRemains(.apple, nil)
        ),
    ]

    static let stock: [RefusalCase] = [
        RefusalCase("receiving the unknown", .receive(.line(1, .unknown)), .itemNotFound(.unknown)),
        RefusalCase(
            "receiving nowhere",
            .receive(.line(1, at: .unknown)),
            .locationNotFound(.unknown)
        ),
        RefusalCase(
            "receiving the archived",
            after: [.item(.pear, state: .archived)],
            .receive(.line(1, .pear)),
            .itemArchived(.pear)
        ),
        RefusalCase(
            "receiving where all is cleared out",
            after: [.location(.south, state: .draining)],
            .receive(.line(1, at: .south)),
            .locationClosed(.south)
        ),
        RefusalCase(
            "receiving at a closed place",
            after: [.location(.south, state: .closed)],
            .receive(.line(1, at: .south)),
            .locationClosed(.south)
        ),
        RefusalCase(
            "adjusting without a reason",
            .adjust(.line(1), reason: nil),
            .reasonRequired
        ),
        RefusalCase("adjusting the unknown", .adjust(.line(1, .unknown)), .itemNotFound(.unknown)),
        RefusalCase(
            "adjusting at a closed place",
            after: [.location(.south, state: .closed)],
            .adjust(.line(1, at: .south)),
            .locationClosed(.south)
        ),
        RefusalCase(
            "selling more than there is",
            .sell(.line(11)),
            .insufficientStock([shortage(asked: 11, available: 10)])
        ),
        RefusalCase(
            "selling what is promised",
            after: [.reserve(.first, .line(4))],
            .sell(.line(7)),
            .insufficientStock([shortage(asked: 7, available: 6)])
        ),
        RefusalCase(
            "selling with every short line named",
            .sell(.line(11), .line(1), .line(2, .pear), .line(1, .pear, at: .south)),
            .insufficientStock([
                shortage(asked: 12, available: 10), shortage(.pear, asked: 2, available: 0),
                shortage(.pear, at: .south, asked: 1, available: 0),
            ])
        ),
        RefusalCase("selling the unknown", .sell(.line(1, .unknown)), .itemNotFound(.unknown)),
        RefusalCase(
            "selling at a closed place",
            after: [.location(.south, state: .closed)],
            .sell(.line(1, at: .south)),
            .locationClosed(.south)
        ),
    ]

    static let reserving: [RefusalCase] = [
        RefusalCase(
            "more than there is",
            .reserve(.first, .line(11)),
            .insufficientStock([shortage(asked: 11, available: 10)])
        ),
        RefusalCase(
            "one line of two is short",
            .reserve(.first, .line(1), .line(1, .pear)),
            .insufficientStock([shortage(.pear, asked: 1, available: 0)])
        ),
        RefusalCase(
            "an unknown item",
            .reserve(.first, .line(1, .unknown)),
            .itemNotFound(.unknown)
        ),
        RefusalCase(
            "an unknown place",
            .reserve(.first, .line(1, at: .unknown)),
            .locationNotFound(.unknown)
        ),
        RefusalCase(
            "an archived item",
            after: [.item(.pear, state: .archived)],
            .reserve(.first, .line(1, .pear)),
            .itemArchived(.pear)
        ),
        RefusalCase(
            "a closed place",
            after: [.location(.south, state: .closed)],
            .reserve(.first, .line(1, at: .south)),
            .locationClosed(.south)
        ),
        RefusalCase(
            "an id that is taken",
            after: [.reserve(.first, .line(1))],
            .reserve(.first, .line(1), owner: .bob),
            .reservationExists(.first)
        ),
        RefusalCase(
            "an id that was given back",
            after: [.reserve(.first, .line(1)), .release(.first)],
            .reserve(.first, .line(1)),
            .reservationExists(.first)
        ),
        RefusalCase(
            "replacing the unknown",
            .reserve(.first, .line(1), replaces: .second),
            .reservationNotFound(.second)
        ),
        RefusalCase(
            "replacing another's",
            after: [.reserve(.first, .line(1), owner: .bob)],
            .reserve(.second, .line(1), replaces: .first),
            .reservationNotFound(.first)
        ),
        RefusalCase(
            "replacing what is confirmed",
            after: [.reserve(.first, .line(1)), .confirm(.first)],
            .reserve(.second, .line(1), replaces: .first),
            .reservationClosed(.first, .confirmed)
        ),
        RefusalCase(
            "more than even the replaced one frees",
            after: [.reserve(.first, .line(4))],
            .reserve(.second, .line(11), replaces: .first),
            .insufficientStock([shortage(asked: 11, available: 10)])
        ),
    ]

    static let holding: [RefusalCase] = {
        let held: [Command] = [.reserve(.first, .line(4))]
        let confirmed = held + [.confirm(.first)]
        let released = held + [.release(.first)]
        let fulfilled = held + [.fulfill(.first)]
        return [
            RefusalCase("extending nothing", .extend(.first, ttl: 1), .reservationNotFound(.first)),
            RefusalCase(
                "extending a promise",
                after: confirmed,
                .extend(.first, ttl: 1),
                .reservationClosed(.first, .confirmed)
            ),
            RefusalCase(
                "extending what was given back",
                after: released,
                .extend(.first, ttl: 1),
                .reservationClosed(.first, .released)
            ),
            RefusalCase("confirming nothing", .confirm(.first), .reservationNotFound(.first)),
            RefusalCase(
                "confirming twice",
                after: confirmed,
                .confirm(.first),
                .reservationClosed(.first, .confirmed)
            ),
            RefusalCase(
                "confirming what was given back",
                after: released,
                .confirm(.first),
                .reservationClosed(.first, .released)
            ),
            RefusalCase(
                "confirming what was handed over",
                after: fulfilled,
                .confirm(.first),
                .reservationClosed(.first, .fulfilled)
            ),
            RefusalCase("fulfilling nothing", .fulfill(.first), .reservationNotFound(.first)),
            RefusalCase(
                "fulfilling too much",
                after: held,
                .fulfill(.first, .line(3), .line(2)),
                .exceedsOpenQuantity([shortage(asked: 5, available: 4)])
            ),
            RefusalCase(
                "fulfilling what is not in it",
                after: held,
                .fulfill(.first, .line(1), .line(1, .pear), .line(2, .pear)),
                .exceedsOpenQuantity([shortage(.pear, asked: 3, available: 0)])
            ),
            RefusalCase(
                "fulfilling what was handed over",
                after: fulfilled,
                .fulfill(.first),
                .reservationClosed(.first, .fulfilled)
            ),
            RefusalCase("releasing nothing", .release(.first), .reservationNotFound(.first)),
            RefusalCase(
                "releasing too much",
                after: held + [.release(.first, .line(1))],
                .release(.first, .line(4)),
                .exceedsOpenQuantity([shortage(asked: 4, available: 3)])
            ),
            RefusalCase(
                "releasing twice",
                after: released,
                .release(.first),
                .reservationClosed(.first, .released)
            ),
        ]
    }()
}
