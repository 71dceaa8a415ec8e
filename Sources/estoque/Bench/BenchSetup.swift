import Ledger
import LedgerClient

/// Brings catalogue and stock into the ledger before the load.
struct BenchSetup: Sendable {
    let stock: BenchStock
    let client: EstoqueClient

    /// Units at each place: more than any run takes.
    static let unitsPerPlace: Quantity = LedgerLimits.quantityMax
    private static let commandsPerCall = 500
    private static let linesPerCommand = 500

    /// Items and locations, then what arrives of each item everywhere.
    func run() async throws {
        let items = stock.skus.map { sku in
            Command.upsertItem(
                UpsertItem(sku: sku, title: "Item \(sku)", price: 999, currency: "EUR")
            )
        }
        let locations = stock.locations.map { location in
            Command.upsertLocation(
                UpsertLocation(id: location, name: "Place \(location)", sellsOnline: true)
            )
        }
        try await send(items + locations, inCallsOf: Self.commandsPerCall)
        let lines = stock.skus.flatMap { sku in
            stock.locations.map { location in
                StockLine(sku: sku, location: location, quantity: Self.unitsPerPlace)
            }
        }
        let receipts = lines.chunks(of: Self.linesPerCommand).map { lines in
            Command.receive(Receive(lines: Array(lines), document: nil))
        }
        try await send(receipts, inCallsOf: 4)
    }

    private func send(_ commands: [Command], inCallsOf count: Int) async throws {
        for chunk in commands.chunks(of: count) {
            let requests = chunk.map { Request(id: .mint(), actor: client.actor, command: $0) }
            for result in try await client.batch(requests, timeout: .seconds(60)) {
                // Each has an identity of its own, so what has no answer yet may be asked again.
                if case .failure(let error) = result {
                    guard let request = requests.first(where: { $0.id == error.requestID }) else {
                        throw error
                    }
                    _ = try await client.send(request, timeout: .seconds(60))
                }
            }
        }
    }
}

extension Collection {
    /// Slices of at most `count` elements, in order.
    func chunks(of count: Int) -> [SubSequence] {
        var chunks: [SubSequence] = []
        var start = startIndex
        while start < endIndex {
            let end = index(start, offsetBy: count, limitedBy: endIndex) ?? endIndex
            chunks.append(self[start..<end])
            start = end
        }
        return chunks
    }
}
