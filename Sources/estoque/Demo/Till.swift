import Ledger
import LedgerClient

/// A till of a shop: customer after customer, by the shop's Session.
struct Till: Sendable {
    let shop: LocationID
    let client: EstoqueClient
    let books: DemoBooks
    let scoreboard: Scoreboard
    /// Between customers, at most.
    let pauseMax: Duration

    /// A hold of a customer who goes away lasts this long.
    static let shortHold = Milliseconds(1_500)
    /// Any other hold: longer than an election.
    private static let longHold = Milliseconds(120_000)
    /// How long the till asks for an answer before it writes down that there is none.
    private static let patience = Duration.seconds(60)

    /// Serves customers until the shop closes; none is left standing.
    func run() async {
        var random = Xoshiro256()
        while !scoreboard.isOver {
            await serve(&random)
            let pause = pauseMax * Double.random(in: 0.2...1, using: &random)
            await scoreboard.pause(for: pause)
        }
    }

    private func serve(_ random: inout Xoshiro256) async {
        let lines = basket(&random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<60: await reserve(lines, then: .buy, &random)
        case 60..<72: await reserve(lines, then: .changeMind, &random)
        case 72..<80: await reserve(lines, then: .walkAway, &random)
        case 80..<92: await sell(lines)
        case 92..<97: await reserve(tooMuch(lines), then: .walkAway, &random)
        default: await reserve(unknown(lines), then: .walkAway, &random)
        }
    }

    /// What a customer does with a hold.
    private enum Intent {
        case buy
        case changeMind
        case walkAway
    }

    private func reserve(
        _ lines: [StockLine],
        then intent: Intent,
        _ random: inout Xoshiro256
    ) async {
        let id = ReservationID.mint(using: &random)
        let customer = Int.random(in: 1...9_999, using: &random)
        let reserve = Reserve(
            reservation: id,
            owner: Owner(kind: .customer, reference: Reference(unchecked: "customer-\(customer)")),
            lines: lines,
            ttl: intent == .walkAway ? Self.shortHold : Self.longHold
        )
        guard await ask(.reserve(reserve), counting: .held) else { return }
        switch intent {
        case .buy:
            let order = Reference(unchecked: "order-\(id)")
            let confirm = Confirm(reservation: id, order: order)
            guard await ask(.confirm(confirm), counting: .confirmed) else { return }
            let fulfill = Fulfill(reservation: id, lines: [])
            _ = await ask(.fulfill(fulfill), counting: .fulfilled)
        case .changeMind:
            let release = Release(
                reservation: id,
                lines: [],
                reason: Reference(unchecked: "changed-mind")
            )
            _ = await ask(.release(release), counting: .released)
        case .walkAway:
            books.abandon(id)
            scoreboard.count(.abandoned)
        }
    }

    private func sell(_ lines: [StockLine]) async {
        _ = await ask(.sell(Sell(lines: lines, document: nil)), counting: .sold)
    }

    /// Goods for every product of which little is left.
    func restock() async {
        let lines = DemoCatalogue.products.compactMap { product -> StockLine? in
            let shelf = Shelf(sku: product.sku, location: shop)
            guard books.available(shelf) < DemoCatalogue.low else { return nil }
            return StockLine(
                sku: product.sku,
                location: shop,
                quantity: DemoCatalogue.delivery
            )
        }
        guard !lines.isEmpty else { return }
        let document = Reference(unchecked: "delivery")
        _ = await ask(.receive(Receive(lines: lines, document: document)), counting: .delivered)
    }

    /// Asks until there is an answer; false if it is no.
    func ask(_ command: Command, counting kind: Score.Kind?) async -> Bool {
        let request = Request(id: .mint(), actor: client.actor, command: command)
        do {
            let answer = try await client.session.send(request, timeout: Self.patience)
            books.record(request, answer)
            scoreboard.answered(isReplay: answer.replayed)
            if let kind { scoreboard.count(kind) }
            return true
        } catch {
            guard let answer = error.refused else {
                books.recordUnanswered(request, "\(error)")
                return false
            }
            books.record(request, answer)
            scoreboard.answered(isReplay: answer.replayed)
            scoreboard.count(.refused)
            return false
        }
    }

    // MARK: Baskets

    private func basket(_ random: inout Xoshiro256) -> [StockLine] {
        let count = Int.random(in: 1...3, using: &random)
        return DemoCatalogue.products.shuffled(using: &random).prefix(count).map { product in
            StockLine(
                sku: product.sku,
                location: shop,
                quantity: Quantity.random(in: 1...2, using: &random)
            )
        }
    }

    /// More than there ever is.
    private func tooMuch(_ lines: [StockLine]) -> [StockLine] {
        lines.map { line in
            StockLine(sku: line.sku, location: line.location, quantity: 1_000_000)
        }
    }

    /// Something that is not in the catalogue.
    private func unknown(_ lines: [StockLine]) -> [StockLine] {
        lines + [StockLine(sku: SKU(unchecked: "no-such-thing"), location: shop, quantity: 1)]
    }
}
