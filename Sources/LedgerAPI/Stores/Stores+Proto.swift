import Foundation
package import Ledger

/// What the ledger knows of stores, as messages that show it.
extension ProtoStoreSettings {
    package init(_ settings: StoreSettings) {
        self.init()
        onlineShare = UInt32(settings.onlineShare)
        releasesHolds = settings.releasesHolds
    }
}

extension ProtoStoreAgent {
    package init(_ agent: StoreAgent) {
        self.init()
        locationID = agent.location.text
        epoch = agent.epoch
        instance = agent.instance.text
        state =
            switch agent.state {
            case .active: .active
            case .frozen: .frozen
            }
        settings = ProtoStoreSettings(agent.settings)
        lastSequence = agent.lastSequence
        lastHash = Data(agent.lastHash.bytes)
        lastSeenUs = agent.lastSeen.microseconds
        knownThroughUs = agent.knownThrough.microseconds
        allottedUnits = agent.allottedUnits
        factCount = agent.factCount
        conflictCount = agent.conflictCount
        quarantineCount = agent.quarantineCount
        version = agent.version
    }
}

extension ProtoFactMark {
    package init(_ mark: FactMark) {
        self.init()
        locationID = mark.location.text
        epoch = mark.epoch
        sequence = mark.sequence
    }
}

extension ProtoFactFate {
    package init(_ fate: FactFate) {
        self.init()
        notes = Self.allNotes.filter { fate.contains($0.fate) }.map(\.note)
    }

    static let allNotes: [(note: Note, fate: FactFate)] = [
        (.quarantined, .quarantined), (.unknownItem, .unknownItem), (.unmatched, .unmatched),
        (.overdrawn, .overdrawn), (.closedPlace, .closedPlace), (.oversold, .oversold),
        (.negativeOnHand, .negativeOnHand), (.curedHolds, .curedHolds),
    ]
}

extension ProtoFactsReceipt {
    package init(_ receipt: FactsReceipt) {
        self.init()
        locationID = receipt.location.text
        epoch = receipt.epoch
        lastSequence = receipt.lastSequence
        lastHash = Data(receipt.lastHash.bytes)
        fates = receipt.fates.map(ProtoFactFate.init)
    }
}

extension ProtoAllotment {
    package init(_ view: AllotmentView) {
        self.init()
        sku = view.sku.text
        epoch = view.allotment.epoch
        granted = view.allotment.granted
        used = view.allotment.used
        recalled = view.allotment.recalled
        frozen = view.allotment.frozen
        open = view.allotment.open
    }
}

extension ProtoConflict {
    package init(_ key: StoreRecordKey, _ conflict: Conflict) {
        self.init()
        conflictID = key.description
        kind = Kind(rawValue: Int(conflict.kind.rawValue)) ?? .unspecified
        locationID = conflict.location.text
        sku = conflict.sku?.text ?? ""
        openedPosition = conflict.openedAt.rawValue
        openedTimeUs = conflict.openedTime.microseconds
        if let cause = conflict.cause { self.cause = ProtoFactMark(cause) }
        quantity = conflict.quantity
        promises = conflict.promises.map(\.text)
        mismatch = conflict.mismatch?.word ?? ""
        if let wanted = conflict.wanted { self.wanted = ProtoMoney(wanted) }
    }
}

extension ProtoQuarantinedFact {
    package init(_ aside: QuarantinedFact) {
        self.init()
        mark = ProtoFactMark(aside.mark)
        hash = Data(aside.fact.hash.bytes)
        claimedTimeUs = aside.fact.claimedTime.microseconds
        let content = aside.fact.content.written
        kind = content.kind
        version = content.version
        payload = Data(content.bytes)
        sinceUs = aside.since.microseconds
    }
}

extension ProtoFactTrace {
    package init(_ trace: FactTrace) {
        self.init()
        mark = ProtoFactMark(trace.mark)
        hash = Data(trace.hash.bytes)
        claimedTimeUs = trace.claimedTime.microseconds
        prices = trace.prices.map(ProtoMoney.init)
        fate = ProtoFactFate(trace.fate)
    }
}
