package import Ledger

/// From what a node answers about stores to the ledger's values; nil where it makes no sense here.
extension StoreSettings {
    /// A share beyond what is possible is told by the ledger.
    package init(_ proto: ProtoStoreSettings) {
        self.init(
            onlineShare: UInt8(clamping: proto.onlineShare),
            releasesHolds: proto.releasesHolds
        )
    }
}

extension StoreAgent {
    package init?(_ proto: ProtoStoreAgent) {
        guard let location = LocationID(proto.locationID),
            let instance = Reference(proto.instance),
            let state = State(number: proto.state.rawValue),
            let hash = FactHash(bytes: proto.lastHash)
        else { return nil }
        self.init(
            location: location,
            epoch: proto.epoch,
            instance: instance,
            settings: StoreSettings(proto.settings),
            lastSeen: LogTime(microseconds: proto.lastSeenUs)
        )
        self.state = state
        lastSequence = proto.lastSequence
        lastHash = hash
        knownThrough = LogTime(microseconds: proto.knownThroughUs)
        allottedUnits = proto.allottedUnits
        factCount = proto.factCount
        conflictCount = proto.conflictCount
        quarantineCount = proto.quarantineCount
        version = proto.version
    }
}

extension FactMark {
    package init?(_ proto: ProtoFactMark) {
        guard let location = LocationID(proto.locationID) else { return nil }
        self.init(location: location, epoch: proto.epoch, sequence: proto.sequence)
    }
}

extension FactFate {
    /// Notes of a newer node are passed over.
    package init(_ proto: ProtoFactFate) {
        self = []
        for (note, fate) in ProtoFactFate.allNotes where proto.notes.contains(note) {
            insert(fate)
        }
    }
}

extension FactsReceipt {
    package init?(_ proto: ProtoFactsReceipt) {
        guard let location = LocationID(proto.locationID),
            let hash = FactHash(bytes: proto.lastHash)
        else { return nil }
        self.init(
            location: location,
            epoch: proto.epoch,
            lastSequence: proto.lastSequence,
            lastHash: hash,
            fates: proto.fates.map { FactFate($0) }
        )
    }
}

extension AllotmentView {
    package init?(_ proto: ProtoAllotment) {
        guard let sku = SKU(proto.sku) else { return nil }
        var allotment = Allotment(epoch: proto.epoch)
        allotment.granted = proto.granted
        allotment.used = proto.used
        allotment.recalled = proto.recalled
        allotment.frozen = proto.frozen
        self.init(sku: sku, allotment: allotment)
    }
}

extension FactTrace {
    package init?(_ proto: ProtoFactTrace) {
        guard let mark = FactMark(proto.mark), let hash = FactHash(bytes: proto.hash) else {
            return nil
        }
        self.init(
            mark: mark,
            hash: hash,
            claimedTime: LogTime(microseconds: proto.claimedTimeUs),
            prices: proto.prices.map { Money(amount: $0.amount, currency: $0.currency) },
            fate: FactFate(proto.fate)
        )
    }
}

extension Conflict {
    package init?(_ proto: ProtoConflict) {
        guard let kind = Kind(number: proto.kind.rawValue),
            let location = LocationID(proto.locationID)
        else { return nil }
        let sku = SKU(proto.sku)
        let cause = proto.hasCause ? FactMark(proto.cause) : nil
        let promises = proto.promises.compactMap { ReservationID($0) }
        guard sku != nil || proto.sku.isEmpty, cause != nil || !proto.hasCause,
            promises.count == proto.promises.count
        else { return nil }
        self.init(
            kind: kind,
            location: location,
            sku: sku,
            openedAt: Position(proto.openedPosition),
            openedTime: LogTime(microseconds: proto.openedTimeUs),
            cause: cause,
            quantity: proto.quantity
        )
        self.promises = promises
        mismatch = Refusal.Reason(word: proto.mismatch)
        wanted =
            proto.hasWanted
            ? Money(amount: proto.wanted.amount, currency: proto.wanted.currency) : nil
    }
}

extension QuarantinedFact {
    package init?(_ proto: ProtoQuarantinedFact) {
        guard let mark = FactMark(proto.mark), let hash = FactHash(bytes: proto.hash) else {
            return nil
        }
        // Where it is listed it is for people to see: as it was written.
        let unread = UnreadFact(
            kind: proto.kind,
            version: proto.version,
            payload: [UInt8](proto.payload)
        )
        self.init(
            mark: mark,
            fact: SubmittedFact(
                hash: hash,
                claimedTime: LogTime(microseconds: proto.claimedTimeUs),
                content: .unknown(unread)
            ),
            since: LogTime(microseconds: proto.sinceUs)
        )
    }
}
