package import Ledger

/// A command of a Session or a Batch, as a node got it.
package struct TaggedRequest: Sendable {
    /// The client's tag in a Session, the index in a Batch.
    package var tag: UInt64
    /// The request, or what is wrong with it; the others of the message are not touched by that.
    package var request: Result<Request, InvalidRequest>
}

/// What became of a command of a Session or a Batch, as a client learns it.
package struct TaggedResult: Equatable, Sendable {
    package var tag: UInt64
    package var result: CommandResult

    package init(tag: UInt64, result: CommandResult) {
        self.tag = tag
        self.result = result
    }
}

/// The bytes of Session's and Batch's messages.
///
/// Each message is a list of one kind of entry, so that it is written by appending entries to a
/// buffer: a node appends answers as they come, and sends the buffer when it flushes.
package enum SessionCodec {
    /// Appends an answer to a `SessionResponse` or a `BatchResponse`.
    package static func append(
        _ result: CommandResult,
        tag: UInt64,
        to bytes: inout [UInt8]
    ) {
        if case .answered(let answer) = result, !answer.outcome.isRefusal {
            bytes.append(field: 1) { bytes in
                bytes.append(field: 1, number: tag)
                bytes.append(field: 2, message: answer.append)
            }
        } else {
            bytes.append(field: 1, bytes: ProtoTaggedAnswer(tag: tag, result).wireBytes)
        }
    }

    /// Appends a command to a `SessionRequest`.
    package static func append(
        _ request: Request,
        tag: UInt64,
        to bytes: inout [UInt8]
    ) {
        bytes.append(field: 1) { bytes in
            bytes.append(field: 1, number: tag)
            bytes.append(field: 2) { append(command: request, to: &$0) }
        }
    }

    /// Appends a command to a `BatchRequest`.
    package static func append(_ request: Request, to bytes: inout [UInt8]) {
        bytes.append(field: 1) { append(command: request, to: &$0) }
    }

    private static func append(command request: Request, to bytes: inout [UInt8]) {
        let field = CommandMethod(request.command).rawValue
        bytes.append(field: field, message: request.appendMethodMessage)
    }
}

extension Outcome {
    var isRefusal: Bool {
        if case .refused = self { true } else { false }
    }
}
