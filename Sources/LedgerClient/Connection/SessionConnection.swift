package import GRPCWire
package import Ledger
package import LedgerAPI
package import NIOCore
import Synchronization

/// A Session at one node, for commands from many callers; the stream opens with the first one.
///
/// It makes one attempt and tells how that went: asking again is its owner's to do.
package final class SessionConnection: Sendable {
    /// The loop on which everything happens.
    package let eventLoop: any EventLoop
    private let stream: NIOLoopBound<SessionStream>
    private let inbox = Mutex(Inbox())

    private struct Inbox {
        var commands: [Handed] = []
        /// A turn of the loop will come for them.
        var isAwaited = false
    }

    /// A command on its way to the loop.
    private struct Handed: Sendable {
        var request: Request
        var deadline: NIODeadline
        var completion: @Sendable (CommandResult) -> Void
    }

    /// A session on a connection; only on the connection's loop.
    package init(on connection: GRPCClientConnection, limits: SessionLimits = SessionLimits()) {
        eventLoop = connection.eventLoop
        stream = NIOLoopBound(
            SessionStream(connection: connection, limits: limits),
            eventLoop: connection.eventLoop
        )
    }

    /// Submits a command; only on `eventLoop`.
    ///
    /// `completion` runs once, on the loop; commands that it submits leave with the next message.
    package func submit(
        _ request: Request,
        deadline: NIODeadline,
        completion: @escaping (CommandResult) -> Void
    ) {
        stream.value.submit(
            SessionStream.Submission(
                request: request,
                deadline: deadline,
                completion: completion
            )
        )
    }

    /// Submits a command from any thread; `completion` runs once, on the loop.
    package func enqueue(
        _ request: Request,
        deadline: NIODeadline,
        completion: @escaping @Sendable (CommandResult) -> Void
    ) {
        let command = Handed(request: request, deadline: deadline, completion: completion)
        let isFirst = inbox.withLock { inbox in
            inbox.commands.append(command)
            defer { inbox.isAwaited = true }
            return !inbox.isAwaited
        }
        if isFirst { eventLoop.execute { [self] in takeIn() } }
    }

    private func takeIn() {
        let commands = inbox.withLock { inbox in
            inbox.isAwaited = false
            let commands = inbox.commands
            inbox.commands = []
            return commands
        }
        for command in commands {
            submit(command.request, deadline: command.deadline, completion: command.completion)
        }
    }

    /// Sends no more; only on `eventLoop`.
    func drain() { stream.value.drain() }
}
