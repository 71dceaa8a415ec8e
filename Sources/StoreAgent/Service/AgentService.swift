package import AgentCore
package import Ledger
package import LedgerStore
import Synchronization

/// The agent of a store as it runs: its core on a thread of its own, the cluster on the other side, and
/// what tills, the back office and pages call.
///
/// A call returns when what it did is on the disk.
package final class AgentService<Codec: FactCodec>: Sendable {
    typealias Core = AgentLoop<Codec>.Core

    /// The store.
    package let location: LocationID
    private let loop: AgentLoop<Codec>
    private let centre: any StoreCentre
    private let tills: TillDesk
    private let effects: AsyncStream<AgentEffect>
    private let feed = Mutex<UInt64>(0)
    /// How often it is looked which cluster it is that answers.
    private let findEvery: Duration

    /// The agent whose rows these are; it answers tills at once, and talks with the cluster while
    /// `serve` runs.
    ///
    /// - Parameters:
    ///   - rows: Its file.
    ///   - codec: The form of facts.
    ///   - centre: The cluster.
    ///   - settings: How it behaves.
    ///   - takesOver: Whether a new database may take the store from another agent.
    ///   - findEvery: How often it is looked which cluster it is that answers.
    /// - Throws: What is wrong with the file.
    package init(
        rows: sending SQLiteAgentRows,
        codec: Codec,
        centre: any StoreCentre,
        settings: AgentSettings,
        takesOver: Bool = false,
        findEvery: Duration = .seconds(5)
    ) throws(StoreError) {
        var random = SystemRandomNumberGenerator()
        let core = try Core(
            rows: rows,
            codec: codec,
            settings: settings,
            takesOver: takesOver,
            seed: random.next(),
            clock: AgentClock.read()
        )
        location = core.head.location
        self.centre = centre
        self.findEvery = findEvery
        let (effects, sink) = AsyncStream<AgentEffect>.makeStream()
        let tills = TillDesk()
        self.effects = effects
        self.tills = tills
        loop = AgentLoop(
            readClock: { AgentClock.read() },
            onEffect: { effect in
                if case .answer(let ticket, let answer) = effect {
                    tills.answer(ticket, answer)
                } else {
                    sink.yield(effect)
                }
            },
            onEnd: { end in
                tills.close(end)
                sink.finish()
            }
        )
        loop.start(core)
    }

    /// Talks with the cluster until the task is cancelled, or the disk fails; to be called once.
    ///
    /// - Throws: The disk's failure.
    package func serve() async throws(AgentEnd) {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.keepFinding() }
                for await effect in effects {
                    switch effect {
                    case .call(let call): group.addTask { await self.carry(call) }
                    case .follow(after: let position):
                        let number = feed.withLock { number in
                            number += 1
                            return number
                        }
                        group.addTask { await self.follow(after: position, number) }
                    case .redial: group.addTask { await self.centre.redial() }
                    case .answer, .wake: break
                    }
                }
                // Feeds that are still followed end with their tasks.
                feed.withLock { $0 += 1 }
                group.cancelAll()
            }
        } onCancel: {
            loop.stop()
        }
        let end = loop.join()
        if case .failed = end { throw end }
    }

    /// Ends the agent: `serve` returns.
    package func stop() { loop.stop() }

    private func carry(_ call: CentreCall) async {
        let answer = await centre.answer(call)
        loop.post(.answered(call: call.id, answer))
    }

    private func follow(after position: Position, _ number: UInt64) async {
        let told = Mutex(position)
        let loss = await centre.follow(after: position) { rows, through in
            guard self.feed.withLock({ $0 }) == number else { return false }
            let after = told.withLock { told in
                defer { told = through }
                return told
            }
            return self.loop.post(.changes(rows, after: after, through: through)) == .taken
        }
        guard feed.withLock({ $0 }) == number else { return }
        loop.post(.feedLost(loss))
    }

    /// Looks whether the cluster is there, and which one it is.
    private func keepFinding() async {
        while !Task.isCancelled {
            do {
                loop.post(.connected(to: try await centre.find()))
            } catch {
                loop.post(.disconnected)
            }
            // Apart from other agents that lost the cluster together. Cancelled while it slept: the
            // loop's condition ends it.
            try? await Task.sleep(for: findEvery * Double.random(in: 0.5...1.5))
        }
    }

    // MARK: What tills call

    /// Takes a till's request.
    ///
    /// - Parameter request: With its id: the same one again gets the same answer.
    /// - Returns: What the till is told, once that is on the disk.
    /// - Throws: That the agent has ended; nobody knows then whether it was done.
    package func ask(_ request: TillRequest) async throws(AgentEnd) -> TillAnswer {
        let result = await withCheckedContinuation { continuation in
            guard let ticket = tills.open(continuation) else { return }
            switch loop.post(.till(ticket: ticket, request)) {
            case .taken: break
            case .full: tills.answer(ticket, .unavailable(.tooManyWaiting))
            case .ended(let end): tills.close(end)
            }
        }
        return try result.get()
    }

    /// Looks at the core, between two commits.
    func look<Value: Sendable>(
        _ body: @escaping @Sendable (inout Core) throws(StoreError) -> Value
    ) async throws(AgentEnd) -> Value {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, AgentEnd>, Never>) in
            loop.post(
                AgentLoop<Codec>.Look(
                    run: { core throws(StoreError) in
                        do throws(StoreError) {
                            continuation.resume(returning: .success(try body(&core)))
                        } catch {
                            continuation.resume(returning: .failure(.failed(error)))
                            throw error
                        }
                    },
                    fail: { continuation.resume(returning: .failure($0)) }
                )
            )
        }
        return try result.get()
    }
}

/// Tills that wait for their answers.
private final class TillDesk: Sendable {
    typealias Waiter = CheckedContinuation<Result<TillAnswer, AgentEnd>, Never>

    private struct State: Sendable {
        var last: UInt64 = 0
        var waiting: [UInt64: Waiter] = [:]
        var end: AgentEnd?
    }

    private let state = Mutex(State())

    /// A ticket for a till; nil: it was told that the agent has ended.
    func open(_ waiter: Waiter) -> UInt64? {
        let (ticket, end) = state.withLock { state -> (UInt64, AgentEnd?) in
            state.last += 1
            if state.end == nil { state.waiting[state.last] = waiter }
            return (state.last, state.end)
        }
        guard let end else { return ticket }
        waiter.resume(returning: .failure(end))
        return nil
    }

    func answer(_ ticket: UInt64, _ answer: TillAnswer) {
        let waiter = state.withLock { $0.waiting.removeValue(forKey: ticket) }
        waiter?.resume(returning: .success(answer))
    }

    /// Nobody is answered any more.
    func close(_ end: AgentEnd) {
        let waiting = state.withLock { state in
            state.end = end
            defer { state.waiting = [:] }
            return state.waiting
        }
        for waiter in waiting.values { waiter.resume(returning: .failure(end)) }
    }
}

extension AgentClock {
    /// What the clocks of this machine say.
    static func read() -> AgentClock {
        let (wall, steady) = MachineClock.read()
        return AgentClock(
            wall: LogTime(microseconds: wall),
            steady: Milliseconds(steady)
        )
    }
}
