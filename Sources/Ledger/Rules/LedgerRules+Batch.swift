/// Several commands as one: all or none.
extension LedgerRules {
    /// Executes a batch on rows that are put aside, and keeps them if none of its commands is refused.
    static func answer<State: LedgerState>(
        _ batch: Batch,
        _ origin: CommandOrigin,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        var made = LedgerChanges()
        let outcome = try staging(&state) { staged, keep throws(State.Failure) in
            let outcome = try perform(batch, origin, &staged, &made)
            keep = !outcome.isRefusal
            return outcome
        }
        if !outcome.isRefusal { changes.append(made) }
        return outcome
    }

    /// Executes the commands of a batch one after the other, up to the first that is refused.
    static func perform<State: LedgerRows>(
        _ batch: Batch,
        _ origin: CommandOrigin,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(batch.commands.count)
        for (index, command) in batch.commands.enumerated() {
            let outcome = try perform(command, origin.part(index), &state, &changes)
            if case .refused(let refusal) = outcome {
                return .refused(.batchRefused(index: index, refusal))
            }
            outcomes.append(outcome)
        }
        return .batch(outcomes)
    }

    /// Runs `body` on rows over the state's; what it wrote is dropped unless it sets its second
    /// argument.
    ///
    /// The state moves into the staged rows and back, so that it is never copied.
    static func staging<State: LedgerState>(
        _ state: inout State,
        _ body: (inout StagedState<State>, _ keep: inout Bool) throws(State.Failure) -> Outcome
    ) throws(State.Failure) -> Outcome {
        var staged = StagedState(over: consume state)
        var keep = false
        do throws(State.Failure) {
            let outcome = try body(&staged, &keep)
            if keep { try staged.commit() }
            let done = consume staged
            state = done.base
            return outcome
        } catch {
            let done = consume staged
            state = done.base
            throw error
        }
    }
}
