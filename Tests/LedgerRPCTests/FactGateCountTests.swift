import Ledger
import LedgerAPI
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import LedgerRPC

/// What the metrics say of facts that come in.
@Suite struct `The gate of facts counts` {
    private let store = LocationID(unchecked: "store-1")
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    private func gate(_ change: (inout FactAdmissionLimits) -> Void = { _ in }) -> FactGate {
        var limits = FactAdmissionLimits()
        limits.submissionsPerStoreMax = 1
        limits.waitingPerStoreMax = 1
        limits.restFactor = 0
        change(&limits)
        return FactGate(limits: limits)
    }

    @Test func `what starts, what waits and what is refused`() {
        let gate = gate()
        let diary = Mutex<[String]>([])
        for name in ["a", "b", "c"] {
            let job = FactGate.Job {
                diary.withLock { $0.append("\(name) starts") }
            } refuse: { problem in
                diary.withLock { $0.append("\(name) is refused: \(problem.reason)") }
            }
            gate.enter(store, bytes: 100, deadline: .distantFuture, on: loop, job)
        }
        let overloaded = Problem.overloaded(retryDelay: Milliseconds(1)).reason
        #expect(diary.withLock { $0 } == ["a starts", "c is refused: \(overloaded)"])
        var standing = gate.standing
        #expect(standing.counts.started == 1)
        #expect(standing.counts.refused == 1)
        #expect(standing.waiting == 1)
        #expect(standing.bytesUnderWay == 100)
        gate.leave(store, bytes: 100, after: .milliseconds(1), on: loop)
        #expect(diary.withLock { $0.last } == "b starts")
        gate.leave(store, bytes: 100, after: .milliseconds(1), on: loop)
        standing = gate.standing
        #expect(standing.counts.started == 2)
        #expect(standing.counts.waited > .zero)
        #expect(standing.waiting == 0)
        #expect(standing.bytesUnderWay == 0)
    }

    @Test(arguments: [(100, 0), (50, 1), (20, 4), (1, 99)] as [(Int, Double)])
    func `a share of the time is a rest`(share: Int, factor: Double) {
        var limits = FactAdmissionLimits()
        #expect(limits.share == 20)
        limits.share = share
        #expect(limits.restFactor == factor)
        #expect(limits.share == share)
    }

    @Test func `what rests is under way`() async throws {
        let gate = gate {
            $0.restFactor = 1_000
            $0.restMax = .milliseconds(20)
        }
        let job = FactGate.Job {
        } refuse: { _ in
        }
        gate.enter(store, bytes: 100, deadline: .distantFuture, on: loop, job)
        // Nothing that is scheduled on the loop comes between.
        let resting = try await loop.submit {
            gate.leave(store, bytes: 100, after: .milliseconds(1), on: loop)
            return gate.standing.bytesUnderWay
        }.get()
        #expect(resting == 100)
        // Scheduled on the same loop later than the end of the rest.
        try await loop.scheduleTask(in: .milliseconds(30)) {}.futureResult.get()
        #expect(gate.standing.bytesUnderWay == 0)
    }
}
