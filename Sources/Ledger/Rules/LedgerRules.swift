/// The rules of stock: what each entry of the log does to the rows of a `LedgerState`.
///
/// Pure and deterministic: equal entries at equal positions leave equal rows and give equal answers
/// on every node. A refusal is an answer like any other; only a failing state throws, and then the
/// node stops.
public enum LedgerRules {
    /// Applies the entry at `position`.
    ///
    /// The entry's time comes first, then the holds that are due by then expire, then its command is
    /// executed. The keys of everything that changed are appended to `changes`.
    ///
    /// - Precondition: `position` is after that of the state.
    public static func apply<State: LedgerState>(
        _ entry: LedgerEntry,
        at position: Position,
        to state: inout State,
        changes: inout LedgerChanges
    ) throws(State.Failure) -> Applied {
        var header = state.header
        precondition(position > header.position, "entries are applied once, in log order")
        header.position = position
        header.logTime = header.logTime.next(stamp: entry.stamp)
        state.header = header
        state.forgetAnswers(through: header.answerHorizon)
        try expireDue(&state, &changes)
        switch entry.content {
        case .request(let request, let digest):
            let answer = try answer(request, digest, &state, &changes)
            return Applied(answer: answer, boundary: nil)
        case .tick:
            return Applied(answer: nil, boundary: nil)
        case .boundary(let token):
            return Applied(answer: nil, boundary: token)
        }
    }

    /// What the answer to a request would be, if it were applied now; nothing is done or remembered.
    ///
    /// It holds at the state's position and time: what would expire meanwhile has not.
    public static func validate<State: LedgerState>(
        _ request: Request,
        on state: inout State
    ) throws(State.Failure) -> Answer {
        let digest = request.command.payloadDigest()
        var answer: Answer
        if let remembered = try remembered(request.id, &state) {
            answer = replay(remembered, of: request.id, digest, header: state.header)
        } else {
            let header = state.header
            let outcome: Outcome
            if let violation = request.firstViolation() {
                outcome = .refused(.malformed(violation))
            } else {
                outcome = try dryRun(request, digest, &state)
            }
            answer = Answer(position: header.position, logTime: header.logTime, outcome: outcome)
        }
        answer.validated = true
        return answer
    }

    private static func dryRun<State: LedgerState>(
        _ request: Request,
        _ digest: UInt64,
        _ state: inout State
    ) throws(State.Failure) -> Outcome {
        let origin = CommandOrigin(request, .alone(digest: digest))
        return try staging(&state) { staged, _ throws(State.Failure) in
            var changes = LedgerChanges()
            if case .batch(let batch) = request.command {
                return try perform(batch, origin, &staged, &changes)
            }
            return try perform(request.command, origin, &staged, &changes)
        }
    }

