import Ledger
import Synchronization

/// What the tills of a store with an agent wrote down themselves.
final class StoreBook: Sendable {
    /// A sale that the agent told them was done.
    struct Sold: Sendable {
        var key: String
        /// What was asked, to ask it again.
        var request: String
        var receipt: StoreReceipt
        var body: [UInt8]
    }

    private struct State {
        var sales: FairSample<Sold>
        var unanswered: [String] = []
    }

    private let state: Mutex<State>

    /// Complaints beyond these say nothing new.
    private static let complaintsMax = 10

    /// - Parameter salesMax: More sales than these are sampled, so that a long demonstration doesn't grow.
    init(salesMax: Int = 2_000) {
        state = Mutex(State(sales: FairSample(max: salesMax)))
    }

    func record(_ sold: Sold) { state.withLock { $0.sales.note(sold) } }

    /// Nobody knows what became of a sale, or why it wasn't taken.
    func recordUnanswered(_ key: String, _ reason: String) {
        state.withLock { state in
            guard state.unanswered.count < Self.complaintsMax else { return }
            state.unanswered.append("no answer to sale \(key): \(reason)")
        }
    }

    /// The sales, or a fair sample of them.
    var sales: [Sold] { state.withLock { $0.sales.elements } }
    /// How many sales were told as done.
    var count: Int { state.withLock { $0.sales.count } }
    var unanswered: [String] { state.withLock { $0.unanswered } }
}

/// What an agent answers to a sale that is done.
struct StoreReceipt: Decodable, Equatable, Sendable {
    struct Line: Decodable, Equatable, Sendable {
        let sku: String
        let quantity: Quantity
        let overdrawn: Quantity
    }

    let epoch: UInt32
    /// The place of the sale among the facts that the agent tells.
    let sequence: UInt64
    /// The number on the receipt.
    let sale: String
    let lines: [Line]
}
