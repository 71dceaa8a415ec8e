import Ledger
import Raft
import Testing

@testable import Simulation

@Suite struct `Parts of a world` {
    @Test func `events come by time, and in the order of scheduling at the same time`() {
        var chance = Chance(seed: 9)
        var queue = EventQueue()
        var expected: [(time: UInt64, slot: Int)] = []
        for slot in 0..<500 {
            let time = UInt64(chance.below(50))
            queue.schedule(.start(slot: slot), at: WorldTime(nanoseconds: time))
            expected.append((time, slot))
        }
        expected.sort { ($0.time, $0.slot) < ($1.time, $1.slot) }
        for (time, slot) in expected {
            guard let next = queue.next(), case .start(slot) = next.event else {
                Issue.record("not the event of \(slot)")
                return
            }
            #expect(next.time.nanoseconds == time)
        }
        #expect(queue.next() == nil)
    }

    @Test func `chance stays in its range and reaches all of it`() {
        var chance = Chance(seed: 1)
        var seen: Set<Int> = []
        for _ in 0..<1_000 {
            let number = chance.number(in: -2...3)
            #expect((-2...3).contains(number))
            seen.insert(number)
            let span = chance.span(in: 5...7)
            #expect((5...7).contains(span))
        }
        #expect(seen == Set(-2...3))
        #expect(chance.shuffled(Array(0..<20)).sorted() == Array(0..<20))
    }

    @Test(arguments: [900_000, 1_000_000, 1_100_000] as [UInt64])
    func `a reading of a clock has a true time`(rate: UInt64) {
        let clock = SimulatedClock(ratePPM: rate, offset: 7_000, wallErrorMicroseconds: 0)
        var last = clock.reading(at: .zero)
        for step in 1...2_000 as ClosedRange<UInt64> {
            let time = WorldTime(nanoseconds: step * 777_777)
            let reading = clock.reading(at: time)
            #expect(reading > last)
            let back = clock.trueTime(of: reading)
            #expect(back <= time && time.nanoseconds - back.nanoseconds <= 2)
            last = reading
        }
    }

    @Test func `the digest kept row by row is that of the whole`() throws {
        var chance = Chance(seed: 4)
        let plan = SwarmPlan(nodes: 1, &chance).clients
        let source = CommandSource(plan)
        var client = SimulatedClient(number: 0)
        var state = SimulatedLedgerState()
        var changes = LedgerChanges()
        var commands = source.opening
        for _ in 0..<300 {
            client.lastRequest += 1
            commands.append(source.command(&client, &chance))
        }
        for (place, command) in commands.enumerated() {
            let request = Request(
                id: RequestID(unchecked: "q\(place)"),
                actor: Actor(unchecked: "test"),
                command: command
            )
            let stamp = LogTime(microseconds: UInt64(place) * 1_000)
            let position = Position(UInt64(place) + 1)
            _ = LedgerRules.apply(
                .request(request, stamp: stamp),
                at: position,
                to: &state,
                changes: &changes
            )
            #expect(state.digest == state.rows.digest())
        }
        state.mark()
        #expect(state.takeMarks().map(\.position.rawValue) == Array(1...UInt64(commands.count)))
    }

    @Test func `a simulated state's file is read back whole, and never with a flipped bit`() {
        let file = StateFile(
            point: StoredPoint(position: Position(9), term: 2, membership: [1, 2, 3]),
            digest: 42
        )
        let bytes = file.encoded(byteCount: 200)
        #expect(StateFile(bytes) == file)
        for place in bytes.indices {
            var flipped = bytes
            flipped[place] ^= 0x10
            #expect(StateFile(flipped) != file, "byte \(place)")
        }
    }

    @Test func `what was acknowledged before a moment`() {
        var line = AckTimeline()
        for step in 1...5 as ClosedRange<UInt64> {
            line.acknowledge(Position(step * 10), at: WorldTime(nanoseconds: step * 100))
        }
        line.acknowledge(Position(20), at: WorldTime(nanoseconds: 600))
        #expect(line.highest(before: WorldTime(nanoseconds: 100)) == Position(0))
        #expect(line.highest(before: WorldTime(nanoseconds: 101)) == Position(10))
        #expect(line.highest(before: WorldTime(nanoseconds: 1_000)) == Position(50))
    }
}
