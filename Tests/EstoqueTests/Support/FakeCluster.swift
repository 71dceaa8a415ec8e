import Ledger
import LedgerAPI
import LedgerClient
import Synchronization

@testable import estoque

/// The ledger's own rules in memory, behind a network that can fail.
final class FakeCluster: BatchSender, LedgerReader {
    /// How a call goes.
    enum Fate: Sendable {
        case answered
        /// Applied, and the answer lost.
        case lostAnswer
        /// Nobody is reached.
        case unreachable
        /// Every second command finds no leader.
        case everySecond
    }

    private struct State {
        var ledger = InMemoryLedgerState()
        var calls = 0
        var inFlight = 0
        var inFlightMax = 0
        var isMended = false
    }

    private let state = Mutex(State())
    private let fate: @Sendable (Int) -> Fate

    init(fate: @escaping @Sendable (_ call: Int) -> Fate = { _ in .answered }) {
        self.fate = fate
    }

    // MARK: - Looking

    /// From now on every call is answered.
    func mend() { state.withLock { $0.isMended = true } }

    var journalCount: Int { state.withLock { $0.ledger.journal.count } }
    var inFlightMax: Int { state.withLock { $0.inFlightMax } }

    func onHand(_ sku: String, _ location: String) -> Quantity? {
        state.withLock { state in
            guard let item = SKU(sku).flatMap(state.ledger.itemKey),
                let place = LocationID(location).flatMap(state.ledger.locationKey)
            else { return nil }
            return state.ledger.level(LevelKey(location: place, item: item)).onHand
        }
    }

    func item(_ sku: String) -> Item? {
        state.withLock { state in
            SKU(sku).flatMap(state.ledger.itemKey).flatMap(state.ledger.item)
        }
    }

    func apply(_ command: Command, id: RequestID = .mint()) {
        _ = answer(Request(id: id, actor: Ledger.Actor(unchecked: "test"), command: command))
    }

    private func answer(_ request: Request) -> Result<Answer, EstoqueError> {
        let answer = state.withLock { state in
            let next = Position(state.ledger.header.position.rawValue + 1)
            var changes = LedgerChanges()
            let entry = LedgerEntry.request(
                request,
                stamp: LogTime(microseconds: next.rawValue * 1_000)
            )
            return LedgerRules.apply(entry, at: next, to: &state.ledger, changes: &changes).answer
        }
        guard let answer else { return .failure(Self.unreachable) }
        guard case .refused(let refusal) = answer.outcome else { return .success(answer) }
        return .failure(
            EstoqueError(Problem(refusal), refused: answer, requestID: request.id)
        )
    }

    // MARK: - BatchSender

    func position() async throws(EstoqueError) -> Position {
        state.withLock { $0.ledger.header.position }
    }

    func batch(
        _ requests: [Request],
        timeout: Duration?
    ) async throws(EstoqueError) -> [Result<Answer, EstoqueError>] {
        let call = state.withLock { state in
            state.calls += 1
            state.inFlight += 1
            state.inFlightMax = max(state.inFlightMax, state.inFlight)
            return state.calls
        }
        // Others get their turn, so that batches overlap and end out of order.
        for _ in 0..<(call % 3) { await Task.yield() }
        defer { state.withLock { $0.inFlight -= 1 } }
        let isMended = state.withLock { $0.isMended }
        switch isMended ? .answered : fate(call) {
        case .answered: return requests.map(answer)
        case .lostAnswer:
            for request in requests { _ = answer(request) }
            throw EstoqueError(
                Problem(code: .unavailable, reason: .connectionLost, message: "cut"),
                isOutcomeUnknown: true
            )
        case .unreachable: throw Self.unreachable
        case .everySecond:
            return requests.enumerated().map { index, request in
                index.isMultiple(of: 2) ? answer(request) : .failure(Self.noLeader)
            }
        }
    }

    private static let unreachable = EstoqueError(
        Problem(code: .unavailable, reason: .unreachable, message: "nobody there")
    )
    private static let noLeader = EstoqueError(
        Problem(code: .unavailable, reason: .notLeader, message: "no leader")
    )

    // MARK: - LedgerReader

    func item(_ sku: SKU, from position: Position) async throws(EstoqueError) -> StockedItem? {
        state.withLock { state in
            guard let key = state.ledger.itemKey(sku), let item = state.ledger.item(key) else {
                return nil
            }
            var levels: [LevelView] = []
            var place = LocationKey(1)
            while let location = state.ledger.location(place) {
                let level = state.ledger.level(LevelKey(location: place, item: key))
                if level.version > 0 {
                    levels.append(LevelView(sku: sku, location: location.id, level: level))
                }
                place = LocationKey(place.rawValue + 1)
            }
            return StockedItem(item: item, levels: levels)
        }
    }

    func offer(
        _ sku: SKU,
        at location: LocationID,
        from position: Position
    ) async throws(EstoqueError) -> Offer? {
        state.withLock { state in
            guard let item = state.ledger.itemKey(sku),
                let place = state.ledger.locationKey(location)
            else { return nil }
            return state.ledger.offer(LevelKey(location: place, item: item))
        }
    }

    func location(
        _ id: LocationID,
        from position: Position
    ) async throws(EstoqueError) -> Location? {
        state.withLock { state in
            state.ledger.locationKey(id).flatMap(state.ledger.location)
        }
    }
}
