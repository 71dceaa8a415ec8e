package import Ledger
package import NIOCore

/// Bounds on the facts that a node takes in at once.
///
/// After a mass outage every store has much to tell. It is told in turns, far below what the node takes
/// of commands, so that those of everybody else go on as ever.
package struct FactAdmissionLimits: Sendable {
    /// Bytes of facts that are being proposed.
    package var bytesUnderWayMax = 2 << 10
    /// Of one store; a single submission may be longer.
    package var bytesPerStoreMax = 2 << 10
    /// Submissions of one store that are being proposed.
    package var submissionsPerStoreMax = 4
    /// Submissions of one store that wait.
    package var waitingPerStoreMax = 8
    /// Submissions that wait.
    package var waitingMax = 4_096
    /// Bytes of facts that wait.
    package var waitingBytesMax = 16 << 20
    /// How long one waits at most.
    package var patience = TimeAmount.seconds(2)
    /// A submission keeps its room for so many times as long as it took: what facts leave of a node
    /// that has its hands full to everybody else.
    package var restFactor = 4.0
    /// And no longer than this.
    package var restMax = TimeAmount.milliseconds(100)
    /// Facts that a store is let have under way.
    ///
    /// Whatever is written meanwhile waits for all of a submission to be applied, so this is what one of
    /// them may cost everybody else.
    package var credit = 16
    /// Who is refused comes again after this at the earliest.
    package var retryDelayMin = Milliseconds(250)
    /// And at the latest.
    package var retryDelayMax = Milliseconds(5_000)

    package init() {}

    /// The most of a node's time, in percent, that facts may be under way: what ``restFactor`` leaves them.
    package var share: Int {
        get { Int((100 / (1 + restFactor)).rounded()) }
        set { restFactor = 100 / Double(newValue) - 1 }
    }
}

/// Who of the stores may have facts proposed, and who waits: turns go round the stores that wait.
///
/// Invariants:
/// * A store's submissions start in the order in which they came; a later one is never let in while an
///   earlier one waits, and is refused with it.
/// * What is under way is within the limits, but for a single submission that is longer than they are.
/// * A store is in the round exactly when something of it waits that its own limits would let in.
struct FactAdmission<Work> {
    /// What is done with a submission that has come.
    enum Verdict {
        case start(Work)
        case wait
        case refuse(Work)
    }

    private struct Waiting {
        let bytes: Int
        let deadline: NIODeadline
        let work: Work
    }

    private struct Store {
        var submissions = 0
        var bytes = 0
        var waiting = Queue<Waiting>()
        var isInRound = false
    }

    private let limits: FactAdmissionLimits
    private var stores: [LocationID: Store] = [:]
    /// Whose turn is next.
    private var round = Queue<LocationID>()
    private(set) var bytesUnderWay = 0
    private(set) var waitingCount = 0
    private(set) var waitingBytes = 0

    init(limits: FactAdmissionLimits) { self.limits = limits }

    /// Stores that have something under way or waiting.
    var storeCount: Int { stores.count }

    /// Takes a submission that has come.
    mutating func arrive(
        from location: LocationID,
        bytes: Int,
        until deadline: NIODeadline,
        _ work: Work
    ) -> Verdict {
        var store = stores[location] ?? Store()
        if store.waiting.isEmpty, round.isEmpty, fits(bytes, store), fits(bytes) {
            begin(bytes, &store)
            stores[location] = store
            return .start(work)
        }
        guard store.waiting.count < limits.waitingPerStoreMax, waitingCount < limits.waitingMax,
            waitingBytes + bytes <= limits.waitingBytesMax
        else { return .refuse(work) }
        store.waiting.append(Waiting(bytes: bytes, deadline: deadline, work: work))
        waitingCount += 1
        waitingBytes += bytes
        join(&store, location)
        stores[location] = store
        return .wait
    }

