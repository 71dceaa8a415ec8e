package import Ledger

/// A command of a Session or a Batch, as a node got it.
package struct TaggedRequest: Sendable {
    /// The client's tag in a Session, the index in a Batch.
    package var tag: UInt64
    /// The request, or what is wrong with it; the others of the message are not touched by that.
    package var request: Result<IncomingRequest, InvalidRequest>
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
        guard case .answered(let answer) = result, answer.isPlain else {
            let message = ProtoTaggedAnswer(tag: tag, result).wireBytes
            bytes.append(addingCapacity: FieldBytes.message + message.count) {
                $0.append(field: 1, bytes: message)
            }
            return
        }
        let bytesMax = 2 * FieldBytes.message + FieldBytes.number + answer.bytesMax
        bytes.append(addingCapacity: bytesMax) {
            $0.append(field: 1) {
                $0.append(field: 1, number: tag)
                $0.append(field: 2) { answer.write(to: &$0) }
            }
        }
    }

    /// Appends a command to a `SessionRequest`.
    package static func append(
        _ request: Request,
        tag: UInt64,
        to bytes: inout [UInt8]
    ) {
        let field = CommandMethod(request.command).rawValue
        let message = request.methodBytes
        let bytesMax = 3 * FieldBytes.message + FieldBytes.number + message.count
        bytes.append(addingCapacity: bytesMax) {
            $0.append(field: 1) {
                $0.append(field: 1, number: tag)
                $0.append(field: 2) { $0.append(field: field, bytes: message) }
            }
        }
    }

    /// Appends a command to a `BatchRequest`.
    package static func append(_ request: Request, to bytes: inout [UInt8]) {
        let field = CommandMethod(request.command).rawValue
        let message = request.methodBytes
        bytes.append(addingCapacity: 2 * FieldBytes.message + message.count) {
            $0.append(field: 1) { $0.append(field: field, bytes: message) }
        }
    }
}
