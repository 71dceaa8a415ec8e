import Histories
import Ledger
import LedgerClient
import Synchronization
import TestSupport

/// Everything that all clients of a cluster ask and are told, with the moments of each call.
final class Journal: Sendable {
    /// A request that was answered, as far as waiting for answers is concerned.
    struct Answered: Sendable {
        let askedAt: ContinuousClock.Instant
        let answeredAt: ContinuousClock.Instant
    }

    private struct Content {
        var history = HistoryRecorder()
        var answered: [Answered] = []
        /// Reservations that somebody asked for.
        var reservations: [ReservationID] = []
    }

    private let content = Mutex(Content())
    private let closed = Atomic(false)
    private let start = ContinuousClock.now

    /// The clients are to go home.
    var isClosed: Bool { closed.load(ordering: .relaxed) }

    func close() { closed.store(true, ordering: .relaxed) }

    /// What was recorded so far.
    var history: HistoryRecorder { content.withLock { $0.history } }

    /// How many requests have been answered.
    var answeredCount: Int { content.withLock { $0.answered.count } }

    /// The first answer to a request that was asked after `moment`, if there is one yet.
    func firstAnswer(askedAfter moment: ContinuousClock.Instant) -> Answered? {
        content.withLock { content in
            content.answered.filter { $0.askedAt > moment }
                .min { $0.answeredAt < $1.answeredAt }
        }
    }

    /// The longest time between two acknowledged answers from `start` to `end`, both counted as one.
    func longestPause(
        from start: ContinuousClock.Instant,
        to end: ContinuousClock.Instant
    ) -> Duration {
        let answered = content.withLock { content in
            content.answered.map(\.answeredAt).filter { (start...end).contains($0) }
        }
        let moments = [start] + answered.sorted() + [end]
        return zip(moments, moments.dropFirst()).map { $1 - $0 }.max() ?? .zero
    }

    /// Some reservation that was asked for; nil before the first.
    func anyReservation(using random: inout SeededRandom) -> ReservationID? {
        content.withLock { $0.reservations.randomElement(using: &random) }
    }

    /// Every reservation that was asked for.
    var reservations: [ReservationID] { content.withLock { $0.reservations } }

    // MARK: - Calls

    /// Sends a command under an id of its own and notes what came of it.
    func send(
        _ command: Command,
        by client: Int,
        through sender: any CommandSender
    ) async -> CallOutcome {
        let request = Request(id: .mint(), actor: sender.actor, command: command)
        let askedAt = ContinuousClock.now
        let call = invoke(client, .command(request))
        let outcome: CallOutcome
        do throws(EstoqueError) {
            outcome = .answered(try await sender.send(request, timeout: nil))
        } catch {
            outcome = CallOutcome(error)
        }
        complete(call, outcome)
        if case .answered = outcome {
            let answered = Answered(askedAt: askedAt, answeredAt: .now)
            content.withLock { $0.answered.append(answered) }
        }
        return outcome
    }

    /// Begins a call: what follows is sent after this.
    func invoke(_ client: Int, _ operation: HistoryOperation) -> CallID {
        content.withLock { content in
            if case .command(let request) = operation, case .reserve(let reserve) = request.command
            {
                content.reservations.append(reserve.reservation)
            }
            return content.history.invoke(client: client, operation, at: now)
        }
    }

    /// Ends a call: what came of it is known since before this.
    func complete(_ call: CallID, _ outcome: CallOutcome) {
        content.withLock { $0.history.complete(call, outcome, at: now) }
    }

    private var now: HistoryInstant {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return HistoryInstant(
            nanoseconds: UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
        )
    }
}

extension CallOutcome {
    /// What a client knows after a failed command.
    init(_ error: EstoqueError) {
        self =
            if let answer = error.refused { .answered(answer) } else if error.isOutcomeUnknown {
                .unknown
            } else { .notApplied }
    }
}

extension Journal {
    /// Waits until so many more requests have been answered.
    func waitForAnswers(_ count: Int) async throws {
        let goal = answeredCount + count
        try await eventually("\(count) more answers", within: .seconds(60)) {
            answeredCount >= goal
        }
    }

    /// Waits for the answer to a request asked after `moment`, and prints how long it took.
    func noteFirstAnswer(after moment: ContinuousClock.Instant, _ what: String) async throws {
        let first = try await eventually("an answer after \(what)", within: .seconds(60)) {
            firstAnswer(askedAfter: moment)
        }
        print("\(what): the first acknowledged write after \(first.answeredAt - moment)")
    }
}
