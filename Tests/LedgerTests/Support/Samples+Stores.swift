import Ledger
import TestSupport

/// Random values about store agents.
extension Samples {
    mutating func storeCommand() -> Command {
        switch Int.random(in: 0..<7, using: &random) {
        case 0:
            .registerStore(
                RegisterStore(
                    location: identifier(),
                    instance: identifier(),
                    takeover: random.once(in: 2),
                    settings: maybe { $0.settings() }
                )
            )
        case 1: .submitFacts(submission())
        case 2:
            .grantAllotment(
                GrantAllotment(location: identifier(), epoch: epoch(), lines: many { $0.wanted() })
            )
        case 3:
            .recallAllotment(
                RecallAllotment(location: identifier(), lines: many { $0.wanted() })
            )
        case 4:
            .revokeAllotment(
                RevokeAllotment(
                    location: identifier(),
                    epoch: epoch(),
                    skus: many { $0.identifier() },
                    reason: maybe { $0.identifier() }
                )
            )
        case 5:
            .resolveConflict(
                ResolveConflict(
                    conflict: recordKey(),
                    decision: random.pick([.apply, .dismiss]),
                    reason: maybe { $0.identifier() }
                )
            )
        default:
            .replayFact(
                ReplayFact(
                    mark: mark(),
                    hash: hash(),
                    fact: maybe { $0.fact() },
                    reason: maybe { $0.identifier() }
                )
            )
        }
    }

    private mutating func submission() -> SubmitFacts {
        SubmitFacts(
            location: identifier(),
            epoch: epoch(),
            firstSequence: number(),
            previousHash: hash(),
            facts: many { $0.submitted() },
            completeThrough: maybe { $0.time() },
            isSalvage: random.once(in: 2)
        )
    }

    mutating func submitted() -> SubmittedFact {
        let unread = UnreadFact(
            kind: epoch(),
            version: epoch(),
            payload: many { UInt8.random(in: 0...255, using: &$0.random) }
        )
        return SubmittedFact(
            hash: hash(),
            claimedTime: time(),
            content: random.once(in: 3) ? .unknown(unread) : .known(fact())
        )
    }

    mutating func fact() -> Fact {
        var command = command(inBatch: true)
        while !command.isPhysical { command = self.command(inBatch: true) }
        if random.once(in: 5) {
            command = .returnAllotment(ReturnAllotment(lines: many { $0.line() }))
        }
        return Fact(
            command: command,
            rightsEpoch: epoch(),
            rights: many { $0.quantity() },
            prices: many { Money(amount: $0.quantity(), currency: $0.text()) }
        )
    }

    private mutating func wanted() -> ItemLine {
        ItemLine(sku: identifier(), quantity: quantity())
    }

    mutating func settings() -> StoreSettings {
        StoreSettings(
            onlineShare: UInt8.random(in: 0...255, using: &random),
            releasesHolds: random.once(in: 2)
        )
    }

    mutating func epoch() -> UInt32 { UInt32(truncatingIfNeeded: number()) }

    mutating func hash() -> FactHash {
        FactHash(words: (random.next(), random.next(), random.next(), random.next()))
    }

    mutating func mark() -> FactMark {
        FactMark(location: identifier(), epoch: epoch(), sequence: number())
    }

    mutating func fate() -> FactFate {
        FactFate(rawValue: UInt16.random(in: 0...FactFate.all.rawValue, using: &random))
    }

    mutating func trace() -> FactTrace {
        FactTrace(
            mark: mark(),
            hash: hash(),
            claimedTime: time(),
            prices: many { Money(amount: $0.quantity(), currency: $0.text()) },
            fate: fate()
        )
    }

    mutating func recordKey() -> StoreRecordKey {
        StoreRecordKey(
            kind: random.pick(StoreRecordKey.Kind.allCases),
            place: number(),
            sequence: number(),
            line: UInt16.random(in: 0 ... .max, using: &random)
        )
    }

    mutating func agent() -> StoreAgent {
        var agent = StoreAgent(
            location: identifier(),
            epoch: epoch(),
            instance: identifier(),
            settings: settings(),
            lastSeen: time()
        )
        agent.state = random.pick([.active, .frozen])
        agent.lastSequence = number()
        agent.lastHash = hash()
        agent.knownThrough = time()
        agent.allottedUnits = quantity()
        agent.factCount = number()
        agent.conflictCount = number()
        agent.quarantineCount = number()
        agent.version = number()
        return agent
    }

    mutating func allotment() -> Allotment {
        var allotment = Allotment(epoch: epoch())
        allotment.granted = quantity()
        allotment.used = quantity()
        allotment.recalled = quantity()
        allotment.frozen = quantity()
        return allotment
    }

    private mutating func conflict() -> Conflict {
        var conflict = Conflict(
            kind: random.pick(Conflict.Kind.allCases),
            location: identifier(),
            sku: maybe { $0.identifier() },
            openedAt: Position(number()),
            openedTime: time(),
            cause: maybe { $0.mark() },
            quantity: quantity()
        )
        conflict.promises = many { $0.identifier() }
        conflict.mismatch = maybe { $0.random.pick(Refusal.Reason.allCases) }
        conflict.wanted = maybe { Money(amount: $0.quantity(), currency: $0.text()) }
        return conflict
    }

    mutating func storeRecord() -> StoreRecord {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .agent(agent())
        case 1:
            .closedEpoch(
                ClosedEpoch(instance: identifier(), lastSequence: number(), lastHash: hash())
            )
        case 2: .allotment(allotment())
        case 3: .fact(hash: hash(), fate: fate())
        case 4: .conflict(conflict())
        default:
            .quarantined(QuarantinedFact(mark: mark(), fact: submitted(), since: time()))
        }
    }

    mutating func storeRefusal() -> Refusal {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: .storeNotRegistered(identifier())
        case 1: .storeTaken(identifier(), instance: identifier(), epoch: epoch())
        case 2: .storeFrozen(identifier())
        case 3: .epochFenced(identifier(), current: epoch())
        case 4: .sequenceGap(identifier(), expected: number())
        case 5: .forked(identifier(), sequence: number())
        case 6: .staleEpoch(identifier(), current: epoch())
        case 7: .conflictNotFound(recordKey())
        case 8: .conflictStands(recordKey())
        default: .factNotFound(mark())
        }
    }

    mutating func storeOutcome() -> Outcome {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .store(agent())
        case 1:
            .facts(
                FactsReceipt(
                    location: identifier(),
                    epoch: epoch(),
                    lastSequence: number(),
                    lastHash: hash(),
                    fates: many { $0.fate() }
                )
            )
        case 2:
            .allotments(
                epoch: epoch(),
                many { AllotmentView(sku: $0.identifier(), allotment: $0.allotment()) }
            )
        default: .done
        }
    }
}
