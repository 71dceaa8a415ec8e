package import GRPCWire
package import Ledger
package import LedgerAPI
package import NIOCore

/// Unary calls at one node, a command each.
///
/// It makes one attempt and tells how that went: asking again is its owner's to do.
package struct UnaryConnection: Sendable {
    /// What carries the calls.
    package let connection: GRPCClientConnection

    /// Calls on a connection.
    package init(on connection: GRPCClientConnection) { self.connection = connection }

    /// Sends a command; only on the connection's loop.
    ///
    /// `completion` runs once, on the loop.
    package func call(
        _ request: Request,
        deadline: NIODeadline,
        completion: @escaping (CommandResult) -> Void
    ) {
        call(request, request.methodBytes, deadline, completion)
    }

    /// Asks what the answer to a command would be; only on the connection's loop.
    ///
    /// `completion` runs once, on the loop.
    package func validate(
        _ request: Request,
        deadline: NIODeadline,
        completion: @escaping (CommandResult) -> Void
    ) {
        call(request, request.validationBytes, deadline, completion)
    }

    private func call(
        _ request: Request,
        _ bytes: [UInt8],
        _ deadline: NIODeadline,
        _ completion: @escaping (CommandResult) -> Void
    ) {
        connection.startUnary(
            CommandMethod(request.command).path,
            ByteBuffer(bytes: bytes),
            deadline: deadline
        ) { reply in
            completion(Self.result(reply))
        }
    }

    /// Sends several commands in one call, answered together; only on the connection's loop.
    ///
    /// `completion` runs once, on the loop, with a result for each command in their order, or with
    /// the problem that all of them have.
    package func batch(
        _ requests: [Request],
        deadline: NIODeadline,
        completion: @escaping (Result<[CommandResult], Problem>) -> Void
    ) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(requests.count * 160)
        for request in requests { SessionCodec.append(request, to: &bytes) }
        connection.startUnary(
            ServicePath.batch,
            ByteBuffer(bytes: bytes),
            deadline: deadline
        ) { reply in
            completion(Self.results(reply, count: requests.count))
        }
    }

    private static func result(_ reply: Result<GRPCReply, GRPCCallEnd>) -> CommandResult {
        switch reply {
        case .failure(let end): return CommandResult(end)
        case .success(let reply):
            guard let answer = Answer(messageBytes: reply.message.readableBytesSpan) else {
                return .failed(.unreadableAnswer)
            }
            return .answered(answer)
        }
    }

    private static func results(
        _ reply: Result<GRPCReply, GRPCCallEnd>,
        count: Int
    ) -> Result<[CommandResult], Problem> {
        switch reply {
        case .failure(let end): return .failure(Problem(end))
        case .success(let reply):
            guard let results = SessionCodec.results(from: reply.message.readableBytesSpan),
                results.count == count,
                results.enumerated().allSatisfy({ $0.element.tag == UInt64($0.offset) })
            else { return .failure(.unreadableAnswer) }
            return .success(results.map(\.result))
        }
    }
}
