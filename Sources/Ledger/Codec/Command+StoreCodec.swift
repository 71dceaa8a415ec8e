/// Commands about store agents.
extension RegisterStore {
    func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: location)
        bytes.append(identifier: instance)
        bytes.append(bool: takeover)
        bytes.append(bool: settings != nil)
        if let settings { bytes.append(settings: settings) }
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> RegisterStore {
        RegisterStore(
            location: try cursor.identifier(bytes),
            instance: try cursor.identifier(bytes),
            takeover: try cursor.bool(bytes),
            settings: try cursor.bool(bytes) ? try cursor.settings(bytes) : nil
        )
    }
}

extension SubmitFacts {
    func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: location)
        bytes.append(varint: UInt64(epoch))
        bytes.append(varint: firstSequence)
        bytes.append(hash: previousHash)
        bytes.append(count: facts.count)
        for fact in facts { bytes.append(submitted: fact) }
        bytes.append(bool: completeThrough != nil)
        if let completeThrough { bytes.append(varint: completeThrough.microseconds) }
        bytes.append(bool: isSalvage)
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> SubmitFacts {
        let location: LocationID = try cursor.identifier(bytes)
        let epoch: UInt32 = try cursor.narrow(bytes)
        let firstSequence = try cursor.varint(bytes)
        let previousHash = try cursor.hash(bytes)
        let count = try cursor.count(ofAtLeast: 36, bytes)
        var facts: [SubmittedFact] = []
        facts.reserveCapacity(min(count, LedgerLimits.factsMax))
        for _ in 0..<count { facts.append(try cursor.submittedFact(bytes)) }
        return SubmitFacts(
            location: location,
            epoch: epoch,
            firstSequence: firstSequence,
            previousHash: previousHash,
            facts: facts,
            completeThrough: try cursor.bool(bytes) ? try cursor.logTime(bytes) : nil,
            isSalvage: try cursor.bool(bytes)
        )
    }
}

extension GrantAllotment {
    func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: location)
        bytes.append(varint: UInt64(epoch))
        bytes.append(itemLines: lines)
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> GrantAllotment {
        GrantAllotment(
            location: try cursor.identifier(bytes),
            epoch: try cursor.narrow(bytes),
            lines: try cursor.itemLines(bytes)
        )
    }
}

extension RecallAllotment {
    func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: location)
        bytes.append(itemLines: lines)
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> RecallAllotment {
        RecallAllotment(
            location: try cursor.identifier(bytes),
            lines: try cursor.itemLines(bytes)
        )
    }
}

extension RevokeAllotment {
    func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: location)
        bytes.append(varint: UInt64(epoch))
        bytes.append(count: skus.count)
        for sku in skus { bytes.append(identifier: sku) }
        bytes.append(identifierIfAny: reason)
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> RevokeAllotment {
        let location: LocationID = try cursor.identifier(bytes)
        let epoch: UInt32 = try cursor.narrow(bytes)
        let count = try cursor.count(ofAtLeast: 2, bytes)
        var skus: [SKU] = []
        skus.reserveCapacity(count)
        for _ in 0..<count { skus.append(try cursor.identifier(bytes)) }
        return RevokeAllotment(
            location: location,
            epoch: epoch,
            skus: skus,
            reason: try cursor.identifierIfAny(bytes)
        )
    }
}

extension ResolveConflict {
    func write(to bytes: inout [UInt8]) {
        bytes.append(key: conflict)
        bytes.append(decision.rawValue)
        bytes.append(identifierIfAny: reason)
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> ResolveConflict {
        ResolveConflict(
            conflict: try cursor.recordKey(bytes),
            decision: try cursor.enumeration(bytes),
            reason: try cursor.identifierIfAny(bytes)
        )
    }
}

extension ReplayFact {
    func write(to bytes: inout [UInt8]) {
        bytes.append(mark: mark)
        bytes.append(hash: hash)
        bytes.append(bool: fact != nil)
        if let fact { bytes.append(fact: fact) }
        bytes.append(identifierIfAny: reason)
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> ReplayFact {
        ReplayFact(
            mark: try cursor.mark(bytes),
            hash: try cursor.hash(bytes),
            fact: try cursor.bool(bytes) ? try cursor.fact(bytes) : nil,
            reason: try cursor.identifierIfAny(bytes)
        )
    }
}

extension [UInt8] {
    mutating func append(key: StoreRecordKey) {
        append(key.kind.rawValue)
        append(varint: key.place)
        append(varint: key.sequence)
        append(varint: UInt64(key.line))
    }

    mutating func append(settings: StoreSettings) {
        append(settings.onlineShare)
        append(bool: settings.releasesHolds)
    }
}

extension ByteCursor {
    mutating func recordKey(_ bytes: RawSpan) throws(LedgerCodecError) -> StoreRecordKey {
        StoreRecordKey(
            kind: try enumeration(bytes),
            place: try varint(bytes),
            sequence: try varint(bytes),
            line: try narrow(bytes)
        )
    }

    mutating func settings(_ bytes: RawSpan) throws(LedgerCodecError) -> StoreSettings {
        StoreSettings(onlineShare: try byte(bytes), releasesHolds: try bool(bytes))
    }
}
