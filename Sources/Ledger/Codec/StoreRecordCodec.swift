/// The rows that are kept for store agents, and what answers say of them.
extension StoreRecord: LedgerRecord {
    private enum Tag: UInt8 {
        case agent = 1
        case closedEpoch = 2
        case allotment = 3
        case fact = 4
        case conflict = 5
        case quarantined = 6
    }

    /// Appends the row's bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.appendFormat()
        switch self {
        case .agent(let agent):
            bytes.append(Tag.agent.rawValue)
            bytes.append(agent: agent)
        case .closedEpoch(let epoch):
            bytes.append(Tag.closedEpoch.rawValue)
            bytes.append(identifier: epoch.instance)
            bytes.append(varint: epoch.lastSequence)
            bytes.append(hash: epoch.lastHash)
        case .allotment(let allotment):
            bytes.append(Tag.allotment.rawValue)
            bytes.append(allotment: allotment)
        case .fact(let hash, let fate):
            bytes.append(Tag.fact.rawValue)
            bytes.append(hash: hash)
            bytes.append(fate: fate)
        case .conflict(let conflict):
            bytes.append(Tag.conflict.rawValue)
            bytes.append(conflict: conflict)
        case .quarantined(let fact):
            bytes.append(Tag.quarantined.rawValue)
            bytes.append(mark: fact.mark)
            bytes.append(submitted: fact.fact)
            bytes.append(varint: fact.since.microseconds)
        }
    }

    /// The row that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> StoreRecord {
        var cursor = try ByteCursor(record: bytes)
        let record = try read(&cursor, bytes)
        try cursor.expectEnd(bytes)
        return record
    }

    private static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> StoreRecord {
        switch try cursor.enumeration(bytes) as Tag {
        case .agent: return .agent(try cursor.agent(bytes))
        case .closedEpoch:
            return .closedEpoch(
                ClosedEpoch(
                    instance: try cursor.identifier(bytes),
                    lastSequence: try cursor.varint(bytes),
                    lastHash: try cursor.hash(bytes)
                )
            )
        case .allotment: return .allotment(try cursor.allotment(bytes))
        case .fact: return .fact(hash: try cursor.hash(bytes), fate: try cursor.fate(bytes))
        case .conflict: return .conflict(try cursor.conflict(bytes))
        case .quarantined:
            return .quarantined(
                QuarantinedFact(
                    mark: try cursor.mark(bytes),
                    fact: try cursor.submittedFact(bytes),
                    since: try cursor.logTime(bytes)
                )
            )
        }
    }
}

extension [UInt8] {
    mutating func append(agent: StoreAgent) {
        append(identifier: agent.location)
        append(varint: UInt64(agent.epoch))
        append(identifier: agent.instance)
        append(agent.state.rawValue)
        append(settings: agent.settings)
        append(varint: agent.lastSequence)
        append(hash: agent.lastHash)
        append(varint: agent.lastSeen.microseconds)
        append(varint: agent.knownThrough.microseconds)
        append(signed: agent.allottedUnits)
        append(varint: agent.factCount)
        append(varint: agent.conflictCount)
        append(varint: agent.quarantineCount)
        append(varint: agent.version)
    }

    mutating func append(allotment: Allotment) {
        append(varint: UInt64(allotment.epoch))
        append(signed: allotment.granted)
        append(signed: allotment.used)
        append(signed: allotment.recalled)
        append(signed: allotment.frozen)
    }

    mutating func append(conflict: Conflict) {
        append(conflict.kind.rawValue)
        append(identifier: conflict.location)
        append(identifierIfAny: conflict.sku)
        append(varint: conflict.openedAt.rawValue)
        append(varint: conflict.openedTime.microseconds)
        append(markIfAny: conflict.cause)
        append(signed: conflict.quantity)
        append(count: conflict.promises.count)
        for promise in conflict.promises { append(identifier: promise) }
        append(varint: UInt64((conflict.mismatch?.rawValue ?? -1) + 1))
        append(priceIfAny: conflict.wanted)
    }

