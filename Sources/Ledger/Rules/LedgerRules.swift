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

    /// Gives the remembered answer to a repeated request; executes, journals and remembers a new one.
    private static func answer<State: LedgerState>(
        _ request: Request,
        _ digest: UInt64,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Answer {
        if let remembered = try state.rememberedAnswer(request.id) {
            return replay(remembered, of: request.id, digest, header: state.header)
        }
        let outcome: Outcome
        var sheet = LevelSheet()
        if let violation = request.firstViolation() {
            outcome = .refused(.malformed(violation))
        } else {
            outcome = try execute(request.command, &state, &sheet, &changes)
        }
        let refused = outcome.isRefusal
        if !refused { sheet.write(to: &state, &changes) }
        append(
            kind: request.command.kind,
            cause: .request(request.id, digest: digest, actor: request.actor, outcome: outcome),
            movements: refused ? [] : sheet.changedMovements,
            reason: request.command.reason,
            document: request.command.document,
            &state
        )
        let header = state.header
        return Answer(position: header.position, logTime: header.logTime, outcome: outcome)
    }

    private static func replay(
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

    /// Every command finds all its refusals before its first write, so a refusal has no effect.
    private static func execute<State: LedgerState>(
        _ command: Command,
        _ state: inout State,
        _ sheet: inout LevelSheet,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        switch command {
        case .upsertItem(let command): try upsert(command, &state, &changes)
        case .upsertLocation(let command): try upsert(command, &state, &changes)
        case .receive(let command): try receive(command, &state, &sheet)
        case .adjust(let command): try adjust(command, &state, &sheet)
        case .sell(let command): try sell(command, &state, &sheet)
        case .reserve(let command): try reserve(command, &state, &sheet, &changes)
        case .extend(let command): try extend(command, &state, &changes)
        case .confirm(let command): try confirm(command, &state, &sheet, &changes)
        case .fulfill(let command): try fulfill(command, &state, &sheet, &changes)
        case .release(let command): try release(command, &state, &sheet, &changes)
        }
    }

    /// Appends the next row of the journal.
    static func append<State: LedgerState>(
        kind: JournalRow.Kind,
        cause: consuming JournalRow.Cause,
        movements: consuming [Movement],
        reason: consuming Reference? = nil,
        document: consuming Reference? = nil,
        _ state: inout State
    ) {
        var header = state.header
        header.journalSequence += 1
        state.header = header
        state.append(
            JournalRow(
                sequence: header.journalSequence,
                position: header.position,
                logTime: header.logTime,
                kind: kind,
                cause: cause,
                movements: movements,
                reason: reason,
                document: document
            )
        )
    }
}

extension Command {
    /// The reason given with it, for the journal.
    fileprivate var reason: Reference? {
        switch self {
        case .adjust(let command): command.reason
        case .release(let command): command.reason
        default: nil
        }
    }

    /// What the journal refers to beside the outcome: a document elsewhere, an order, the reservation
    /// that was replaced, the item or location that was edited.
    fileprivate var document: Reference? {
        switch self {
        case .upsertItem(let command): Reference(unchecked: command.sku.text)
        case .upsertLocation(let command): Reference(unchecked: command.id.text)
        case .receive(let command): command.document
        case .adjust(let command): command.document
        case .sell(let command): command.document
        case .reserve(let command): command.replaces.map { Reference(unchecked: $0.text) }
        case .confirm(let command): command.order
        case .extend, .fulfill, .release: nil
        }
    }
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
