import Ledger

/// Looks for an order of the operations that explains everything clients were told: the search of
/// Wing and Gong with Lowe's memory of configurations that were seen before.
///
/// Depth first over configurations. A configuration is left when it was reached before with the same
/// operations done and the same state: what could not be completed then can't be now. Operations that
/// leave the state as it is (reads, refusals) are done as soon as they fit, without an alternative:
/// whatever order has them later is as good with them now.
///
/// The order of the log is tried first. That is only a hint: a wrong one costs time, and every other
/// order that real time allows is tried too.
final class LinearizabilitySearch {
    /// A part of the history, judged.
    enum Verdict: Equatable {
        case linearizable
        case notLinearizable(DeadEnd)
        case undecided(DeadEnd)
    }

    /// The longest order that was found, and what could not follow it.
    struct DeadEnd: Equatable {
        let order: [Configuration.Placed]
        /// The operation that returns next and does not fit.
        let returning: Int
        /// The part's operations in all.
        let total: Int
    }

    /// A step from one configuration to another.
    private enum Step {
        case execute(Int)
        case expire(Slot)
    }

    /// A configuration and what is still to be tried from it.
    private struct Frame {
        let mark: Configuration.Mark
        /// The operation that returns next, and when it does.
        let returning: Int
        let deadline: Deadline
        let steps: [Step]
        var next = 0
    }

    private let problem: SearchProblem
    private let usesHints: Bool
    private let configuration: Configuration
    private var marks: Neighbourhood.Marks
    private var stepsLeft: Int
    private var frames: [Frame] = []
    private var seen: Set<Fingerprint> = []
    private var deadEnd: DeadEnd?
    /// By operation: when it was last found not to fit, by the clock of the state.
    private var misfits: [Int]

    init(_ problem: SearchProblem, stepsMax: Int, usesHints: Bool = true) {
        self.problem = problem
        self.usesHints = usesHints
        configuration = Configuration(problem)
        marks = Neighbourhood.Marks(
            operations: problem.operations.count,
            variables: problem.variables.variables.count
        )
        stepsLeft = stepsMax
        misfits = Array(repeating: -1, count: problem.operations.count)
    }

    /// The ledger as the last order that was tried left it.
    var state: ModelState { configuration.state }

    /// Judges a part; it must share no variable with those that were judged before.
    func judge(_ part: [Int]) -> Verdict {
        configuration.begin(part)
        frames = []
        seen = []
        deadEnd = nil
        let before = configuration.order.count
        guard advance() else { return .linearizable }
        while let frame = frames.last {
            configuration.rewind(to: frame.mark)
            guard stepsLeft > 0 else {
                noteDeadEnd(frame.returning, part, before)
                return .undecided(end(frame.returning, part, before))
            }
            guard frame.next < frame.steps.count else {
                noteDeadEnd(frame.returning, part, before)
                frames.removeLast()
                continue
            }
            frames[frames.count - 1].next += 1
            guard take(frame.steps[frame.next], by: frame.deadline),
                seen.insert(configuration.fingerprint).inserted
            else { continue }
            if !advance() { return .linearizable }
        }
        return .notLinearizable(end(part[0], part, before))
    }

    private func take(_ step: Step, by deadline: Deadline) -> Bool {
        stepsLeft -= 1
        switch step {
        case .execute(let operation): return configuration.execute(operation, by: deadline)
        case .expire(let slot): return configuration.expire(slot, by: deadline)
        }
    }

    // MARK: - Frames

    /// Does everything that needs no choice, and lists the choices then; false when nothing is left.
    private func advance() -> Bool {
        while let returning = configuration.open.firstToEnd {
            guard let instant = problem.ends[returning] else { return false }
            let neighbourhood = Neighbourhood(
                of: returning,
                by: instant,
                in: configuration,
                &marks
            )
            let mark = configuration.mark
            let rest = doPassive(neighbourhood)
            // Whatever got a place may have been what held others back.
            guard !configuration.hasPlaced(since: mark) else { continue }
            frames.append(
                Frame(
                    mark: configuration.mark,
                    returning: returning,
                    deadline: neighbourhood.deadline,
                    steps: steps(rest, neighbourhood)
                )
            )
            return true
        }
        return false
    }

