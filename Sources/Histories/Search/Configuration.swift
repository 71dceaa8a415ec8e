import Ledger

/// Before what a step is taken: the return of the operation that returns next.
struct Deadline {
    let instant: HistoryInstant
    /// The greatest log time that an entry can have that takes effect by then; nil without a bound.
    let greatestLogTime: LogTime?

    init(_ instant: HistoryInstant, _ problem: SearchProblem) {
        self.instant = instant
        greatestLogTime = problem.logTimes.greatest(by: instant)
    }

    /// Whether the time of a hold can have come by then.
    func allows(_ held: ModelReservation) -> Bool {
        greatestLogTime.map { held.earliestExpiry <= $0 } ?? true
    }
}

/// What has a place in the order so far, and the ledger as that left it: a point of the search.
final class Configuration {
    let problem: SearchProblem
    let open: OpenOperations
    let state: ModelState
    /// The order found so far.
    private(set) var order: [Placed] = []
    private var doneFingerprint = Fingerprint()

    /// Nothing has a place.
    init(_ problem: SearchProblem) {
        let count = problem.variables.variables.count
        self.problem = problem
        open = OpenOperations(problem)
        state = ModelState(variables: count)
    }

    /// Something that has its place in the order.
    enum Placed: Equatable {
        case operation(Int)
        /// A hold expired with an entry that no client saw.
        case expiry(Slot)
    }

    /// A point that can be returned to.
    struct Mark {
        fileprivate let placedCount: Int
        fileprivate let changeCount: Int
    }

    /// Where the search stands.
    var mark: Mark { Mark(placedCount: order.count, changeCount: state.changeCount) }

    /// Stands for what has a place and for the state of the ledger, for recognising a configuration
    /// that was seen before.
    var fingerprint: Fingerprint { doneFingerprint.union(state.fingerprint) }

    /// Whether the ledger has changed since.
    func hasChanged(since mark: Mark) -> Bool { state.changeCount != mark.changeCount }

    /// Whether anything got a place since.
    func hasPlaced(since mark: Mark) -> Bool { order.count != mark.placedCount }

    /// Takes back everything since.
    func rewind(to mark: Mark) {
        while order.count > mark.placedCount, let placed = order.popLast() {
            guard case .operation(let operation) = placed else { continue }
            open.reopen(operation, ends: problem.ends[operation] != nil)
            doneFingerprint.toggle(Fingerprint.Fact(.done, operation))
        }
        state.rewind(to: mark.changeCount)
    }

    /// Begins with another part of the history; whatever was done stays done.
    func begin(_ part: [Int]) { open.begin(part, problem.ends) }

    // MARK: - Steps

    /// Gives an operation the next place in the order, before the deadline, if it would do
    /// there what its client was told; otherwise nothing has happened.
    func execute(_ index: Int, by deadline: Deadline) -> Bool {
        let operation = problem.operations[index]
        let start = mark
        let moment = ModelMoment(
            logTime: operation.logTime,
            earliest: problem.earliestLogTimes[index]
        )
        guard expireDue(before: operation, by: deadline),
            state.execute(operation, number: index, at: moment)
        else {
            rewind(to: start)
            return false
        }
        open.close(index, ends: operation.end != nil)
        order.append(.operation(index))
        doneFingerprint.toggle(Fingerprint.Fact(.done, index))
        return leavesRoom(since: start)
    }

    /// Lets a hold expire, by an entry that no client sees, before the deadline; false, and nothing has
    /// happened, when that can't be.
    func expire(_ slot: Slot, by deadline: Deadline) -> Bool {
        guard let held = state.reservations[slot.index], held.isHeld,
            deadline.allows(held), isFree(held, slot)
        else { return false }
        let start = mark
        state.expire(slot)
        order.append(.expiry(slot))
        return leavesRoom(since: start)
    }

    /// Whether everything that is open can still come, as far as versions tell; if not, takes back what
    /// was done since.
    private func leavesRoom(since start: Mark) -> Bool {
        for slot in state.changed(since: start.changeCount) {
            guard let max = open.versionMax(of: slot), state.version(of: slot) > max else {
                continue
            }
            rewind(to: start)
            return false
        }
        return true
    }

    /// Whether everything that touches what it holds, and must come before its expiry, has a place.
    private func isFree(_ held: ModelReservation, _ slot: Slot) -> Bool {
        for touched in held.levels + [slot] {
            if let least = open.leastLogTime(touching: touched), least < held.earliestExpiry {
                return false
            }
        }
        return true
    }

    /// Whether an open operation on this variable must come before the hold expires.
    func isHeldBack(_ held: ModelReservation, at slot: Slot) -> Bool {
        open.leastLogTime(touching: slot).map { $0 < held.earliestExpiry } ?? false
    }

    /// Lets everything expire that the operation must find expired; false when something else must come
    /// before that.
    private func expireDue(
        before operation: ModelOperation,
        by deadline: Deadline
    ) -> Bool {
        guard let logTime = operation.logTime else { return true }
        for slot in operation.footprint {
            if let own = state.reservations[slot.index] {
                let isNamed = operation.names(slot)
                guard expire(own, slot, dueBy: logTime, isNamed: isNamed, by: deadline)
                else { return false }
            }
            for hold in state.holds[slot.index] {
                guard let held = state.reservations[hold.index] else { continue }
                guard expire(held, hold, dueBy: logTime, isNamed: false, by: deadline)
                else { return false }
            }
        }
        return true
    }

    private func expire(
        _ held: ModelReservation,
        _ slot: Slot,
        dueBy logTime: LogTime,
        isNamed: Bool,
        by deadline: Deadline
    ) -> Bool {
        guard held.isHeld, held.knowsExpireTime else { return true }
        let expiry = held.reservation.expireTime
        let isDue =
            isNamed
            ? expiry <= logTime : problem.logTimes.isCertain(expiry, by: logTime)
        guard isDue else { return true }
        guard deadline.allows(held), isFree(held, slot) else { return false }
        state.expire(slot)
        return true
    }
}

extension ModelOperation {
    /// Whether it is about this reservation, and finds it expired however many others are due.
    fileprivate func names(_ slot: Slot) -> Bool {
        guard case .command(let command, _) = action else { return false }
        return switch command {
        case .extend(let named, _), .confirm(let named, _, _), .fulfill(let named, _),
            .release(let named, _):
            named == slot
        case .reserve(_, _, _, let replaces): replaces == slot
        case .upsertItem, .upsertLocation, .receive, .adjust, .sell, .malformed, .unmodelled: false
        }
    }
}
