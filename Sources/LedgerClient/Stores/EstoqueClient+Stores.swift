import GRPCWire
public import Ledger
import LedgerAPI

/// The commands about agents of stores. Each has an id of its own, which is kept when it is sent again.
extension EstoqueClient {
    /// Makes a store's agent known, renews what is known of it, or lets another take over.
    public func registerStore(
        _ command: RegisterStore,
        id: RequestID = .mint(),
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Applied<StoreAgent> {
        let answer = try await send(.registerStore(command), id: id, timeout: timeout)
        guard case .store(let agent) = answer.outcome else { throw .unreadable(id) }
        return Applied(agent, answer)
    }

    /// Tells what happened at a store.
    public func submitFacts(
        _ submission: FactSubmission,
        id: RequestID = .mint(),
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Applied<FactsTaken> {
        let request = Request(id: id, actor: actor, command: .submitFacts(submission.command))
        var credit: UInt32 = 0
        let answer = try await failover.send(id, timeout: timeout) { link, deadline in
            let (result, granted) = await withCheckedContinuation {
                (continuation: CheckedContinuation<(CommandResult, UInt32), Never>) in
                link.connection.onLoop { _ in
                    link.unary.submit(request, deadline: deadline) {
                        continuation.resume(returning: ($0, $1))
                    }
                }
            }
            credit = granted
            return result
        }
        guard case .facts(let receipt) = answer.outcome else { throw .unreadable(id) }
        return Applied(FactsTaken(receipt: receipt, credit: Int(credit)), answer)
    }

    /// Asks for rights to sell without asking; less may be granted.
    public func grantAllotment(
        _ command: GrantAllotment,
        id: RequestID = .mint(),
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Applied<StoreAllotments> {
        try await allotments(.grantAllotment(command), id, timeout)
    }

    /// Asks an agent to give rights back, when it is heard of next.
    public func recallAllotment(
        _ command: RecallAllotment,
        id: RequestID = .mint(),
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Applied<StoreAllotments> {
        try await allotments(.recallAllotment(command), id, timeout)
    }

    /// Takes rights from an agent that can't be asked, and may have used them.
    public func revokeAllotment(
        _ command: RevokeAllotment,
        id: RequestID = .mint(),
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Applied<StoreAllotments> {
        try await allotments(.revokeAllotment(command), id, timeout)
    }

    /// A person's word on a conflict; gives what came of it.
    public func resolveConflict(
        _ command: ResolveConflict,
        id: RequestID = .mint(),
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Applied<Outcome> {
        let answer = try await send(.resolveConflict(command), id: id, timeout: timeout)
        return Applied(answer.outcome, answer)
    }

    /// Settles a fact that was put aside, or drops it.
    ///
    /// The node reads what it has kept of it.
    public func replayFact(
        _ mark: FactMark,
        reason: Reference,
        drop: Bool = false,
        id: RequestID = .mint(),
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Applied<FactsReceipt> {
        let message = ProtoReplayFactRequest(mark, drop: drop, reason: reason, id, actor)
        let bytes = message.wireBytes
        let answer = try await failover.send(id, timeout: timeout) { link, deadline in
            await withCheckedContinuation { continuation in
                link.connection.onLoop { _ in
                    link.unary.call(.replayFact, bytes, deadline: deadline) {
                        continuation.resume(returning: $0)
                    }
                }
            }
        }
        guard case .facts(let receipt) = answer.outcome else { throw .unreadable(id) }
        return Applied(receipt, answer)
    }

    private func allotments(
        _ command: Command,
        _ id: RequestID,
        _ timeout: Duration?
    ) async throws(EstoqueError) -> Applied<StoreAllotments> {
        let answer = try await send(command, id: id, timeout: timeout)
        guard case .allotments(let epoch, let views) = answer.outcome else { throw .unreadable(id) }
        return Applied(StoreAllotments(epoch: epoch, allotments: views), answer)
    }
}

/// Rights of a store's agent as they are now.
public struct StoreAllotments: Equatable, Sendable {
    /// The epoch of the store.
    public var epoch: UInt32
    /// Of the items asked for; after a revocation `frozen` is what was freed.
    public var allotments: [AllotmentView]
}

extension Request {
    /// What is told inside of facts is no command of its own.
    func checkIsCommand() throws(EstoqueError) {
        guard case .returnAllotment = command else { return }
        throw unfit("command", "rights are given back in a fact")
    }

    /// Commands about stores are sent one by one.
    func checkIsCommon() throws(EstoqueError) {
        try checkIsCommand()
        guard CommandMethod(command).isAboutStores else { return }
        throw unfit("command", "what is about stores isn't sent in a session or a batch")
    }

    private func unfit(_ field: String, _ description: String) -> EstoqueError {
        let violation = FieldViolation(field: field, description: description)
        return EstoqueError(Problem(InvalidRequest(violations: [violation])), requestID: id)
    }
}