    mutating func append(receipt: FactsReceipt) {
        append(identifier: receipt.location)
        append(varint: UInt64(receipt.epoch))
        append(varint: receipt.lastSequence)
        append(hash: receipt.lastHash)
        append(count: receipt.fates.count)
        for fate in receipt.fates { append(fate: fate) }
    }

    mutating func append(allotments views: [AllotmentView]) {
        append(count: views.count)
        for view in views {
            append(identifier: view.sku)
            append(allotment: view.allotment)
        }
    }
}

extension ByteCursor {
    mutating func agent(_ bytes: RawSpan) throws(LedgerCodecError) -> StoreAgent {
        let location: LocationID = try identifier(bytes)
        let epoch: UInt32 = try narrow(bytes)
        let instance: Reference = try identifier(bytes)
        let state: StoreAgent.State = try enumeration(bytes)
        var agent = StoreAgent(
            location: location,
            epoch: epoch,
            instance: instance,
            settings: try settings(bytes),
            lastSeen: LogTime(microseconds: 0)
        )
        agent.state = state
        agent.lastSequence = try varint(bytes)
        agent.lastHash = try hash(bytes)
        agent.lastSeen = try logTime(bytes)
        agent.knownThrough = try logTime(bytes)
        agent.allottedUnits = try signed(bytes)
        agent.factCount = try varint(bytes)
        agent.conflictCount = try varint(bytes)
        agent.quarantineCount = try varint(bytes)
        agent.version = try varint(bytes)
        return agent
    }

    mutating func allotment(_ bytes: RawSpan) throws(LedgerCodecError) -> Allotment {
        var allotment = Allotment(epoch: try narrow(bytes))
        allotment.granted = try signed(bytes)
        allotment.used = try signed(bytes)
        allotment.recalled = try signed(bytes)
        allotment.frozen = try signed(bytes)
        return allotment
    }

    mutating func conflict(_ bytes: RawSpan) throws(LedgerCodecError) -> Conflict {
        var conflict = Conflict(
            kind: try enumeration(bytes),
            location: try identifier(bytes),
            sku: try identifierIfAny(bytes),
            openedAt: Position(try varint(bytes)),
            openedTime: try logTime(bytes),
            cause: try markIfAny(bytes),
            quantity: try signed(bytes)
        )
        let count = try count(ofAtLeast: 2, bytes)
        for _ in 0..<count { conflict.promises.append(try identifier(bytes)) }
        let reason = try varint(bytes)
        if reason > 0 {
            guard let raw = Int(exactly: reason - 1),
                let mismatch = Refusal.Reason(rawValue: raw)
            else { throw .outOfRange }
            conflict.mismatch = mismatch
        }
        conflict.wanted = try priceIfAny(bytes)
        return conflict
    }

    mutating func receipt(_ bytes: RawSpan) throws(LedgerCodecError) -> FactsReceipt {
        let location: LocationID = try identifier(bytes)
        let epoch: UInt32 = try narrow(bytes)
        let lastSequence = try varint(bytes)
        let lastHash = try hash(bytes)
        let count = try count(ofAtLeast: 1, bytes)
        var fates: [FactFate] = []
        fates.reserveCapacity(count)
        for _ in 0..<count { fates.append(try fate(bytes)) }
        return FactsReceipt(
            location: location,
            epoch: epoch,
            lastSequence: lastSequence,
            lastHash: lastHash,
            fates: fates
        )
    }

    mutating func allotments(_ bytes: RawSpan) throws(LedgerCodecError) -> [AllotmentView] {
        let count = try count(ofAtLeast: 7, bytes)
        var views: [AllotmentView] = []
        views.reserveCapacity(count)
        for _ in 0..<count {
            views.append(
                AllotmentView(sku: try identifier(bytes), allotment: try allotment(bytes))
            )
        }
        return views
    }
}
