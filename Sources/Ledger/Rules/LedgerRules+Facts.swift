/// Taking in facts: each once, in the order of its store, whatever is sent twice, late or by whom.
extension LedgerRules {
    /// What is sent, held against what was taken in.
    private enum Link {
        case next
        case known(FactFate)
        case forked
    }

    static func submit<State: LedgerRows>(
        _ command: SubmitFacts,
        _ origin: CommandOrigin,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        guard let key = try state.locationKey(command.location) else {
            return .refused(.locationNotFound(command.location))
        }
        guard var agent = try agent(key, &state) else {
            return .refused(.storeNotRegistered(command.location))
        }
        if command.isSalvage { return try salvage(command, agent, key, origin, &state) }
        guard command.epoch == agent.epoch else {
            return .refused(.epochFenced(command.location, current: agent.epoch))
        }
        guard agent.state == .active else { return .refused(.storeFrozen(command.location)) }
        guard command.firstSequence <= agent.lastSequence + 1 else {
            return .refused(.sequenceGap(command.location, expected: agent.lastSequence + 1))
        }
        var fates: [FactFate] = []
        fates.reserveCapacity(command.facts.count)
        var previous = command.previousHash
        if command.facts.isEmpty,
            try isFork(before: command.firstSequence, previous, agent, key, &state)
        {
            return freeze(agent, key, at: command.firstSequence, &state)
        }
        for (index, fact) in command.facts.enumerated() {
            let sequence = command.firstSequence + UInt64(index)
            switch try link(fact, sequence, after: previous, agent, key, &state) {
            case .forked: return freeze(agent, key, at: sequence, &state)
            case .known(let fate):
                fates.append(fate)
                changes.tally.countRepeatedFact()
            case .next:
                let mark = FactMark(
                    location: command.location,
                    epoch: command.epoch,
                    sequence: sequence
                )
                let fate = try take(fact, mark, origin, &agent, key, &state, &changes)
                fates.append(fate)
            }
            previous = fact.hash
        }
        hear(command, &agent, now: state.header.logTime)
        state.setStoreRecord(.agent(agent), key: .agent(key))
        return .facts(
            FactsReceipt(
                location: command.location,
                epoch: agent.epoch,
                lastSequence: agent.lastSequence,
                lastHash: agent.lastHash,
                fates: fates
            )
        )
    }

    /// Notes that the agent was heard of, and until when all is known of its store.
    private static func hear(_ command: SubmitFacts, _ agent: inout StoreAgent, now: LogTime) {
        agent.lastSeen = now
        agent.version += 1
        let end = command.firstSequence + UInt64(command.facts.count)
        guard let through = command.completeThrough, end == agent.lastSequence + 1 else { return }
        agent.knownThrough = max(agent.knownThrough, min(through, now))
    }

    /// Whether the fact is the next one, one that was taken in, or one of another chain.
    private static func link<State: LedgerRows>(
        _ fact: SubmittedFact,
        _ sequence: UInt64,
        after previous: FactHash,
        _ agent: StoreAgent,
        _ key: LocationKey,
        _ state: inout State
    ) throws(State.Failure) -> Link {
        if sequence > agent.lastSequence {
            return previous == agent.lastHash ? .next : .forked
        }
        // An agent never sends what is so old that it isn't kept: it was told that it came. A database
        // that does is an old copy.
        guard
            case .fact(let hash, let fate)? = try state.storeRecord(
                .fact(key, agent.epoch, sequence)
            ), hash == fact.hash
        else { return .forked }
        return .known(fate)
    }

    /// Whether an agent that has nothing to tell stands on another chain.
    private static func isFork<State: LedgerRows>(
        before sequence: UInt64,
        _ previous: FactHash,
        _ agent: StoreAgent,
        _ key: LocationKey,
        _ state: inout State
    ) throws(State.Failure) -> Bool {
        guard sequence <= agent.lastSequence else { return previous != agent.lastHash }
        let record = try state.storeRecord(.fact(key, agent.epoch, sequence - 1))
        // What isn't kept can't be told apart, and no fact is lost by that: the next one will.
        guard case .fact(let hash, _)? = record else { return false }
        return hash != previous
    }

