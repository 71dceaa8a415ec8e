import Ledger
import Testing

@Suite struct ValidationTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let command: Command
        let fields: [String]

        init(_ command: Command, _ fields: String...) {
            self.command = command
            self.fields = fields
        }

        var testDescription: String { fields.joined(separator: ", ") }
    }

    private static func item(_ change: (inout UpsertItem) -> Void) -> Command {
        var item = UpsertItem(sku: .apple, title: "Apple", price: 1, currency: "EUR")
        change(&item)
        return .upsertItem(item)
    }

    private static func attributes(_ names: String...) -> [Attribute] {
        names.map { Attribute(name: $0, value: "") }
    }

    private static func lines(_ count: Int) -> [StockLine] {
        [StockLine](repeating: .line(1), count: count)
    }

    private static func placing(_ count: Int) -> Command {
        .reserve(
            Reserve(
                reservation: .first,
                owner: .ann,
                lines: [],
                ttl: Milliseconds(1),
                unplaced: [ItemLine](repeating: .of(1), count: count)
            )
        )
    }

    static let malformed: [Case] = [
        Case(item { $0.title = String(repeating: "x", count: 513) }, "title"),
        Case(item { $0.title = "a\u{0}b" }, "title"),
        Case(item { $0.price = -1 }, "price"),
        Case(item { $0.price = .max }, "price"),
        Case(item { $0.currency = "eur" }, "currency"),
        Case(item { $0.currency = "EURO" }, "currency"),
        Case(item { $0.currency = "" }, "currency"),
        Case(
            item { $0.attributes = attributes("a", "", "a") },
            "attributes[1].name",
            "attributes[2].name"
        ),
        Case(
            item { $0.attributes = attributes(String(repeating: "n", count: 65)) },
            "attributes[0].name"
        ),
        Case(
            item {
                $0.attributes = [Attribute(name: "n", value: String(repeating: "v", count: 1_025))]
            },
            "attributes[0].value"
        ),
        Case(
            item { $0.attributes = (0..<65).map { Attribute(name: "\($0)", value: "") } },
            "attributes"
        ),
        Case(
            .upsertLocation(UpsertLocation(id: .north, name: String(repeating: "é", count: 257))),
            "name"
        ),
        Case(.receive(), "lines"),
        Case(.receive(.line(0)), "lines[0].quantity"),
        Case(.receive(.line(1), .line(-1), .line(.max)), "lines[1].quantity", "lines[2].quantity"),
        Case(.receive(.line(LedgerLimits.quantityMax + 1)), "lines[0].quantity"),
        Case(.receive(Receive(lines: lines(1_001))), "lines"),
        Case(.adjust(), "lines"),
        Case(.adjust(.line(0)), "lines[0].quantity"),
        Case(.adjust(.line(.min), .line(-1_000_000_001)), "lines[0].quantity", "lines[1].quantity"),
        Case(.adjust(Adjust(lines: lines(1_001), reason: .damaged)), "lines"),
        Case(.sell(), "lines"),
        Case(.sell(.line(.min)), "lines[0].quantity"),
        Case(.reserve(.first, ttl: 0), "lines", "ttl"),
        Case(.reserve(.first, .line(1), ttl: LedgerLimits.ttlMax.rawValue + 1), "ttl"),
        Case(.extend(.first, ttl: 0), "ttl"),
        Case(.extend(.first, ttl: .max), "ttl"),
        Case(.fulfill(.first, .line(0)), "lines[0].quantity"),
        Case(.release(.first, .line(-5)), "lines[0].quantity"),
        Case(.release(Release(reservation: .first, lines: lines(1_001))), "lines"),
        Case(.mark(), "lines"),
        Case(.mark(.line(0), .line(.min)), "lines[0].quantity", "lines[1].quantity"),
        Case(.writeOff(.line(-1)), "lines[0].quantity"),
        Case(.writeOff(), "lines"),
        Case(.policy(), "safety_stock"),
        Case(.policy(safety: -1, backorders: .max), "safety_stock", "backorder_limit"),
        Case(.back(), "lines"),
        Case(.back(.back(1), .back(0)), "lines[1].quantity"),
        Case(
            .back(.back(LedgerLimits.quantityMax + 1), .back(.min)),
            "lines[0].quantity",
            "lines[1].quantity"
        ),
        Case(.count(), "lines"),
        Case(.count(.counted(-1, book: 0)), "lines[0].counted"),
        Case(
            .count(.counted(LedgerLimits.bucketMax + 1, book: .min)),
            "lines[0].counted",
            "lines[0].book"
        ),
        Case(
            .count(.counted(1, book: 1), .counted(1, book: 1, .pear), .counted(1, book: 0)),
            "lines[2]"
        ),
        Case(.create(to: .north, .of(1)), "to"),
        Case(.create(), "lines"),
        Case(.create(.of(0)), "lines[0].quantity"),
        Case(.ship(.haul, .of(-1)), "lines[0].quantity"),
        Case(.arrive(.haul, .of(0)), "lines[0]"),
        Case(
            .arrive(.haul, .of(-1, rejected: .max, lost: .min)),
            "lines[0].ok",
            "lines[0].rejected",
            "lines[0].lost"
        ),
        Case(.offer(-1), "price.amount"),
        Case(.offer(LedgerLimits.priceMax + 1), "price.amount"),
        Case(
            .setOffer(
                SetOffer(sku: .apple, location: .north, price: Money(amount: 1, currency: ""))
            ),
            "price.currency"
        ),
        Case(.offer(attributes: attributes("a", "a")), "attributes[1].name"),
        Case(.place(.first), "lines"),
        Case(.place(.first, .of(1), .of(0)), "unplaced[1].quantity"),
        Case(placing(101), "unplaced"),
        // Too many of the one kind are no fault of the other, of which there are none.
        Case(
            .reserve(
                Reserve(
                    reservation: .first,
                    owner: .ann,
                    lines: lines(1_001),
                    ttl: Milliseconds(1)
                )
            ),
            "lines"
        ),
        Case(.batch(), "commands"),
        Case(
            .batch(Batch(commands: [Command](repeating: .receive(.line(1)), count: 101))),
            "commands"
        ),
        Case(.batch(.receive(.line(1)), .batch(.receive(.line(1)))), "commands[1].batch"),
        Case(.batch(.receive(.line(1)), .sell(.line(0))), "commands[1].lines[0].quantity"),
        Case(.batch(placing(60), placing(41)), "commands"),
    ]

    static let wellFormed: [Command] = [
        item { $0.price = LedgerLimits.priceMax },
        item {
            $0.price = 0
            $0.currency = ""
        },
        item { $0.title = String(repeating: "x", count: 512) },
        item { $0.attributes = (0..<64).map { Attribute(name: "\($0)", value: "") } },
        item { $0.attributes = attributes("é", "e\u{301}") },
        .location(.north),
        .receive(.line(LedgerLimits.quantityMax)),
        .receive(Receive(lines: lines(1_000))),
        .adjust(.line(-LedgerLimits.quantityMax)),
        .adjust(.line(1), reason: nil),
        .sell(.line(1)),
        .reserve(.first, .line(1), ttl: 1),
        .extend(.first, ttl: LedgerLimits.ttlMax.rawValue),
        .confirm(.first),
        .fulfill(.first),
        .release(.first),
        .mark(.line(-LedgerLimits.quantityMax)),
        .mark(.line(1), reason: nil),
        .policy(safety: 0),
        .policy(backorders: LedgerLimits.quantityMax),
        .count(.counted(0, book: -LedgerLimits.bucketMax), .counted(1, book: 1, at: .south)),
        .arrive(),
        .ship(),
        .arrive(.haul, .of(0, lost: 1)),
        .offer(nil),
        .offer(LedgerLimits.priceMax),
        placing(100),
        .batch(Batch(commands: [Command](repeating: .sell(.line(1)), count: 100))),
        .batch(placing(60), placing(40)),
    ]

    @Test func `a sale in a batch is named after the request if that fits`() {
        func fields(_ idBytes: Int, _ sale: SaleID?) -> [String] {
            let sell = Command.sell(Sell(lines: [.line(1)], sale: sale))
            let request = Request(
                id: RequestID(unchecked: String(repeating: "i", count: idBytes)),
                actor: Actor(unchecked: "till"),
                command: .batch(Batch(commands: [Command](repeating: sell, count: 11)))
            )
            return request.validate().map(\.field)
        }
        #expect(fields(61, nil) == [])
        #expect(fields(62, nil) == ["commands[10].sale"])
        #expect(fields(63, nil).count == 11)
        #expect(fields(64, .sale) == [])
    }

    private func request(_ command: Command) -> Request {
        Request(
            id: RequestID(unchecked: "request"),
            actor: Actor(unchecked: "till"),
            command: command
        )
    }

    @Test(arguments: malformed)
    func `every field that breaks a rule is named`(_ malformed: Case) {
        #expect(request(malformed.command).validate().map(\.field) == malformed.fields)
    }

    @Test(arguments: wellFormed)
    func `what keeps the limits passes`(_ command: Command) {
        #expect(request(command).validate() == [])
    }

    @Test(arguments: malformed)
    func `what came round the edge is refused by apply`(_ malformed: Case) throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.third, .line(1)))
        let before = scene.level()
        let answer = scene.send(malformed.command)
        let first = try #require(request(malformed.command).validate().first)
        #expect(answer.outcome == .refused(.malformed(first)))
        #expect(scene.level() == before)
    }

    @Test func `the list of violations is bounded`() {
        let lines = [StockLine](repeating: .line(0), count: LedgerLimits.linesMax)
        let violations = request(.sell(Sell(lines: lines))).validate()
        #expect(violations.count == LedgerLimits.violationsMax)
    }

    @Test(arguments: ["", " ", "a b", "é", "a\n", String(repeating: "x", count: 65), "\u{7F}"])
    func `an identifier is short, printable and without spaces`(_ text: String) {
        #expect(SKU(text) == nil)
        #expect(RequestID(text) == nil)
    }

    @Test(arguments: ["a", "~!", String(repeating: "x", count: 64)])
    func `a proper identifier keeps its text`(_ text: String) {
        #expect(LocationID(text)?.description == text)
    }
}
