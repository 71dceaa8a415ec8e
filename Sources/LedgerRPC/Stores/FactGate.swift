import Ledger
import LedgerAPI
import NIOCore
import Synchronization

/// Where submissions of facts wait for their turn: the admission with its clock.
final class FactGate: Sendable {
    /// A submission of a store; exactly one of the two is called, on any thread.
    ///
    /// `start` is called under the gate's lock, so that those of a store start in their order whoever lets
    /// them in: it only schedules.
    struct Job: Sendable {
        let arrived = NIODeadline.now()
        let start: @Sendable () -> Void
        let refuse: @Sendable (Problem) -> Void
    }

    /// What has become of submissions since the start.
    struct Counts: Equatable {
        var started: UInt64 = 0
        var refused: UInt64 = 0
        /// Of those that were started.
        var waited = TimeAmount.zero
    }

    private struct State {
        var admission: FactAdmission<Job>
        var counts = Counts()
        var isClockRunning = false
        var random = SystemRandomNumberGenerator()

        mutating func start(_ job: Job) {
            counts.started += 1
            counts.waited = counts.waited + (.now() - job.arrived)
            job.start()
        }
    }

    /// How often it is looked whether one has waited too long.
    private static let step = TimeAmount.milliseconds(100)

    private let limits: FactAdmissionLimits
    private let state: Mutex<State>

    init(limits: FactAdmissionLimits) {
        self.limits = limits
        state = Mutex(State(admission: FactAdmission(limits: limits)))
    }

    /// How many facts a store may have under way.
    var credit: Int { limits.credit }

    /// What it has done, how many wait, and the bytes that are under way.
    var standing: (counts: Counts, waiting: Int, bytesUnderWay: Int) {
        state.withLock { ($0.counts, $0.admission.waitingCount, $0.admission.bytesUnderWay) }
    }

    /// Starts a submission, now or later, or refuses it; ``leave(_:bytes:after:on:)`` must follow a start.
    func enter(
        _ store: LocationID,
        bytes: Int,
        deadline: NIODeadline,
        on loop: any EventLoop,
        _ job: Job
    ) {
        let latest = min(deadline, .now() + limits.patience)
        let verdict = state.withLock { state in
            let verdict = state.admission.arrive(from: store, bytes: bytes, until: latest, job)
            if case .start(let job) = verdict { state.start(job) }
            return verdict
        }
        switch verdict {
        case .start: break
        case .refuse(let job): refuse([job])
        case .wait: runClock(on: loop)
        }
    }

    /// A submission that was started is done, and took so long; its room is free after a rest.
    ///
    /// The busier the node is the longer one takes, and so is the rest: without it facts would have
    /// all of the node's time until the last store has told everything.
    func leave(
        _ store: LocationID,
        bytes: Int,
        after took: TimeAmount,
        on loop: any EventLoop
    ) {
        let wanted = Double(took.nanoseconds) * limits.restFactor
        let rest = min(wanted, Double(limits.restMax.nanoseconds))
        guard rest > 0 else { return finish(store, bytes) }
        loop.scheduleTask(in: .nanoseconds(Int64(rest))) { self.finish(store, bytes) }
    }

    private func finish(_ store: LocationID, _ bytes: Int) {
        state.withLock { state in
            for job in state.admission.finish(from: store, bytes: bytes) { state.start(job) }
        }
    }

    private func refuse(_ jobs: [Job]) {
        for job in jobs {
            let delay = state.withLock { state in
                state.counts.refused += 1
                return state.admission.retryDelay(using: &state.random)
            }
            job.refuse(.overloaded(retryDelay: delay))
        }
    }

    /// Looks after those that wait for as long as there are any.
    private func runClock(on loop: any EventLoop) {
        let isNeeded = state.withLock { state in
            guard !state.isClockRunning, state.admission.waitingCount > 0 else { return false }
            state.isClockRunning = true
            return true
        }
        guard isNeeded else { return }
        loop.scheduleTask(in: Self.step) { [self] in
            let refused = state.withLock { state in
                state.isClockRunning = false
                let (refused, started) = state.admission.expire(at: .now())
                for job in started { state.start(job) }
                return refused
            }
            refuse(refused)
            runClock(on: loop)
        }
    }
}