    /// What may start now that a submission is done.
    mutating func finish(from location: LocationID, bytes: Int) -> [Work] {
        guard var store = stores[location], store.submissions > 0 else {
            preconditionFailure("only what was let in is done")
        }
        store.submissions -= 1
        store.bytes -= bytes
        bytesUnderWay -= bytes
        join(&store, location)
        keep(store, location)
        return next()
    }

    /// What has waited too long, with all that the same store has sent after it, since it would only be a
    /// gap; and what may start in its place.
    mutating func expire(at now: NIODeadline) -> (refused: [Work], started: [Work]) {
        var refused: [Work] = []
        for location in stores.keys.sorted() {
            guard var store = stores[location], !store.waiting.isEmpty else { continue }
            let kept = store.waiting.firstIndex { $0.deadline <= now } ?? store.waiting.count
            for waiting in store.waiting.removeAll(from: kept) {
                waitingCount -= 1
                waitingBytes -= waiting.bytes
                refused.append(waiting.work)
            }
            keep(store, location)
        }
        return (refused, refused.isEmpty ? [] : next())
    }

    /// When to come again: later and more spread the more stores wait.
    func retryDelay(using random: inout some RandomNumberGenerator) -> Milliseconds {
        let low = limits.retryDelayMin.rawValue
        let spread = low + 10 * UInt64(waitingCount)
        let high = min(max(low + spread, low), limits.retryDelayMax.rawValue)
        return Milliseconds(UInt64.random(in: low...max(low, high), using: &random))
    }

    /// Goes round the stores that wait for as long as there is room.
    private mutating func next() -> [Work] {
        var started: [Work] = []
        while let location = round.first {
            guard var store = stores[location], let head = store.waiting.first,
                fits(head.bytes, store)
            else {
                // Nothing of it waits any more.
                round.removeFirst()
                leave(location)
                continue
            }
            // Nobody overtakes one that is long.
            guard fits(head.bytes) else { break }
            round.removeFirst()
            store.isInRound = false
            store.waiting.removeFirst()
            waitingCount -= 1
            waitingBytes -= head.bytes
            begin(head.bytes, &store)
            join(&store, location)
            stores[location] = store
            started.append(head.work)
        }
        return started
    }

    private mutating func begin(_ bytes: Int, _ store: inout Store) {
        store.submissions += 1
        store.bytes += bytes
        bytesUnderWay += bytes
    }

    private mutating func join(_ store: inout Store, _ location: LocationID) {
        guard !store.isInRound, let head = store.waiting.first, fits(head.bytes, store) else {
            return
        }
        store.isInRound = true
        round.append(location)
    }

    private mutating func leave(_ location: LocationID) {
        guard var store = stores[location] else { return }
        store.isInRound = false
        keep(store, location)
    }

    private mutating func keep(_ store: Store, _ location: LocationID) {
        let isIdle = store.submissions == 0 && store.waiting.isEmpty && !store.isInRound
        stores[location] = isIdle ? nil : store
    }

    private func fits(_ bytes: Int, _ store: Store) -> Bool {
        guard store.submissions > 0 else { return true }
        return store.submissions < limits.submissionsPerStoreMax
            && store.bytes + bytes <= limits.bytesPerStoreMax
    }

    private func fits(_ bytes: Int) -> Bool {
        bytesUnderWay == 0 || bytesUnderWay + bytes <= limits.bytesUnderWayMax
    }
}

/// First in, first out.
private struct Queue<Element> {
    private var elements: [Element] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func removeFirst() {
        head += 1
        // Each element is moved at most once for one that has left.
        guard head * 2 >= elements.count else { return }
        elements.removeFirst(head)
        head = 0
    }

    /// How many are before the first of which it is so.
    func firstIndex(where isSo: (Element) -> Bool) -> Int? {
        elements[head...].firstIndex(where: isSo).map { $0 - head }
    }

    /// Takes out those from a place on.
    mutating func removeAll(from place: Int) -> [Element] {
        let rest = Array(elements[(head + place)...])
        elements.removeLast(rest.count)
        return rest
    }
}
