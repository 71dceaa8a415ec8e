import Ledger
import LedgerAPI
import NIOCore

/// Asks node after node until one answers, within one deadline.
///
/// What may be asked twice goes on until it is answered: reads, and commands, which are sent with the same
/// request id each time, so that the ledger applies them once. What may not ends with the first attempt that
/// may have done something.
struct Failover: Sendable {
    let nodes: NodeDirectory
    let options: ClientOptions

    /// How one attempt went.
    enum Attempt<Value: Sendable>: Sendable {
        case done(Value)
        case failed(Problem)
    }

    /// What is known when no attempt succeeded.
    struct Failure: Error {
        var problem: Problem
        /// One of the attempts may have been written.
        var isOutcomeUnknown = false
        private var attempts = 0

        init(problem: Problem) { self.problem = problem }

        /// Takes in how another attempt failed.
        mutating func add(_ problem: Problem, isOutOfTime: Bool) {
            attempts += 1
            if problem.leavesOutcomeUnknown { isOutcomeUnknown = true }
            // That there was no time left for the last attempt says less than what went before.
            if isOutOfTime, problem.reason == .unreachable, attempts > 1 { return }
            self.problem = problem
        }
    }

    /// Runs attempts until one is done or it makes no sense to go on; if `only` names a node, all at
    /// that one.
    ///
    /// Unless the call `isRepeatable`, an attempt whose outcome is unknown is the last, and none is begun
    /// that hardly has time.
    func run<Value: Sendable>(
        timeout: Duration?,
        at only: NodeAddress? = nil,
        isRepeatable: Bool = true,
        _ attempt: (NodeLink, NIODeadline) async -> Attempt<Value>
    ) async throws(Failure) -> Value {
        let deadline = NIODeadline.now() + TimeAmount(timeout ?? options.timeout)
        var backoff = Backoff(options)
        var random = SystemRandomNumberGenerator()
        var failure = Failure(problem: .neverSent)
        let pinned = only.flatMap(nodes.node(at:))
        if only != nil, pinned == nil {
            failure.problem = .unreachable("too many nodes are known already")
            throw failure
        }
        var node = pinned ?? nodes.preferred
        var hintsFollowed = 0
        while true {
            if Task.isCancelled {
                failure.problem = .cancelled
                throw failure
            }
            let problem: Problem
            switch await run(attempt, at: node, by: deadline) {
            case .done(let value):
                if pinned == nil { nodes.prefer(node) }
                return value
            case .failed(let reported): problem = reported
            }
            failure.add(problem, isOutOfTime: .now() >= deadline)
            if !isRepeatable, failure.isOutcomeUnknown { throw failure }
            var pause: Duration? = nil
            switch Verdict(problem) {
            case .final: throw failure
            case _ where pinned != nil: break
            case .follow(let leader) where hintsFollowed < 3:
                // Nodes that point at each other while they elect are asked at leisure.
                hintsFollowed += 1
                if let hinted = nodes.node(named: leader), hinted != node {
                    node = hinted
                    pause = .zero
                } else {
                    node = nodes.node(after: node)
                }
            case .follow, .elsewhere: node = nodes.node(after: node)
            case .later: break
            }
            let asked = problem.retryDelay.map {
                Duration.milliseconds(Int64(clamping: $0.rawValue))
            }
            let rest = pause ?? backoff.next(atLeast: asked, using: &random)
            let needed = isRepeatable ? rest : rest + options.lastAttemptMin
            guard NIODeadline.now() + TimeAmount(needed) < deadline else { throw failure }
            if rest > .zero {
                do {
                    try await Task.sleep(for: rest)
                } catch {
                    failure.problem = .cancelled
                    throw failure
                }
            }
        }
    }

    private func run<Value: Sendable>(
        _ attempt: (NodeLink, NIODeadline) async -> Attempt<Value>,
        at node: Int,
        by deadline: NIODeadline
    ) async -> Attempt<Value> {
        do {
            let link = try await nodes.link(to: node, by: deadline)
            let attemptDeadline = NIODeadline.now() + TimeAmount(options.attemptTimeout)
            return await attempt(link, min(deadline, attemptDeadline))
        } catch {
            return .failed(error)
        }
    }
}
