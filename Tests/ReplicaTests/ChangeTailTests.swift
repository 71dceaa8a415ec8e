import Ledger
import LedgerStore
import NIOCore
import Synchronization
import Testing

@testable import Replica

/// Those who wait for changes hold nothing, and are woken once.
struct ChangeTailTests {
    private final class Wakes: Sendable {
        private let list = Mutex<[Bool]>([])
        func add(_ isThere: Bool) { list.withLock { $0.append(isThere) } }
        var all: [Bool] { list.withLock { $0 } }
    }

    @Test func `a waiter is woken at its deadline, or not at all once it was cancelled`() throws {
        let tail = ChangeTail(bytesKept: 0, waitersMax: 8)
        let wakes = Wakes()
        let now = NIODeadline.now()
        let first = tail.wait(after: 0, deadline: now + .seconds(1)) { wakes.add($0) }
        let second = tail.wait(after: 0, deadline: now + .seconds(2)) { wakes.add($0) }
        #expect(first != second)
        tail.expire(now: now)
        #expect(wakes.all == [])
        tail.expire(now: now + .seconds(1))
        #expect(wakes.all == [false])
        tail.cancel(try #require(second))
        tail.expire(now: .distantFuture)
        #expect(wakes.all == [false])
        #expect(tail.waiterCount == 0)
    }

    @Test func `more waiters than there is room for are sent away`() {
        let tail = ChangeTail(bytesKept: 0, waitersMax: 2)
        let wakes = Wakes()
        for _ in 0..<2 {
            #expect(tail.wait(after: 0, deadline: .distantFuture) { wakes.add($0) } != nil)
        }
        #expect(tail.wait(after: 0, deadline: .distantFuture) { wakes.add($0) } == nil)
        tail.expire(now: .distantFuture)
        #expect(wakes.all == [false, false])
    }

    /// Rows of one turn, an entry each.
    private func turn(_ sequences: ClosedRange<UInt64>) -> AppendedRows {
        AppendedRows(
            sequences.map { sequence in
                JournalRow(
                    sequence: sequence,
                    position: Position(sequence),
                    logTime: LogTime(microseconds: sequence),
                    kind: .receive,
                    cause: .request(
                        RequestID(unchecked: "r\(sequence)"),
                        digest: 0,
                        actor: Actor(unchecked: "till"),
                        outcome: .done
                    ),
                    movements: []
                )
            }
        )
    }

    /// Whoever is told fewer rows than it asked for takes them for all that there are.
    @Test(arguments: [0, 1_000, 1_995, 1_999, 2_001] as [UInt64])
    func `as many rows are read as were asked for, however many of a turn are behind the cursor`(
        after: UInt64
    ) throws {
        let tail = ChangeTail(bytesKept: 1 << 20, waitersMax: 1)
        tail.publish(
            [turn(1...2_000)] + (0..<100).map { turn(2_001 + 2 * $0...2_002 + 2 * $0) },
            skus: [:],
            locations: [:],
            applied: Position(2_200),
            stored: Position(0)
        )
        guard case .rows(let rows, skus: _, locations: _) = try tail.read(after: after, limit: 100)
        else {
            Issue.record("everything is here")
            return
        }
        #expect(rows.map(\.sequence) == Array(after + 1...after + 100))
    }
}
