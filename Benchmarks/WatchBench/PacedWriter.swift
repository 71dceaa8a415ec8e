import Ledger
import LedgerClient
import NIOCore
import Synchronization

/// Whose turn it is, over all callers.
private final class Turns: Sendable {
    private let taken = Atomic<Int>(0)

    func next(below count: Int) -> Int? {
        let turn = taken.add(1, ordering: .relaxed).oldValue
        return turn < count ? turn : nil
    }
}

/// Sells one unit at a time at a steady rate, and notes how long each took from when it was due.
///
/// A sale that is due and has to wait for the one before counts its waiting too.
struct PacedWriter: Sendable {
    struct Result: Sendable {
        var latencies: [Int64] = []
        var failures = 0
        var seconds = 0.0
        /// When each position was acknowledged.
        var acknowledged: [Int: NIODeadline] = [:]

        var perSecond: Double { Double(latencies.count) / max(seconds, 0.001) }

        func milliseconds(_ quantile: Double) -> Double {
            let sorted = latencies.sorted()
            guard !sorted.isEmpty else { return 0 }
            let index = min(Int(Double(sorted.count) * quantile), sorted.count - 1)
            return Double(sorted[index]) / 1e6
        }
    }

    let client: EstoqueClient
    let stock: [(sku: SKU, location: LocationID)]
    let rate: Int
    let callers = 128

    func run(seconds: Int) async -> Result {
        let turns = Turns()
        let begun = NIODeadline.now() + .milliseconds(50)
        let count = rate * seconds
        var total = Result()
        await withTaskGroup(of: Result.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    var mine = Result()
                    while let turn = turns.next(below: count) { await sell(turn, begun, &mine) }
                    return mine
                }
            }
            for await mine in group {
                total.latencies += mine.latencies
                total.failures += mine.failures
                total.acknowledged.merge(mine.acknowledged) { first, _ in first }
            }
        }
        total.seconds = Double((NIODeadline.now() - begun).nanoseconds) / 1e9
        return total
    }

    private func sell(_ turn: Int, _ begun: NIODeadline, _ result: inout Result) async {
        let due = begun + .nanoseconds(Int64(turn) * 1_000_000_000 / Int64(rate))
        let wait = due - NIODeadline.now()
        if wait.nanoseconds > 0 {
            try? await Task.sleep(for: .nanoseconds(wait.nanoseconds))
        }
        let place = stock[turn &* 7_919 % stock.count]
        let line = StockLine(sku: place.sku, location: place.location, quantity: 1)
        do {
            let answer = try await client.send(.sell(Sell(lines: [line])), id: .mint())
            let now = NIODeadline.now()
            result.latencies.append((now - due).nanoseconds)
            result.acknowledged[Int(answer.position.rawValue)] = now
        } catch {
            result.failures += 1
        }
    }
}
