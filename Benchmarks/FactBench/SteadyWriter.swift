import Ledger
import LedgerClient
import NIOCore
import Synchronization

/// Says that it is enough.
final class StopFlag: Sendable {
    private let isSetValue = Atomic<Bool>(false)
    func set() { isSetValue.store(true, ordering: .relaxed) }
    var isSet: Bool { isSetValue.load(ordering: .relaxed) }
}

/// Whose turn it is, over all callers.
private final class Turns: Sendable {
    private let taken = Atomic<Int>(0)
    func next() -> Int { taken.add(1, ordering: .relaxed).oldValue }
}

/// Sells one unit at a time at a steady rate, and notes how long each took from when it was due.
struct SteadyWriter: Sendable {
    struct Result: Sendable {
        var latencies: [Int64] = []
        var failures = 0
        var seconds = 0.0

        var perSecond: Double { Double(latencies.count) / max(seconds, 0.001) }

        func milliseconds(_ quantile: Double) -> Double {
            let sorted = latencies.sorted()
            guard !sorted.isEmpty else { return 0 }
            return Double(sorted[min(Int(Double(sorted.count) * quantile), sorted.count - 1)]) / 1e6
        }
    }

    let client: EstoqueClient
    let location: LocationID
    let skus: Int
    let rate: Int
    private let callers = 64

    init(client: EstoqueClient, location: LocationID, skus: Int, rate: Int) {
        self.client = client
        self.location = location
        self.skus = skus
        self.rate = rate
    }

    func run(for duration: TimeAmount, until stop: StopFlag? = nil) async -> Result {
        let turns = Turns()
        let begun = NIODeadline.now() + .milliseconds(20)
        let end = begun + duration
        var total = Result()
        await withTaskGroup(of: Result.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    var mine = Result()
                    while true {
                        let turn = turns.next()
                        let due = begun + .nanoseconds(Int64(turn) * 1_000_000_000 / Int64(rate))
                        guard due < end, stop?.isSet != true else { return mine }
                        await sell(turn, due, stop, &mine)
                    }
                }
            }
            for await mine in group {
                total.latencies += mine.latencies
                total.failures += mine.failures
            }
        }
        total.seconds = Double((NIODeadline.now() - begun).nanoseconds) / 1e9
        return total
    }

    private func sell(
        _ turn: Int,
        _ due: NIODeadline,
        _ stop: StopFlag?,
        _ result: inout Result
    ) async {
        let wait = due - NIODeadline.now()
        if wait.nanoseconds > 0 {
            try? await Task.sleep(for: .nanoseconds(wait.nanoseconds))
        }
        guard stop?.isSet != true else { return }
        let line = StockLine(
            sku: FactBench.sku(turn &* 7_919 % skus),
            location: location,
            quantity: 1
        )
        do {
            _ = try await client.send(.sell(Sell(lines: [line])), id: .mint())
            result.latencies.append((NIODeadline.now() - due).nanoseconds)
        } catch {
            result.failures += 1
        }
    }
}
