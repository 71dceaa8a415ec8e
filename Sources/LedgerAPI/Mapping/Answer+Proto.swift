package import Ledger

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
        switch answer.outcome {
        case .version(let number): version = number
        case .levels(let views): levels.levels = views.map(ProtoStockLevel.init)
        case .reservation(let value): reservation = ProtoReservation(value)
        case .refused: preconditionFailure("a refusal has messages of its own")
        case .counted, .sale, .transfer, .offer, .batch:
            preconditionFailure("no command of the API is answered so")
        }
    }
}

extension ProtoRefusal {
    init(_ refusal: Refusal, in answer: Answer) {
        self.init()
        position = answer.position.rawValue
        logTimeUs = answer.logTime.microseconds
        replayed = answer.replayed
        problem = ProtoProblem(Problem(refusal))
    }
}

extension Answer {
    /// Nil when the message makes no sense here.
    package init?(_ proto: ProtoAnswer) {
        let outcome: Outcome
        switch proto.result {
        case .version(let number): outcome = .version(number)
        case .levels(let levels):
            let views = levels.levels.compactMap(LevelView.init)
            guard views.count == levels.levels.count else { return nil }
            outcome = .levels(views)
        case .reservation(let reservation):
            guard let reservation = Reservation(reservation) else { return nil }
            outcome = .reservation(reservation)
        case nil: return nil
        }
        self.init(
            position: Position(proto.position),
            logTime: LogTime(microseconds: proto.logTimeUs),
            outcome: outcome,
            replayed: proto.replayed
        )
    }

    /// Nil when the refusal is of a kind that is unknown here.
    init?(_ proto: ProtoRefusal) {
        guard let refusal = Refusal(Problem(proto.problem)) else { return nil }
        self.init(
            position: Position(proto.position),
            logTime: LogTime(microseconds: proto.logTimeUs),
            outcome: .refused(refusal),
            replayed: proto.replayed
        )
    }
}

extension CommandResult {
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
