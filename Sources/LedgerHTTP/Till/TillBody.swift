import AgentCore
import Ledger
import LedgerAPI

/// What a body asks of the agent, by the path that it was sent to.
struct TillBody {
    private let members: BodyMembers
    private let location: LocationID

    /// A body with these members.
    private init(
        _ value: BodyValue,
        _ location: LocationID,
        knows names: Set<String>
    ) throws(Problem) {
        members = try BodyMembers(value, knows: names)
        self.location = location
    }

    /// The request that a body makes; every field that breaks a limit is named.
    static func request(
        _ write: TillWrite,
        _ value: BodyValue,
        id: RequestID,
        at location: LocationID
    ) throws(Problem) -> TillRequest {
        let body = try TillBody(value, location, knows: write.members)
        var request = TillRequest(id: id, command: try body.command(write))
        if write == .sale { request.prices = try body.prices() }
        if write == .count { request.countsAgainstBook = try body.countsAgainstBook() }
        let violations = Ledger.Request(
            id: id,
            actor: Actor(unchecked: location.text),
            command: request.command
        ).validate()
        guard violations.isEmpty else { throw Problem(InvalidRequest(violations: violations)) }
        return request
    }

    private func command(_ write: TillWrite) throws(Problem) -> Command {
        switch write {
        case .sale:
            .sell(
                Sell(
                    lines: try stockLines(["sku", "quantity", "price"]),
                    document: try document(),
                    sale: try members.identifier(ifAny: "sale")
                )
            )
        case .receipt: .receive(Receive(lines: try stockLines(), document: try document()))
        case .goodsBack: .returnGoods(try returnGoods())
        case .count: .count(Count(lines: try countLines(), document: try document()))
        case .damage:
            .markUnavailable(
                MarkUnavailable(
                    lines: try stockLines(),
                    reason: try members.identifier(ifAny: "reason"),
                    document: try document()
                )
            )
        case .writeOff:
            .writeOff(
                WriteOff(
                    lines: try stockLines(),
                    reason: try members.identifier(ifAny: "reason"),
                    document: try document()
                )
            )
        case .adjustment:
            .adjust(
                Adjust(
                    lines: try stockLines(),
                    reason: try members.identifier(ifAny: "reason"),
                    document: try document()
                )
            )
        case .pickUp(let id):
            .fulfill(Fulfill(reservation: id, lines: try stockLines(isOptional: true)))
        case .ship(let id):
            .shipTransfer(
                ShipTransfer(
                    transfer: id,
                    lines: try stockLines(isOptional: true).map {
                        ItemLine(sku: $0.sku, quantity: $0.quantity)
                    },
                    document: try document()
                )
            )
        case .arrive(let id):
            .receiveTransfer(
                ReceiveTransfer(
                    transfer: id,
                    lines: try arrivals(),
                    document: try document()
                )
            )
        case .price: .setOffer(try offer())
        }
    }

    /// `{"sku":…,"quantity":…}`, each at the store.
    private func stockLines(
        _ names: Set<String> = ["sku", "quantity"],
        isOptional: Bool = false
    ) throws(Problem) -> [StockLine] {
        var lines: [StockLine] = []
        for line in try self.lines(names, isOptional: isOptional) {
            lines.append(
                StockLine(
                    sku: try line.identifier("sku"),
                    location: location,
                    quantity: try line.whole("quantity")
                )
            )
        }
        return lines
    }

    private func lines(
        _ names: Set<String>,
        isOptional: Bool = false
    ) throws(Problem) -> [BodyMembers] {
        let lines = try members.objects(ifAny: "lines", knows: names)
        guard let lines else {
            if isOptional { return [] }
            throw members.wrong("lines", "is required")
        }
        guard isOptional || !lines.isEmpty, lines.count <= LedgerLimits.factLinesMax else {
            throw members.wrong("lines", "must be 1 to \(LedgerLimits.factLinesMax)")
        }
        return lines
    }

