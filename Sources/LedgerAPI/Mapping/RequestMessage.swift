package import Ledger
package import SwiftProtobuf

/// The message of a command: what all of them have, and how one is read.
package protocol RequestMessage: Message {
    var requestID: String { get set }
    var actor: String { get set }
    /// It is only asked what the answer would be.
    var validateOnly: Bool { get set }
}

/// A message that says what is asked.
protocol CommandMessage: RequestMessage {
    /// The command; what is wrong with its fields is told to the reader.
    func command(_ reader: inout FieldReader) -> Command
}

/// A request as it came, with what a request of the ledger doesn't say.
package struct IncomingRequest: Equatable, Sendable {
    package var request: Request
    /// It is only asked what the answer would be.
    package var validateOnly: Bool

    package init(request: Request, validateOnly: Bool = false) {
        self.request = request
        self.validateOnly = validateOnly
    }
}

extension IncomingRequest {
    /// Every field is checked, and a violation names its field.
    init(_ message: some CommandMessage) throws(InvalidRequest) {
        self.init(request: try Request(message), validateOnly: message.validateOnly)
    }

    /// The one command of a Session's or a Batch's message.
    package init(_ proto: ProtoCommand) throws(InvalidRequest) {
        guard let message = proto.message else {
            throw InvalidRequest(violations: [
                FieldViolation(field: "command", description: Complaint.missing)
            ])
        }
        try self.init(message)
    }
}

extension Request {
    /// Checks the identity that every command carries, then the command itself.
    init(_ message: some CommandMessage) throws(InvalidRequest) {
        var reader = FieldReader()
        let id: RequestID = reader.identifier(message.requestID, "request_id")
        let actor: Actor = reader.identifier(message.actor, "actor")
        self.init(id: id, actor: actor, command: message.command(&reader))
        try reader.finish(self)
    }
}

extension ProtoCommand {
    /// The message in it; nil when there is none, or one of a kind that is unknown here.
    var message: (any CommandMessage)? {
        switch command {
        case .upsertItem(let message): message
        case .upsertLocation(let message): message
        case .receive(let message): message
        case .adjust(let message): message
        case .sell(let message): message
        case .reserve(let message): message
        case .extend(let message): message
        case .confirm(let message): message
        case .fulfill(let message): message
        case .release(let message): message
        case .markUnavailable(let message): message
        case .writeOff(let message): message
        case .setStockPolicy(let message): message
        case .return(let message): message
        case .count(let message): message
        case .createTransfer(let message): message
        case .shipTransfer(let message): message
        case .receiveTransfer(let message): message
        case .cancelTransfer(let message): message
        case .setOffer(let message): message
        case .atomicBatch(let message): message
        case nil: nil
        }
    }
}