    /// Gives the remembered answer to a repeated request; executes, journals and remembers a new one.
    private static func answer<State: LedgerState>(
        _ request: Request,
        _ digest: UInt64,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Answer {
        if let remembered = try remembered(request.id, &state) {
            return replay(remembered, of: request.id, digest, header: state.header)
        }
        let outcome: Outcome
        let origin = CommandOrigin(request, .alone(digest: digest))
        if let violation = request.firstViolation() {
            outcome = .refused(.malformed(violation))
            append(request.command, origin, outcome, movements: [], &state)
            changes.tally.count(request.command.kind, outcome)
        } else if case .batch(let batch) = request.command {
            outcome = try answer(batch, origin, &state, &changes)
            append(request.command, origin, outcome, movements: [], &state)
            changes.tally.count(request.command.kind, outcome)
        } else {
            outcome = try perform(request.command, origin, &state, &changes)
        }
        let header = state.header
        return Answer(position: header.position, logTime: header.logTime, outcome: outcome)
    }

    /// An answer as old as the horizon is forgotten, whether or not the state still has it.
    private static func remembered<State: LedgerState>(
        _ id: RequestID,
        _ state: inout State
    ) throws(State.Failure) -> RememberedAnswer? {
        guard let remembered = try state.rememberedAnswer(id),
            remembered.answer.logTime > state.header.answerHorizon
        else { return nil }
        return remembered
    }

    static func replay(
        _ remembered: RememberedAnswer,
        of id: RequestID,
        _ digest: UInt64,
        header: LedgerHeader
    ) -> Answer {
        guard remembered.digest == digest else {
            // Not remembered: the id goes on meaning what it meant first.
            return Answer(
                position: header.position,
                logTime: header.logTime,
                outcome: .refused(.idempotencyKeyReused(id))
            )
        }
        var answer = remembered.answer
        answer.replayed = true
        return answer
    }

    /// Executes a command and appends its row to the journal, also when it is refused.
    static func perform<State: LedgerRows>(
        _ command: Command,
        _ origin: CommandOrigin,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        var sheet = LevelSheet()
        let outcome = try execute(command, origin, &state, &sheet, &changes)
        let refused = outcome.isRefusal
        if !refused { try sheet.write(to: &state, &changes) }
        changes.tally.count(command.kind, outcome)
        let movements = refused ? [] : sheet.changedMovements
        append(command, origin, outcome, movements: movements, &state)
        return outcome
    }

    /// Every command finds all its refusals before its first write, so a refusal has no effect.
    private static func execute<State: LedgerRows>(
        _ command: Command,
        _ origin: CommandOrigin,
        _ state: inout State,
        _ sheet: inout LevelSheet,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        switch command {
        case .registerStore(let command): try register(command, &state)
        case .submitFacts(let command):
            try submit(command, origin, &state, &changes)
        case .grantAllotment(let command): try grant(command, &state, &sheet)
        case .recallAllotment(let command): try recall(command, &state)
        case .revokeAllotment(let command): try revoke(command, &state, &sheet)
        case .resolveConflict(let command): try resolve(command, &state, &sheet, &changes)
        case .replayFact(let command): try replay(command, origin, &state, &changes)
        case .upsertItem(let command): try upsert(command, &state, &changes)
        case .upsertLocation(let command): try upsert(command, &state, &changes)
        case .receive(let command): try receive(command, &state, &sheet)
        case .adjust(let command): try adjust(command, &state, &sheet)
        case .sell(let command): try sell(command, origin, &state, &sheet)
        case .reserve(let command): try reserve(command, &state, &sheet, &changes)
        case .extend(let command): try extend(command, &state, &changes)
        case .confirm(let command): try confirm(command, &state, &sheet, &changes)
        case .fulfill(let command): try fulfill(command, &state, &sheet, &changes)
        case .release(let command): try release(command, &state, &sheet, &changes)
        case .markUnavailable(let command): try markUnavailable(command, &state, &sheet)
        case .writeOff(let command): try writeOff(command, &state, &sheet)
        case .setStockPolicy(let command): try setStockPolicy(command, &state, &sheet)
        case .returnGoods(let command): try returnGoods(command, &state, &sheet, &changes)
        case .count(let command): try count(command, &state, &sheet)
        case .createTransfer(let command): try createTransfer(command, &state)
        case .shipTransfer(let command): try shipTransfer(command, &state, &sheet)
        case .receiveTransfer(let command): try receiveTransfer(command, &state, &sheet)
        case .cancelTransfer(let command): try cancelTransfer(command, &state, &sheet)
        case .setOffer(let command): try setOffer(command, &state, &changes)
        case .batch, .returnAllotment:
            preconditionFailure("validation refuses what is no command of its own")
        }
    }
}

extension LedgerHeader {
    /// Answers given at or before it are forgotten.
    var answerHorizon: LogTime { logTime.earlier(by: LedgerLimits.answerRetention) }
}

extension LogTime {
    /// The time of the entry after the one at this time: the stamp, but never the same or earlier.
    ///
    /// A stamp beyond the year 9999 is cut off, so that no clock can use up the time there is.
    func next(stamp: LogTime) -> LogTime {
        let bounded = min(stamp.microseconds, LedgerLimits.stampMax.microseconds)
        return LogTime(microseconds: max(microseconds + 1, bounded))
    }
}
