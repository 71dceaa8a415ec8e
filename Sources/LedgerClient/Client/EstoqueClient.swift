import GRPCWire
public import Ledger
import LedgerAPI
public import NIOCore
public import NIOPosix

/// A client of a cluster: asks any node, finds another when one fails, and never applies a command
/// twice.
///
/// Every command has a request id, minted here unless the caller brings one, and is asked again with
/// the same id until it is answered or its time is over. A call that ends with
/// ``EstoqueError/isOutcomeUnknown`` can be repeated by the caller in the same way.
///
/// Cancelling the caller's task stops further attempts. The one that is under way is waited for, at
/// most ``ClientOptions/attemptTimeout``: a command may be applied whether its caller waits or not.
public final class EstoqueClient: CommandSender {
    /// Who asks, in the journal.
    public let actor: Ledger.Actor
    private let nodes: NodeDirectory
    let failover: Failover
    /// Commands of many callers, together in few messages.
    public let session: Session

    /// A client that connects when it is first used.
    ///
    /// - Parameters:
    ///   - nodes: Some of the cluster's nodes, at least one; a leader among the others is found.
    ///   - actor: Who asks, in the journal.
    ///   - options: Timeouts and bounds.
    ///   - group: Whose loops carry the connections.
    public init(
        nodes: [NodeAddress],
        actor: Ledger.Actor,
        options: ClientOptions = ClientOptions(),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.actor = actor
        self.nodes = NodeDirectory(nodes, group: group, options: options)
        failover = Failover(nodes: self.nodes, options: options)
        session = Session(actor: actor, failover: failover)
    }

    /// Closes every connection; calls under way fail.
    public func close() async { await nodes.close() }

    /// Sends a request in a call of its own; see ``CommandSender``.
    public func send(
        _ request: Request,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Answer {
        try request.checkIsCommand()
        return try await failover.send(request.id, timeout: timeout) { link, deadline in
            await withCheckedContinuation { continuation in
                link.connection.onLoop { _ in
                    link.unary.call(request, deadline: deadline) {
                        continuation.resume(returning: $0)
                    }
                }
            }
        }
    }

    /// Asks what the answer to a request would be; nothing is done, and the request's id stays free.
    ///
    /// - Returns: The answer, which is no refusal, marked as `validated`.
    /// - Throws: The refusal, or why there is no answer.
    public func validate(
        _ request: Request,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Answer {
        try request.checkIsCommand()
        return try await failover.send(request.id, timeout: timeout) { link, deadline in
            await withCheckedContinuation { continuation in
                link.connection.onLoop { _ in
                    link.unary.validate(request, deadline: deadline) {
                        continuation.resume(returning: $0)
                    }
                }
            }
        }
    }

    /// Sends several requests in one call, each for itself: not atomic.
    ///
    /// - Returns: What became of each, in their order.
    /// - Throws: Why there is no answer to any.
    public func batch(
        _ requests: [Request],
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> [Result<Answer, EstoqueError>] {
        for request in requests { try request.checkIsCommon() }
        let results: [CommandResult]
        do throws(Failover.Failure) {
            results = try await failover.run(timeout: timeout) { link, deadline in
                await withCheckedContinuation { continuation in
                    link.connection.onLoop { _ in
                        link.unary.batch(requests, deadline: deadline) { results in
                            continuation.resume(returning: Failover.Attempt(results))
                        }
                    }
                }
            }
        } catch {
            throw EstoqueError(error.problem, isOutcomeUnknown: error.isOutcomeUnknown)
        }
        return zip(requests, results).map { request, result in
            Result { () throws(EstoqueError) in try result.answer(to: request.id) }
        }
    }
}

extension Failover {
    /// Sends a request until it is answered.
    func send(
        _ id: RequestID,
        timeout: Duration?,
        _ attempt: (NodeLink, NIODeadline) async -> CommandResult
    ) async throws(EstoqueError) -> Answer {
        let answer: Answer
        do throws(Failure) {
            answer = try await run(timeout: timeout) { link, deadline in
                switch await attempt(link, deadline) {
                case .answered(let answer): .done(answer)
                case .failed(let problem): .failed(problem)
                }
            }
        } catch {
            throw EstoqueError(
                error.problem,
                isOutcomeUnknown: error.isOutcomeUnknown,
                requestID: id
            )
        }
        return try CommandResult.answered(answer).answer(to: id)
    }
}

extension Failover.Attempt {
    init(_ result: Result<Value, Problem>) {
        switch result {
        case .success(let value): self = .done(value)
        case .failure(let problem): self = .failed(problem)
        }
    }
}

extension CommandResult {
    /// The answer, unless it is a refusal or there is none.
    fileprivate func answer(to id: RequestID) throws(EstoqueError) -> Answer {
        switch self {
        case .failed(let problem):
            throw EstoqueError(
                problem,
                isOutcomeUnknown: problem.leavesOutcomeUnknown,
                requestID: id
            )
        case .answered(let answer):
            guard let refusal = answer.refusal else { return answer }
            throw EstoqueError(Problem(refusal), refused: answer, requestID: id)
        }
    }
}