    /// Takes the next fact in: books it or puts it aside, and moves the watermark, all in one entry.
    private static func take<State: LedgerRows>(
        _ fact: SubmittedFact,
        _ mark: FactMark,
        _ origin: CommandOrigin,
        _ agent: inout StoreAgent,
        _ key: LocationKey,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> FactFate {
        let fate = try settle(fact, mark, origin, &agent, key, &state, &changes)
        agent.lastSequence = mark.sequence
        agent.lastHash = fact.hash
        agent.factCount += 1
        if fate.isConflict { agent.conflictCount += 1 }
        if fate.contains(.quarantined) { agent.quarantineCount += 1 }
        state.setStoreRecord(
            .fact(hash: fact.hash, fate: fate),
            key: .fact(key, mark.epoch, mark.sequence)
        )
        if mark.sequence > LedgerLimits.factsKept {
            let old = mark.sequence - LedgerLimits.factsKept
            state.setStoreRecord(nil, key: .fact(key, mark.epoch, old))
        }
        return fate
    }

    /// Two databases speak for one store: nothing more is taken in until a person decides.
    ///
    /// The one refusal with an effect: nobody may go on as if it hadn't been noticed.
    private static func freeze<State: LedgerRows>(
        _ agent: StoreAgent,
        _ key: LocationKey,
        at sequence: UInt64,
        _ state: inout State
    ) -> Outcome {
        var agent = agent
        agent.state = .frozen
        agent.version += 1
        state.setStoreRecord(.agent(agent), key: .agent(key))
        let mark = FactMark(location: agent.location, epoch: agent.epoch, sequence: sequence)
        let conflict = Conflict(
            kind: .fork,
            location: agent.location,
            sku: nil,
            openedAt: state.header.position,
            openedTime: state.header.logTime,
            cause: mark
        )
        state.setStoreRecord(.conflict(conflict), key: .fork(key))
        return .refused(.forked(agent.location, sequence: sequence))
    }

    /// Puts aside what an old disk has to tell beyond what was taken in of its epoch.
    private static func salvage<State: LedgerRows>(
        _ command: SubmitFacts,
        _ agent: StoreAgent,
        _ key: LocationKey,
        _ origin: CommandOrigin,
        _ state: inout State
    ) throws(State.Failure) -> Outcome {
        guard
            case .closedEpoch(var closed)? = try state.storeRecord(
                .closedEpoch(key, command.epoch)
            ), closed.instance != agent.instance
        else { return .refused(.epochFenced(command.location, current: agent.epoch)) }
        guard command.firstSequence <= closed.lastSequence + 1 else {
            return .refused(.sequenceGap(command.location, expected: closed.lastSequence + 1))
        }
        var agent = agent
        var previous = command.previousHash
        var fates: [FactFate] = []
        fates.reserveCapacity(command.facts.count)
        for (index, fact) in command.facts.enumerated() {
            let sequence = command.firstSequence + UInt64(index)
            let mark = FactMark(
                location: command.location,
                epoch: command.epoch,
                sequence: sequence
            )
            if sequence <= closed.lastSequence {
                let record = try state.storeRecord(.fact(key, command.epoch, sequence))
                guard case .fact(let hash, let fate)? = record, hash == fact.hash else {
                    return .refused(.forked(command.location, sequence: sequence))
                }
                fates.append(fate)
            } else {
                guard previous == closed.lastHash else {
                    return .refused(.forked(command.location, sequence: sequence))
                }
                setAside(fact, mark, [.quarantined], origin, key, &state)
                state.setStoreRecord(
                    .fact(hash: fact.hash, fate: [.quarantined]),
                    key: .fact(key, command.epoch, sequence)
                )
                closed.lastSequence = sequence
                closed.lastHash = fact.hash
                agent.quarantineCount += 1
                fates.append([.quarantined])
            }
            previous = fact.hash
        }
        agent.version += 1
        state.setStoreRecord(.agent(agent), key: .agent(key))
        state.setStoreRecord(.closedEpoch(closed), key: .closedEpoch(key, command.epoch))
        return .facts(
            FactsReceipt(
                location: command.location,
                epoch: command.epoch,
                lastSequence: closed.lastSequence,
                lastHash: closed.lastHash,
                fates: fates
            )
        )
    }

    /// Keeps a fact as it is, with its row in the journal.
    static func setAside<State: LedgerRows>(
        _ fact: SubmittedFact,
        _ mark: FactMark,
        _ fate: FactFate,
        _ origin: CommandOrigin,
        _ key: LocationKey,
        _ state: inout State
    ) {
        if fate.contains(.quarantined) {
            let aside = QuarantinedFact(mark: mark, fact: fact, since: state.header.logTime)
            state.setStoreRecord(
                .quarantined(aside),
                key: .quarantined(key, mark.epoch, mark.sequence)
            )
        }
        append(
            kind: .setAsideFact,
            cause: .fact(
                FactTrace(
                    mark: mark,
                    hash: fact.hash,
                    claimedTime: fact.claimedTime,
                    prices: [],
                    fate: fate
                ),
                actor: origin.actor,
                outcome: .done
            ),
            movements: [],
            document: Reference(unchecked: mark.location.text),
            &state
        )
    }

    /// Books a fact that was put aside, now that it can be read, or drops it.
    static func replay<State: LedgerRows>(
        _ command: ReplayFact,
        _ origin: CommandOrigin,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        guard command.reason != nil else { return .refused(.reasonRequired) }
        let mark = command.mark
        guard let key = try state.locationKey(mark.location) else {
            return .refused(.locationNotFound(mark.location))
        }
        let place = StoreRecordKey.quarantined(key, mark.epoch, mark.sequence)
        guard case .quarantined(let aside)? = try state.storeRecord(place),
            aside.fact.hash == command.hash, var agent = try agent(key, &state)
        else { return .refused(.factNotFound(mark)) }
        state.setStoreRecord(nil, key: place)
        var fates: [FactFate] = []
        if let known = command.fact {
            var fact = aside.fact
            fact.content = .known(known)
            let fate = try settle(fact, mark, origin, &agent, key, &state, &changes)
            if fate.isConflict { agent.conflictCount += 1 }
            state.setStoreRecord(
                .fact(hash: fact.hash, fate: fate),
                key: .fact(key, mark.epoch, mark.sequence)
            )
            fates.append(fate)
        }
        agent.version += 1
        state.setStoreRecord(.agent(agent), key: .agent(key))
        return .facts(
            FactsReceipt(
                location: mark.location,
                epoch: mark.epoch,
                lastSequence: agent.lastSequence,
                lastHash: agent.lastHash,
                fates: fates
            )
        )
    }
}
