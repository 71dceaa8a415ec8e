import Ledger

/// Refusals about agents of stores, their facts and their conflicts.
extension Problem {
    /// - Precondition: the refusal is about a store.
    init(store refusal: Refusal) {
        switch refusal {
        case .storeNotRegistered(let id):
            self.init(.notFound, .storeNotRegistered, "no agent is registered at \(id)", at: id)
        case .storeTaken(let id, let instance, let epoch):
            self.init(
                .failedPrecondition,
                .storeTaken,
                "agent \(instance) holds \(id); an operator can let another one take over",
                at: id
            )
            metadata[MetadataName.instance] = instance.text
            metadata[MetadataName.epoch] = String(epoch)
        case .storeFrozen(let id):
            self.init(
                .failedPrecondition,
                .storeFrozen,
                "store \(id) is frozen, since its facts forked; it takes an operator",
                at: id
            )
        case .epochFenced(let id, let current):
            self.init(
                .failedPrecondition,
                .epochFenced,
                "store \(id) is in epoch \(current); register again",
                at: id
            )
            metadata[MetadataName.currentEpoch] = String(current)
        case .sequenceGap(let id, let expected):
            self.init(
                .outOfRange,
                .sequenceGap,
                "fact \(expected) of \(id) is expected first",
                at: id
            )
            metadata[MetadataName.expectedSequence] = String(expected)
        case .forked(let id, let sequence):
            self.init(
                .failedPrecondition,
                .forked,
                "fact \(sequence) of \(id) is of another chain than the one that was taken in",
                at: id
            )
            metadata[MetadataName.sequence] = String(sequence)
        case .staleEpoch(let id, let current):
            self.init(
                .failedPrecondition,
                .staleEpoch,
                "store \(id) is in epoch \(current)",
                at: id
            )
            metadata[MetadataName.currentEpoch] = String(current)
        case .conflictNotFound, .conflictStands, .factNotFound:
            self.init(leftBehind: refusal)
        default: preconditionFailure("\(refusal) is not about a store")
        }
    }

    private init(leftBehind refusal: Refusal) {
        switch refusal {
        case .conflictNotFound(let key):
            self.init(
                code: .notFound,
                reason: .conflictNotFound,
                message: "no conflict \(key) is open"
            )
            metadata[MetadataName.conflict] = key.description
        case .conflictStands(let key):
            self.init(
                code: .failedPrecondition,
                reason: .conflictStands,
                message: "conflict \(key) ends when what is wrong is put right"
            )
            metadata[MetadataName.conflict] = key.description
        case .factNotFound(let mark):
            self.init(
                .notFound,
                .factNotFound,
                "fact \(mark.sequence) of epoch \(mark.epoch) of \(mark.location) isn't put aside",
                at: mark.location
            )
            metadata[MetadataName.epoch] = String(mark.epoch)
            metadata[MetadataName.sequence] = String(mark.sequence)
        default: preconditionFailure("\(refusal) is about nothing that was left behind")
        }
    }

    private init(
        _ code: StatusCode,
        _ reason: Reason,
        _ message: String,
        at location: LocationID
    ) {
        self.init(code: code, reason: reason, message: message)
        metadata[MetadataName.location] = location.text
    }
}

extension Refusal {
    /// Nil when a fact is missing, or for another reason.
    static func aboutStore(_ problem: Problem, _ facts: Facts) -> Refusal? {
        switch problem.reason {
        case .storeNotRegistered: return facts.location.map(Self.storeNotRegistered)
        case .storeFrozen: return facts.location.map(Self.storeFrozen)
        case .storeTaken:
            guard let id = facts.location, let instance = facts.instance, let epoch = facts.epoch
            else { return nil }
            return .storeTaken(id, instance: instance, epoch: epoch)
        case .epochFenced:
            return facts.both(facts.location, facts.currentEpoch)
                .map { .epochFenced($0, current: $1) }
        case .staleEpoch:
            return facts.both(facts.location, facts.currentEpoch)
                .map { .staleEpoch($0, current: $1) }
        case .sequenceGap:
            return facts.both(facts.location, facts.expectedSequence)
                .map { .sequenceGap($0, expected: $1) }
        case .forked:
            return facts.both(facts.location, facts.sequence).map { .forked($0, sequence: $1) }
        case .conflictNotFound: return facts.conflict.map(Self.conflictNotFound)
        case .conflictStands: return facts.conflict.map(Self.conflictStands)
        case .factNotFound: return facts.mark.map(Self.factNotFound)
        default: return nil
        }
    }
}