    /// What units are sold for, where the till says so.
    private func prices() throws(Problem) -> [ItemPrice] {
        var prices: [ItemPrice] = []
        for line in try lines(["sku", "quantity", "price"]) {
            guard let price = try money(line) else { continue }
            let sku: SKU = try line.identifier("sku")
            guard !prices.contains(where: { $0.sku == sku && $0.price != price }) else {
                throw line.wrong("price", "must be the same for all lines of an item")
            }
            prices.append(ItemPrice(sku: sku, price: price))
        }
        return prices
    }

    private func money(_ members: BodyMembers) throws(Problem) -> Money? {
        guard let price = try members.object(ifAny: "price", knows: ["amount", "currency"])
        else { return nil }
        let amount = try price.whole("amount")
        guard (0...LedgerLimits.priceMax).contains(amount) else {
            throw price.wrong("amount", "must be 0 to \(LedgerLimits.priceMax)")
        }
        let currency = try price.text("currency")
        guard currency.utf8.count == 3,
            currency.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
        else { throw price.wrong("currency", "must be three capital letters") }
        return Money(amount: amount, currency: currency)
    }

    private func returnGoods() throws(Problem) -> ReturnGoods {
        let sale: SaleID? = try members.identifier(ifAny: "sale")
        let reservation: ReservationID? = try members.identifier(ifAny: "reservation")
        let origin: ReturnGoods.Origin
        switch (sale, reservation) {
        case (let sale?, nil): origin = .sale(sale)
        case (nil, let reservation?): origin = .reservation(reservation)
        default: throw members.wrong("sale", "or reservation is required, and not both")
        }
        var lines: [ReturnLine] = []
        for line in try self.lines(["sku", "quantity", "soldAt"]) {
            lines.append(
                ReturnLine(
                    sku: try line.identifier("sku"),
                    soldAt: try line.identifier(ifAny: "soldAt") ?? location,
                    quantity: try line.whole("quantity"),
                    location: location
                )
            )
        }
        return ReturnGoods(
            origin: origin,
            lines: lines,
            disposition: try disposition(),
            reason: try members.identifier(ifAny: "reason"),
            document: try document()
        )
    }

    private func disposition() throws(Problem) -> ReturnGoods.Disposition {
        switch try members.text(ifAny: "disposition") {
        case nil, "RESTOCK": .restock
        case "DAMAGED": .damaged
        default: throw members.wrong("disposition", "must be RESTOCK or DAMAGED")
        }
    }

    private func countLines() throws(Problem) -> [CountLine] {
        var lines: [CountLine] = []
        for line in try self.lines(["sku", "counted", "book"]) {
            lines.append(
                CountLine(
                    sku: try line.identifier("sku"),
                    location: location,
                    counted: try line.whole("counted"),
                    book: try line.whole(ifAny: "book") ?? 0
                )
            )
        }
        return lines
    }

    /// Without a word of what the book was, it is what the agent has.
    private func countsAgainstBook() throws(Problem) -> Bool {
        let lines = try lines(["sku", "counted", "book"])
        let told = lines.count { $0.value("book") != nil }
        guard told == 0 || told == lines.count else {
            throw members.wrong("lines", "must have a book in all of them or in none")
        }
        return told == 0
    }

    private func arrivals() throws(Problem) -> [ArrivalLine] {
        var lines: [ArrivalLine] = []
        for line in try self.lines(["sku", "ok", "rejected", "lost"], isOptional: true) {
            lines.append(
                ArrivalLine(
                    sku: try line.identifier("sku"),
                    ok: try line.whole("ok"),
                    rejected: try line.whole(ifAny: "rejected") ?? 0,
                    lost: try line.whole(ifAny: "lost") ?? 0
                )
            )
        }
        return lines
    }

    /// `"price":null` takes the store's own price away; without the member nothing is said.
    private func offer() throws(Problem) -> SetOffer {
        guard members.has("price") else { throw members.wrong("price", "is required") }
        return SetOffer(
            sku: try members.identifier("sku"),
            location: location,
            price: try money(members),
            fields: .price
        )
    }

    private func document() throws(Problem) -> Reference? {
        try members.identifier(ifAny: "document")
    }
}
