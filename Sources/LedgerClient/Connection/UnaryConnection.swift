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
        call(
            CommandMethod(request.command),
            request.methodBytes,
            deadline: deadline,
            completion: completion
        )
    }

    /// Asks what the answer to a command would be; only on the connection's loop.
    ///
    /// `completion` runs once, on the loop.
    package func validate(
        _ request: Request,
        deadline: NIODeadline,
        completion: @escaping (CommandResult) -> Void
    ) {
        call(
            CommandMethod(request.command),
            request.validationBytes,
            deadline: deadline,
            completion: completion
        )
    }

    /// Submits facts; the completion is told the credit too.
    package func submit(
        _ request: Request,
        deadline: NIODeadline,
        completion: @escaping (CommandResult, _ credit: UInt32) -> Void
    ) {
        let bytes = ByteBuffer(bytes: request.methodBytes)
        connection.startUnary(CommandMethod.submitFacts.path, bytes, deadline: deadline) { reply in
            switch reply {
            case .failure(let end): completion(CommandResult(end), 0)
            case .success(let reply):
                let (result, credit) = CommandResult.withCredit(reply.message.readableBytesSpan)
                completion(result ?? .failed(.unreadableAnswer), credit)
            }
        }
    }

    /// Sends a method's message as it is.
    package func call(
        _ method: CommandMethod,
        _ bytes: [UInt8],
        deadline: NIODeadline,
        completion: @escaping (CommandResult) -> Void
    ) {
        connection.startUnary(
            method.path,
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
