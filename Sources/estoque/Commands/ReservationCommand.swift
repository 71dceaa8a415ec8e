import ArgumentParser
import Ledger
import LedgerClient

/// The noun `reservation`.
struct ReservationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reservation",
        abstract: "Promises of stock: hold, confirm, hand over, give back.",
        discussion: """
            A hold expires by itself unless it is confirmed. A line of stock is written \
            SKU@LOCATION=QUANTITY, such as TEA-250@store-7=3.
            """,
        subcommands: [
            ReservationReserve.self, ReservationGet.self, ReservationExtend.self,
            ReservationConfirm.self, ReservationFulfill.self, ReservationRelease.self,
            ReservationReturn.self, ReservationList.self,
        ]
    )
}

/// Takes a hold.
struct ReservationReserve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reserve",
        abstract: "Take a hold on all lines, or on none (INSUFFICIENT_STOCK).",
        discussion: """
            With --place the ledger chooses where, among active locations that sell online, by \
            their priority.

            Example: estoque reservation reserve TEA-250@store-7=2 --owner customer:c-17 --ttl 10m
            """
    )

    @Argument(help: "SKU@LOCATION=QUANTITY.", transform: Arguments.line)
    var lines: [StockLine] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Units that the ledger finds a location for; may come several times.",
            valueName: "sku=quantity"
        ),
        transform: Arguments.itemLine
    )
    var place: [ItemLine] = []

    @Flag(name: .long, help: "What is to be placed may come from several locations.")
    var split = false

    @Flag(
        name: .long,
        help: "Only what is sold online, at named locations too: safety stock is kept back."
    )
    var online = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Who holds it: customer:REF, store:REF or order:REF.",
            valueName: "kind:ref"
        ),
        transform: Arguments.owner
    )
    var owner: Owner

    @Option(
        name: .long,
        help: ArgumentHelp("How long, at most 1d.", valueName: "duration"),
        transform: Arguments.ttl
    )
    var ttl = Milliseconds(600_000)

    @Option(
        name: .long,
        help: "The reservation's identity (default: the request's).",
        transform: { try Arguments.identifier($0) as ReservationID }
    )
    var id: ReservationID?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A reservation that is released in the same step.",
            valueName: "id"
        ),
        transform: { try Arguments.identifier($0) as ReservationID }
    )
    var replaces: ReservationID?

    @OptionGroup var write: WriteOptions

    func validate() throws {
        guard !lines.isEmpty || !place.isEmpty else {
            throw ValidationError("nothing to reserve: give SKU@LOCATION=QUANTITY or --place")
        }
        guard !split || !place.isEmpty else { throw ValidationError("--split is for --place") }
    }

    func run() async throws {
        try await write.run { requestID in
            .reserve(
                Reserve(
                    // So that the same request, asked again, names the same reservation.
                    reservation: id ?? ReservationID(unchecked: requestID.text),
                    owner: owner,
                    lines: lines,
                    ttl: ttl,
                    replaces: replaces,
                    unplaced: place,
                    placement: split ? .split : .whole,
                    online: online
                )
            )
        }
    }
}

/// Shows a reservation.
struct ReservationGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show a reservation.",
        discussion: "Example: estoque reservation get cart-17 --output json"
    )

    @OptionGroup var target: ReservationTarget
    @OptionGroup var read: ReadOptions

    func run() async throws {
        try await read.run { client, consistency in
            try await client.reservation(target.id, consistency)
        } report: { reservation in
            (
                ["reservation": reservation.json],
                [.reservation(reservation), .lines(reservation.lines)]
            )
        }
    }
}

/// Prolongs a hold.
struct ReservationExtend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend",
        abstract: "Move the expiry of a hold to --ttl from now.",
        discussion: "Example: estoque reservation extend cart-17 --ttl 10m"
    )

    @OptionGroup var target: ReservationTarget

    @Option(
        name: .long,
        help: ArgumentHelp("How long from now, at most 1d.", valueName: "duration"),
        transform: Arguments.ttl
    )
    var ttl: Milliseconds

    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(.extend(Extend(reservation: target.id, ttl: ttl)))
    }
}

/// Promises for good.
struct ReservationConfirm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Turn a hold into a promise without an end.",
        discussion: "Example: estoque reservation confirm cart-17 --order 2024-0815"
    )

    @OptionGroup var target: ReservationTarget

    @Option(
        name: .long,
        help: "The order that it is for.",
        transform: { try Arguments.identifier($0) as Reference }
    )
    var order: Reference?

    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(.confirm(Confirm(reservation: target.id, order: order)))
    }
}

/// Hands over.
struct ReservationFulfill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fulfill",
        abstract: "The goods left: all that is open, or the lines given.",
        discussion: "Example: estoque reservation fulfill cart-17 TEA-250@store-7=1"
    )

    @OptionGroup var target: ReservationTarget

    @Argument(help: "SKU@LOCATION=QUANTITY (default: all that is open).", transform: Arguments.line)
    var lines: [StockLine] = []

    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(.fulfill(Fulfill(reservation: target.id, lines: lines)))
    }
}

/// Gives back.
struct ReservationRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Give stock back: all that is open, or the lines given.",
        discussion: "Example: estoque reservation release cart-17 --reason abandoned"
    )

    @OptionGroup var target: ReservationTarget

    @Argument(help: "SKU@LOCATION=QUANTITY (default: all that is open).", transform: Arguments.line)
    var lines: [StockLine] = []

    @Option(
        name: .long,
        help: "Why, as a code.",
        transform: { try Arguments.identifier($0) as Reference }
    )
    var reason: Reference?

    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(
            .release(Release(reservation: target.id, lines: lines, reason: reason))
        )
    }
}

/// The reservation that a command is about.
struct ReservationTarget: ParsableArguments {
    @Argument(
        help: "The reservation.",
        transform: { try Arguments.identifier($0) as ReservationID }
    )
    var id: ReservationID
}

/// Lists reservations.
struct ReservationList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List all reservations in the order of their creation, page by page.",
        discussion: "Example: estoque reservation list --page-size 50"
    )

    @OptionGroup var page: PageOptions

    func run() async throws {
        try await page.run { client, request in
            try await client.reservations(request)
        } report: { reservations in
            (
                ["reservations": .array(reservations.map(\.json))],
                [.reservations(reservations)]
            )
        }
    }
}
