package import Ledger

/// Several commands as one, between messages and the ledger.
extension ProtoAtomicBatchRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        var commands: [Command] = []
        for (index, proto) in self.commands.prefix(LedgerLimits.batchCommandsMax + 1).enumerated() {
            reader.within("commands[\(index)].") { reader in
                guard let message = proto.message else {
                    reader.refuse("command", Complaint.missing)
                    return
                }
                if message is ProtoAtomicBatchRequest {
                    reader.refuse("command", "must not be a batch")
                    return
                }
                if !message.requestID.isEmpty { reader.refuse("request_id", Complaint.ofTheBatch) }
                if !message.actor.isEmpty { reader.refuse("actor", Complaint.ofTheBatch) }
                if message.validateOnly { reader.refuse("validate_only", Complaint.ofTheBatch) }
                commands.append(message.command(&reader))
            }
        }
        return .batch(Batch(commands: commands))
    }

    init(_ command: Batch) {
        self.init()
        commands = command.commands.map { ProtoCommand($0, of: nil) }
    }
}

extension ProtoCommand {
    /// The request's message under its name.
    package init(_ request: Request) { self.init(request.command, of: request) }

    /// The command's message under its name; without an identity when it is of a batch.
    ///
    /// Empty for a command about stores, which is only unary.
    init(_ command: Command, of request: Request?) {
        func stamped<Message: CommandMessage>(_ message: Message) -> Message {
            guard let request else { return message }
            var message = message
            message.requestID = request.id.text
            message.actor = request.actor.text
            return message
        }
        self.init()
        switch command {
        case .upsertItem(let inner): upsertItem = stamped(.init(inner))
        case .upsertLocation(let inner): upsertLocation = stamped(.init(inner))
        case .receive(let inner): receive = stamped(.init(inner))
        case .adjust(let inner): adjust = stamped(.init(inner))
        case .sell(let inner): sell = stamped(.init(inner))
        case .reserve(let inner): reserve = stamped(.init(inner))
        case .extend(let inner): extend = stamped(.init(inner))
        case .confirm(let inner): confirm = stamped(.init(inner))
        case .fulfill(let inner): fulfill = stamped(.init(inner))
        case .release(let inner): release = stamped(.init(inner))
        case .markUnavailable(let inner): markUnavailable = stamped(.init(inner))
        case .writeOff(let inner): writeOff = stamped(.init(inner))
        case .setStockPolicy(let inner): setStockPolicy = stamped(.init(inner))
        case .returnGoods(let inner): `return` = stamped(.init(inner))
        case .count(let inner): count = stamped(.init(inner))
        case .createTransfer(let inner): createTransfer = stamped(.init(inner))
        case .shipTransfer(let inner): shipTransfer = stamped(.init(inner))
        case .receiveTransfer(let inner): receiveTransfer = stamped(.init(inner))
        case .cancelTransfer(let inner): cancelTransfer = stamped(.init(inner))
        case .setOffer(let inner): setOffer = stamped(.init(inner))
        case .batch(let inner): atomicBatch = stamped(.init(inner))
        case .registerStore, .submitFacts, .grantAllotment, .recallAllotment, .revokeAllotment,
            .resolveConflict, .replayFact, .returnAllotment:
            break
        }
    }
}
