package import Ledger
package import LedgerClient
package import NIOCore
import Synchronization

/// Says that it is enough.
package final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)
    package init() {}
    package func set() { flag.store(true, ordering: .relaxed) }
    var isSet: Bool { flag.load(ordering: .relaxed) }
}

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
package struct PacedWriter: Sendable {
    package struct Result: Sendable {
        var latencies: [Int64] = []
        package var failures = 0
        var seconds = 0.0
        /// When each position was acknowledged.
        package var acknowledged: [Int: NIODeadline] = [:]

        package var perSecond: Double { Double(latencies.count) / max(seconds, 0.001) }

        package func milliseconds(_ quantile: Double) -> Double {
            let sorted = latencies.sorted()
            guard !sorted.isEmpty else { return 0 }
            let index = min(Int(Double(sorted.count) * quantile), sorted.count - 1)
            return Double(sorted[index]) / 1e6
        }
    }

    private let client: EstoqueClient
    private let stock: [(sku: SKU, location: LocationID)]
    private let rate: Int
    private let callers = 128

    /// Sells of these levels, so many times a second.
    package init(
        client: EstoqueClient,
        stock: [(sku: SKU, location: LocationID)],
        rate: Int
    ) {
        self.client = client
        self.stock = stock
        self.rate = rate
    }

    /// Sells for so long, or until it is enough; what isn't due by then is no part of it.
    package func run(seconds: Int, until stop: StopFlag? = nil) async -> Result {
        let turns = Turns()
        let begun = NIODeadline.now() + .milliseconds(50)
        let count = rate * seconds
        var total = Result()
        await withTaskGroup(of: Result.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    var mine = Result()
                    while stop?.isSet != true, let turn = turns.next(below: count) {
                        await sell(turn, begun, stop, &mine)
                    }
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

    private func sell(
        _ turn: Int,
        _ begun: NIODeadline,
        _ stop: StopFlag?,
        _ result: inout Result
    ) async {
        let due = begun + .nanoseconds(Int64(turn) * 1_000_000_000 / Int64(rate))
        let wait = due - NIODeadline.now()
        if wait.nanoseconds > 0 {
            try? await Task.sleep(for: .nanoseconds(wait.nanoseconds))
        }
        guard stop?.isSet != true else { return }
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
