import Ledger
import Synchronization

/// One item at one location.
struct Shelf: Hashable, Sendable {
    var sku: SKU
    var location: LocationID
}

/// What the shops wrote down themselves: every answer they got, and what follows for each shelf.
///
/// At the end the ledger must say the same.
final class DemoBooks: Sendable {
    /// An acknowledged command.
    struct Entry: Sendable {
        var request: Request
        var answer: Answer
    }

    /// What should be on a shelf.
    struct Expected: Equatable, Sendable {
        var onHand: Quantity = 0
        var reserved: Quantity = 0
    }

    fileprivate struct State {
        var shelves: [Shelf: Expected] = [:]
        /// The lines of reservations that are neither over nor left to expire.
        var open: [ReservationID: [StockLine]] = [:]
        var entries: FairSample<Entry>
        var unanswered: [String] = []
    }

    private let state: Mutex<State>

    /// - Parameter entriesMax: More answers than these are sampled, so that a long demonstration doesn't
    ///   grow.
    init(entriesMax: Int = 50_000) {
        state = Mutex(State(entries: FairSample(max: entriesMax)))
    }

    /// Writes an answer down.
    func record(_ request: Request, _ answer: Answer) {
        state.withLock { state in
            state.entries.note(Entry(request: request, answer: answer))
            if case .refused(let refusal) = answer.outcome {
                // The hold ended before it was confirmed.
                if case .reservationExpired(let id) = refusal { Self.close(id, &state) }
            } else {
                Self.apply(request.command, &state)
            }
        }
    }

    /// A store's agent sold: nobody but the till knows of it yet.
    func sold(_ lines: [StockLine]) {
        state.withLock { state in
            for line in lines { state.change(line) { $0.onHand -= line.quantity } }
        }
    }

    /// A customer went away without a word: the hold will expire.
    func abandon(_ reservation: ReservationID) {
        state.withLock { Self.close(reservation, &$0) }
    }

    /// Nobody knows what became of a command.
    func recordUnanswered(_ request: Request, _ reason: String) {
        state.withLock { state in
            guard state.unanswered.count < 10 else { return }
            state.unanswered.append("no answer to \(request.id): \(reason)")
        }
    }

    /// The acknowledged commands, or a fair sample of them.
    var entries: [Entry] { state.withLock { $0.entries.elements } }
    /// How many commands were acknowledged.
    var count: Int { state.withLock { $0.entries.count } }
    /// The commands without an answer.
    var unanswered: [String] { state.withLock { $0.unanswered } }
    /// What should be on each shelf.
    var shelves: [Shelf: Expected] { state.withLock { $0.shelves } }

    /// What may still be taken from a shelf.
    func available(_ shelf: Shelf) -> Quantity {
        state.withLock { state in
            let expected = state.shelves[shelf] ?? Expected()
            return expected.onHand - expected.reserved
        }
    }

    // MARK: Rules

    private static func apply(_ command: Command, _ state: inout State) {
        switch command {
        case .receive(let receive):
            for line in receive.lines { state.change(line) { $0.onHand += line.quantity } }
        case .sell(let sell):
            for line in sell.lines { state.change(line) { $0.onHand -= line.quantity } }
        case .reserve(let reserve):
            state.open[reserve.reservation] = reserve.lines
            for line in reserve.lines { state.change(line) { $0.reserved += line.quantity } }
        case .fulfill(let fulfill):
            for line in state.open[fulfill.reservation] ?? [] {
                state.change(line) { $0.onHand -= line.quantity }
            }
            close(fulfill.reservation, &state)
        case .release(let release): close(release.reservation, &state)
        default: break
        }
    }

    private static func close(_ reservation: ReservationID, _ state: inout State) {
        for line in state.open.removeValue(forKey: reservation) ?? [] {
            state.change(line) { $0.reserved -= line.quantity }
        }
    }
}

extension DemoBooks.State {
    fileprivate mutating func change(
        _ line: StockLine,
        _ body: (inout DemoBooks.Expected) -> Void
    ) {
        let shelf = Shelf(sku: line.sku, location: line.location)
        body(&shelves[shelf, default: DemoBooks.Expected()])
    }
}
