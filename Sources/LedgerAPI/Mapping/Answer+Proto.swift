package import Ledger
import SwiftProtobuf

/// What became of a command: the ledger's answer, or why there is none.
package enum CommandResult: Equatable, Sendable {
    case answered(Answer)
    case failed(Problem)
}

extension ProtoTaggedAnswer {
    /// A command's answer in a Session (under its tag) or a Batch (under its index).
    package init(tag: UInt64, _ result: CommandResult) {
        self.init()
        self.tag = tag
        switch result {
        case .answered(let answer):
            if case .refused(let reason) = answer.outcome {
                refusal = ProtoRefusal(reason, in: answer)
            } else {
                self.answer = ProtoAnswer(answer)
            }
        case .failed(let problem):
            self.problem = ProtoProblem(problem)
        }
    }
}

extension ProtoAnswer {
    /// The answer to a command that was not refused.
    package init(_ answer: Answer) {
        self.init()
        position = answer.position.rawValue
        logTimeUs = answer.logTime.microseconds
        replayed = answer.replayed
        validated = answer.validated
        switch answer.outcome {
        case .version(let number): version = number
        case .levels(let views): levels.levels = views.map(ProtoStockLevel.init)
        case .reservation(let value): reservation = ProtoReservation(value)
        case .counted(let applied, let outdated):
            counted.applied = applied.map(ProtoStockLevel.init)
            counted.outdated = outdated.map(ProtoStockLevel.init)
        case .sale(let value): sale = ProtoSale(value)
        case .transfer(let value): transfer = ProtoTransfer(value)
        case .offer(let value): offer = ProtoOffer(value)
        case .store(let value): store = ProtoStoreAgent(value)
        case .facts(let value): facts = ProtoFactsReceipt(value)
        case .allotments(let epoch, let views):
            allotments.epoch = epoch
            allotments.allotments = views.map(ProtoAllotment.init)
        case .done: done = ProtoDone()
        case .batch(let outcomes):
            batch.answers = outcomes.map { outcome in
                var part = answer
                part.outcome = outcome
                return ProtoAnswer(part)
            }
        case .refused: preconditionFailure("a refusal has messages of its own")
        }
    }
}

extension ProtoRefusal {
    init(_ refusal: Refusal, in answer: Answer) {
        self.init()
        position = answer.position.rawValue
        logTimeUs = answer.logTime.microseconds
        replayed = answer.replayed
        validated = answer.validated
        problem = ProtoProblem(Problem(refusal))
    }
}

extension Answer {
    /// Nil when the message makes no sense here.
    package init?(_ proto: ProtoAnswer) {
        guard let outcome = proto.result.flatMap(Outcome.init) else { return nil }
        self.init(
            position: Position(proto.position),
            logTime: LogTime(microseconds: proto.logTimeUs),
            outcome: outcome,
            replayed: proto.replayed,
            validated: proto.validated
        )
    }

    /// Nil when the refusal is of a kind that is unknown here.
    init?(_ proto: ProtoRefusal) {
        guard let refusal = Refusal(Problem(proto.problem)) else { return nil }
        self.init(
            position: Position(proto.position),
            logTime: LogTime(microseconds: proto.logTimeUs),
            outcome: .refused(refusal),
            replayed: proto.replayed,
            validated: proto.validated
        )
    }
}

extension Outcome {
    /// Nil when the message makes no sense here.
    init?(_ proto: ProtoAnswer.OneOf_Result) {
        switch proto {
        case .version(let number): self = .version(number)
        case .levels(let levels):
            guard let views = [LevelView](levels.levels) else { return nil }
            self = .levels(views)
        case .reservation(let reservation):
            guard let reservation = Reservation(reservation) else { return nil }
            self = .reservation(reservation)
        case .counted(let counted):
            guard let applied = [LevelView](counted.applied),
                let outdated = [LevelView](counted.outdated)
            else { return nil }
            self = .counted(applied: applied, outdated: outdated)
        case .sale(let sale):
            guard let sale = Sale(sale) else { return nil }
            self = .sale(sale)
        case .transfer(let transfer):
            guard let transfer = Transfer(transfer) else { return nil }
            self = .transfer(transfer)
        case .offer(let offer):
            guard let offer = Offer(offer) else { return nil }
            self = .offer(offer)
        case .store(let agent):
            guard let agent = StoreAgent(agent) else { return nil }
            self = .store(agent)
        case .facts(let receipt):
            guard let receipt = FactsReceipt(receipt) else { return nil }
            self = .facts(receipt)
        case .allotments(let list):
            let views = list.allotments.compactMap(AllotmentView.init)
            guard views.count == list.allotments.count else { return nil }
            self = .allotments(epoch: list.epoch, views)
        case .done: self = .done
        case .batch(let batch):
            var outcomes: [Outcome] = []
            for answer in batch.answers {
                // A batch has none in it, so this goes one deep.
                if case .batch? = answer.result { return nil }
                guard let outcome = answer.result.flatMap(Outcome.init) else { return nil }
                outcomes.append(outcome)
            }
            self = .batch(outcomes)
        }
    }
}

extension [LevelView] {
    /// Nil unless every one makes sense.
    init?(_ protos: [ProtoStockLevel]) {
        let views = protos.compactMap(LevelView.init)
        guard views.count == protos.count else { return nil }
        self = views
    }
}

extension CommandResult {
    /// Reads the answer to a submission of facts; nil when it makes no sense here.
    package static func withCredit(_ bytes: RawSpan) -> (result: CommandResult?, credit: UInt32) {
        let copy = bytes.withUnsafeBytes { [UInt8]($0) }
        guard let message = try? ProtoAnswer(serializedBytes: copy) else { return (nil, 0) }
        return (Answer(message).map(Self.answered), message.credit)
    }

    /// Nil when the message makes no sense here.
    ///
    /// A refusal of a kind that is unknown here is a failure with the problem that it tells of.
    package init?(_ proto: ProtoTaggedAnswer) {
        switch proto.result {
        case .answer(let message):
            guard let answer = Answer(message) else { return nil }
            self = .answered(answer)
        case .refusal(let message):
            self = Answer(message).map(Self.answered) ?? .failed(Problem(message.problem))
        case .problem(let message):
            self = .failed(Problem(message))
        case nil: return nil
        }
    }
}
