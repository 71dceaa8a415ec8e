import Testing

@testable import Raft

/// The structures under the core, each against a plain array that does the same the slow way.
struct LogStructureTests {
    @Test(arguments: 0..<40)
    func `the window agrees with a plain array`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var window = LogWindow(first: 1)
        var model: [Entry] = []
        var first: UInt64 = 1
        for _ in 0..<300 {
            let count = UInt64(model.count)
            switch random.next() % 4 {
            case 0 where count > 0:
                let place = random.next() % count
                window.truncate(from: LogIndex(first + place))
                model.removeSubrange(Int(place)...)
            case 1 where count > 0:
                let dropped = random.next() % (count + 1)
                window.drop(before: LogIndex(first + dropped))
                model.removeFirst(Int(dropped))
                first += dropped
            default:
                let size = Int(random.next() % 9)
                let entry = Entry(
                    term: 1,
                    index: LogIndex(first + count),
                    kind: .command,
                    payload: [UInt8](repeating: 0, count: size)
                )
                window.append(entry)
                model.append(entry)
            }
            compare(window, model, first: first, &random)
        }
    }

    private func compare(
        _ window: LogWindow,
        _ model: [Entry],
        first: UInt64,
        _ random: inout SplitMix64
    ) {
        #expect(window.count == model.count)
        #expect(window.first == LogIndex(first))
        #expect(window.byteCount == model.reduce(0) { $0 + $1.payload.count })
        guard !model.isEmpty else { return }
        let low = Int(random.next() % UInt64(model.count))
        let high = low + Int(random.next() % UInt64(model.count - low))
        let from = LogIndex(first + UInt64(low))
        let through = LogIndex(first + UInt64(high))
        #expect(window.entries(from: from, through: through) == Array(model[low...high]))
        #expect(
            window.byteCount(from: from, through: through)
                == model[low...high].reduce(0) { $0 + $1.payload.count }
        )
        let bytesMax = Int(random.next() % 30)
        var last = low
        var bytes = model[low].payload.count
        while last + 1 < model.count, last + 1 - low < 5,
            bytes + model[last + 1].payload.count <= bytesMax
        {
            last += 1
            bytes += model[last].payload.count
        }
        let found = window.lastFitting(from: from, entriesMax: 5, bytesMax: bytesMax)
        #expect(found == LogIndex(first + UInt64(last)))
    }

    @Test(arguments: 0..<40)
    func `term runs agree with a plain array`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var runs = TermRuns(after: LogPosition(index: 3, term: 1))
        // model[i] is the term at index 3 + i; the first one is the snapshot's.
        var model: [UInt64] = [1]
        var base: UInt64 = 3
        for _ in 0..<200 {
            let count = UInt64(model.count)
            switch random.next() % 5 {
            case 0 where count > 1:
                let kept = 1 + random.next() % (count - 1)
                runs.truncate(from: LogIndex(base + kept))
                model.removeSubrange(Int(kept)...)
            case 1:
                let dropped = random.next() % count
                runs.compact(through: LogIndex(base + dropped))
                model.removeFirst(Int(dropped))
                base += dropped
            default:
                let term = (model.last ?? 0) + random.next() % 3 / 2
                let many = 1 + Int(random.next() % 4)
                runs.append(many, of: Term(term))
                model += [UInt64](repeating: term, count: many)
            }
            #expect(runs.lastIndex == LogIndex(base + UInt64(model.count) - 1))
            for index in base..<(base + UInt64(model.count) + 2) {
                let place = Int(index - base)
                let term = place < model.count ? Term(model[place]) : nil
                #expect(runs.term(at: LogIndex(index)) == term)
            }
            #expect(base == 0 || runs.term(at: LogIndex(base - 1)) == nil)
            compareHint(runs, model, base: base, &random)
        }
    }

    private func compareHint(
        _ runs: TermRuns,
        _ model: [UInt64],
        base: UInt64,
        _ random: inout SplitMix64
    ) {
        let index = base + random.next() % UInt64(model.count + 3)
        let term = random.next() % ((model.last ?? 0) + 2)
        let asked = LogPosition(index: LogIndex(index), term: Term(term))
        let expected =
            model.indices.last { base + UInt64($0) <= index && model[$0] <= term }
            .map { LogPosition(index: LogIndex(base + UInt64($0)), term: Term(model[$0])) }
        // Nothing fits: the log's beginning is the only answer left.
        #expect(runs.lastPosition(notAbove: asked) == expected ?? runs.snapshot)
    }

    @Test func `flight is counted in appends and bytes`() {
        var flight = InFlight()
        var limits = Limits()
        limits.inFlightAppendsMax = 3
        limits.inFlightBytesMax = 100
        for round in 1...50 {
            flight.add(through: LogIndex(UInt64(round)), byteCount: 40)
            #expect(flight.isFull(limits) == (flight.count >= 3 || flight.byteCount >= 100))
            if flight.count == 3 { flight.release(through: LogIndex(UInt64(round - 1))) }
            #expect(flight.byteCount == flight.count * 40)
        }
        flight.release(through: 50)
        #expect(flight.isEmpty && flight.byteCount == 0)
    }

    @Test func `a storage queue completes in order and forgets what was overwritten`() throws {
        var queue = StorageQueue(durableIndex: 2)
        let first = queue.issue(through: 5, at: 1)
        let second = queue.issue(through: 7, at: 2)
        queue.truncate(from: 4)
        let third = queue.issue(through: 6, at: 3)
        #expect(queue.oldestIssuedAt == 1)
        try queue.complete(first)
        #expect(queue.durableIndex == 3)
        // A completion covers every earlier one.
        try queue.complete(third)
        #expect(queue.durableIndex == 6)
        #expect(queue.isDone(second) && queue.isIdle)
        #expect(throws: FatalViolation.driverContract(.ticketNeverIssued(4))) {
            try queue.complete(4)
        }
    }
}