    /// Gives a place to everything that fits and changes nothing; returns what may still come next.
    ///
    /// A read that did not fit before, and whose variables are as they were then, does not fit now.
    /// (Of refusals that is not so: they have log times, and what must come before expiries changes.)
    private func doPassive(_ neighbourhood: Neighbourhood) -> [Int] {
        neighbourhood.operations.filter { index in
            guard problem.arePassive[index] else { return true }
            guard isAltered(index) else { return false }
            stepsLeft -= 1
            let mark = configuration.mark
            guard configuration.execute(index, by: neighbourhood.deadline) else {
                if problem.areReads[index] { misfits[index] = configuration.state.clock }
                return false
            }
            guard configuration.hasChanged(since: mark) else { return false }
            configuration.rewind(to: mark)
            return true
        }
    }

    private func isAltered(_ index: Int) -> Bool {
        let misfit = misfits[index]
        return problem.footprints[index].contains {
            configuration.state.touchedAt[$0.index] > misfit
        }
    }

    /// What may come next, the most promising first.
    ///
    /// If the hints are right, the operation with the least one is next. If that does not fit, something
    /// has happened that no client saw: a hold has expired, or one of the operations whose outcome nobody
    /// knows has taken effect; most likely one that it shares a variable with, and whose time has come.
    private func steps(_ operations: [Int], _ neighbourhood: Neighbourhood) -> [Step] {
        let ordered = usesHints ? operations.sorted { rank($0) < rank($1) } : operations.sorted()
        let known = ordered.filter { problem.ends[$0] != nil }
        let unknown = ordered.filter { problem.ends[$0] == nil }
        guard usesHints,
            let next = neighbourhood.operations.min(by: { rank($0) < rank($1) })
        else {
            return known.map { .execute($0) } + neighbourhood.holds.map { .expire($0) }
                + unknown.map { .execute($0) }
        }
        let touched = Set(problem.footprints[next])
        let expiries = neighbourhood.holds.sorted { (expiry($0), $0) < (expiry($1), $1) }
        let due = expiries.filter { isDue($0, before: next, touched) }
        let near = unknown.filter { !touched.isDisjoint(with: problem.footprints[$0]) }
        let far = unknown.filter { touched.isDisjoint(with: problem.footprints[$0]) }
        let likely = known.filter { $0 == next }
        return likely.map { .execute($0) }
            + due.map { .expire($0) }
            + near.map { .execute($0) }
            + known.filter { $0 != next }.map { .execute($0) }
            + expiries.filter { !isDue($0, before: next, touched) }.map { .expire($0) }
            + far.map { .execute($0) }
    }

    private func rank(_ operation: Int) -> Int { problem.ranks[operation] }

    /// Whether a hold's end changes what an operation touches, and comes before it by the hints.
    private func isDue(_ hold: Slot, before operation: Int, _ touched: Set<Slot>) -> Bool {
        guard let held = configuration.state.reservations[hold.index],
            touched.contains(hold) || held.levels.contains(where: touched.contains)
        else { return false }
        return problem.hintedLogTimes[operation].map { held.earliestExpiry <= $0 } ?? true
    }

    private func expiry(_ slot: Slot) -> LogTime {
        configuration.state.reservations[slot.index]?.earliestExpiry ?? LogTime(microseconds: 0)
    }

    // MARK: - Dead ends

    private func noteDeadEnd(_ returning: Int, _ part: [Int], _ before: Int) {
        let length = configuration.order.count - before
        guard length > deadEnd?.order.count ?? -1 else { return }
        deadEnd = DeadEnd(
            order: Array(configuration.order.dropFirst(before)),
            returning: returning,
            total: part.count
        )
    }

    private func end(_ returning: Int, _ part: [Int], _ before: Int) -> DeadEnd {
        deadEnd ?? DeadEnd(order: [], returning: returning, total: part.count)
    }
}
