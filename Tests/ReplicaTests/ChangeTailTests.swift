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
}
