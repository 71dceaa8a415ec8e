public import Ledger
import LedgerAPI

/// Commands of many callers, sent together: what is asked while a message is on its way goes in the
/// next one.
///
/// A tenth of what calls of their own cost; for tills that share a process, and for imports.
public final class Session: CommandSender {
    /// Who asks, in the journal.
    public let actor: Ledger.Actor
    private let failover: Failover

    init(actor: Ledger.Actor, failover: Failover) {
        self.actor = actor
        self.failover = failover
    }

    /// Sends a request with the session's next message; see ``CommandSender``.
    public func send(
        _ request: Request,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Answer {
        try request.checkIsCommon()
        return try await failover.send(request.id, timeout: timeout) { link, deadline in
            await withCheckedContinuation { continuation in
                link.session.enqueue(request, deadline: deadline) {
                    continuation.resume(returning: $0)
                }
            }
        }
    }

    /// Sends a command and waits for its answer.
    public func submit(
        _ command: Command,
        id: RequestID = .mint(),
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Answer {
        try await send(command, id: id, timeout: timeout)
    }
}
