import Foundation
import Ledger
import LedgerClient
import NIOCore

/// A till at a store with an agent: it sells by the agent alone, connected or not.
struct StoreTill: Sendable {
    let store: DemoStore
    /// The store's place on the scoreboard.
    let index: Int
    let books: DemoBooks
    let scoreboard: Scoreboard
    /// Between customers, at most.
    let pauseMax: Duration

    /// How long the till asks for an answer before it writes down that there is none.
    private static let patience = Duration.seconds(30)
    /// So many pieces somebody buys for a party: more than an agent usually has rights to.
    private static let party: Quantity = 80

    /// Serves customers until the shop closes.
    func run() async {
        var random = Xoshiro256()
        while !scoreboard.isOver {
            await sell(basket(&random))
            await scoreboard.pause(for: pauseMax * Double.random(in: 0.2...1, using: &random))
        }
    }

    private func basket(_ random: inout Xoshiro256) -> [ItemLine] {
        let isParty = Int.random(in: 0..<100, using: &random) < 4
        let count = isParty ? 1 : Int.random(in: 1...3, using: &random)
        return DemoCatalogue.products.shuffled(using: &random).prefix(count).map { product in
            let few = Quantity.random(in: 1...2, using: &random)
            return ItemLine(sku: product.sku, quantity: isParty ? Self.party : few)
        }
    }

    /// Asks until there is an answer.
    private func sell(_ lines: [ItemLine]) async {
        let key = RequestID.mint().text
        let request = Self.request(lines)
        let isCutOff = scoreboard.current.stores[index].cutOffSince != nil
        let deadline = ContinuousClock.now + Self.patience
        var reason = ""
        while ContinuousClock.now < deadline {
            do {
                let exchange = HTTPExchange(address: store.http)
                let answer = try await exchange.post("/v1/sales", json: request, key: key)
                switch Verdict(answer) {
                case .sold(let receipt):
                    record(key, request, answer.body, receipt, isCutOff)
                    return
                case .refused:
                    scoreboard.changeStore(index) { $0.countRefused(isCutOff: isCutOff) }
                    return
                case .other(let text):
                    reason = text
                    // Only what is the agent's state of the moment is worth another question.
                    if answer.status < 500 { return store.book.recordUnanswered(key, text) }
                }
            } catch {
                reason = "\(error)"
            }
            await Uncancelled.sleep(for: .milliseconds(50))
        }
        store.book.recordUnanswered(key, reason)
    }

    private func record(
        _ key: String,
        _ request: String,
        _ body: [UInt8],
        _ receipt: StoreReceipt,
        _ isCutOff: Bool
    ) {
        store.book.record(
            StoreBook.Sold(key: key, request: request, receipt: receipt, body: body)
        )
        books.sold(
            receipt.lines.map { line in
                StockLine(
                    sku: SKU(unchecked: line.sku),
                    location: store.location,
                    quantity: line.quantity
                )
            }
        )
        scoreboard.changeStore(index) { $0.countSold(isCutOff: isCutOff) }
    }

    private static func request(_ lines: [ItemLine]) -> String {
        let lines = lines.map { "{\"sku\":\"\($0.sku)\",\"quantity\":\($0.quantity)}" }
        return "{\"lines\":[\(lines.joined(separator: ","))]}"
    }

    /// What an answer means.
    private enum Verdict {
        case sold(StoreReceipt)
        /// There isn't so much, or there are no rights to it.
        case refused
        case other(String)

        private struct Problem: Decodable {
            let reason: String?
        }

        init(_ answer: HTTPExchange.Answer) {
            let body = Data(answer.body)
            if answer.status == 200,
                let receipt = try? JSONDecoder().decode(StoreReceipt.self, from: body)
            {
                self = .sold(receipt)
            } else if answer.status == 409,
                (try? JSONDecoder().decode(Problem.self, from: body))?.reason
                    == "INSUFFICIENT_STOCK"
            {
                self = .refused
            } else {
                let text = String(decoding: answer.body.prefix(200), as: UTF8.self)
                self = .other("the agent answered \(answer.status): \(text)")
            }
        }
    }
}
