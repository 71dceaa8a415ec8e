/// The bytes of a journal row:
///
/// ```
/// format, kind, sequence, position, log time (8 bytes),
/// movements, reason?, document?,
/// request:  id, digest (8 bytes), actor, outcome      expiry:  the reservation
/// part of a batch:  id, index, actor, outcome
/// fact:  its trace, actor, outcome                    cure:  the reservation, the fact
/// then, if the sale has a name of its own:  that
/// ```
/// The kind tells which cause it is, with a flag for a part of a batch, one for a fact or a cure, and
/// one for the name of a sale. A one-line reservation with UUIDs takes some 140 bytes.
extension JournalRow: LedgerRecord {
    /// Appends the row's bytes.
    public func encode(into bytes: inout [UInt8]) {
        appendHead(to: &bytes)
        for movement in movements { bytes.append(movement: movement) }
        bytes.append(identifierIfAny: reason)
        bytes.append(identifierIfAny: document)
        switch cause {
        case .request(let id, let digest, let actor, let outcome):
            precondition(kind != .expire, "no request expires a hold")
            bytes.append(addingCapacity: 2 * FieldBytes.identifier + FieldBytes.fixed64) {
                [id, digest, actor] in
                $0.append(identifier: id)
                $0.append(fixed64: digest)
                $0.append(identifier: actor)
            }
            bytes.append(
                outcome: outcome,
                in: OutcomeContext(time: logTime, movements: movements)
            )
        case .part(of: let id, let index, let actor, let outcome):
            precondition(kind != .expire && kind != .batch, "only commands are parts of a batch")
            bytes.append(identifier: id)
            bytes.append(count: index)
            bytes.append(identifier: actor)
            bytes.append(
                outcome: outcome,
                in: OutcomeContext(time: logTime, movements: movements)
            )
        case .expiry(let reservation):
            precondition(kind == .expire, "an expiry is journaled as one")
            bytes.append(reservation: reservation, at: logTime)
        case .fact(let trace, let actor, let outcome):
            bytes.append(trace: trace)
            bytes.append(identifier: actor)
            bytes.append(
                outcome: outcome,
                in: OutcomeContext(time: logTime, movements: movements)
            )
        case .cure(let reservation, let mark):
            precondition(kind == .release, "a cure is journaled as a release")
            bytes.append(reservation: reservation, at: logTime)
            bytes.append(mark: mark)
        }
        if let sale { bytes.append(identifier: sale) }
    }

    /// The kind, and what else the row has.
    private var flaggedKind: UInt8 {
        var flagged = kind.rawValue
        switch cause {
        case .part: flagged |= RowFlag.part
        case .fact, .cure: flagged |= RowFlag.fact
        case .request, .expiry: break
        }
        if sale != nil { flagged |= RowFlag.sale }
        return flagged
    }

    private func appendHead(to bytes: inout [UInt8]) {
        // Only what is used is captured: the closure would copy the whole row.
        bytes.append(addingCapacity: FieldBytes.rowHead) {
            [kind = flaggedKind, sequence, position, logTime, count = movements.count] in
            $0.appendFormat()
            $0.append(kind)
            $0.append(varint: sequence)
            $0.append(varint: position.rawValue)
            $0.append(fixed64: logTime.microseconds)
            $0.append(count: count)
        }
    }

    /// The row that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> JournalRow {
        var cursor = try ByteCursor(record: bytes)
        let flags = try cursor.byte(bytes)
        guard let kind = Kind(rawValue: flags & ~RowFlag.all) else { throw .unknownKind(flags) }
        let sequence = try cursor.varint(bytes)
        let position = Position(try cursor.varint(bytes))
        let time = LogTime(microseconds: try cursor.fixed64(bytes))
        let movements = try cursor.movements(bytes)
        let reason: Reference? = try cursor.identifierIfAny(bytes)
        let document: Reference? = try cursor.identifierIfAny(bytes)
        let cause = try cursor.cause(
            bytes,
            of: kind,
            flags: flags,
            in: OutcomeContext(time: time, movements: movements)
        )
        var sale: SaleID?
        if flags & RowFlag.sale != 0 {
            guard kind == .sell else { throw .unknownKind(flags) }
            sale = try cursor.identifier(bytes)
        }
        try cursor.expectEnd(bytes)
        return JournalRow(
            sequence: sequence,
            position: position,
            logTime: time,
            kind: kind,
            cause: cause,
            movements: movements,
            reason: reason,
            document: document,
            sale: sale
        )
    }
}

private enum RowFlag {
    static let part: UInt8 = 0x80
    static let sale: UInt8 = 0x40
    static let fact: UInt8 = 0x20
    static let all = part | sale | fact
}

extension FieldBytes {
    fileprivate static let rowHead = 2 + 2 * varint + fixed64 + varint
}

extension ByteCursor {
    fileprivate mutating func movements(
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> [Movement] {
        let count = try count(ofAtLeast: 3, bytes)
        var movements: [Movement] = []
        movements.reserveCapacity(count)
        for _ in 0..<count { movements.append(try movement(bytes)) }
        return movements
    }

    fileprivate mutating func cause(
        _ bytes: RawSpan,
        of kind: JournalRow.Kind,
        flags: UInt8,
        in context: OutcomeContext
    ) throws(LedgerCodecError) -> JournalRow.Cause {
        let isPart = flags & RowFlag.part != 0
        if flags & RowFlag.fact != 0 {
            guard !isPart else { throw .unknownKind(flags) }
            return try factCause(bytes, of: kind, in: context)
        }
        switch (kind, isPart) {
        case (.expire, true), (.batch, true), (.setAsideFact, _), (.returnAllotment, _):
            throw .unknownKind(kind.rawValue | RowFlag.part)
        case (.expire, false): return .expiry(try reservation(bytes, at: context.time))
        case (_, true):
            let id: RequestID = try identifier(bytes)
            guard let index = Int(exactly: try varint(bytes)) else { throw .outOfRange }
            return .part(
                of: id,
                index: index,
                actor: try identifier(bytes),
                outcome: try outcome(bytes, in: context)
            )
        case (_, false):
            return .request(
                try identifier(bytes),
                digest: try fixed64(bytes),
                actor: try identifier(bytes),
                outcome: try outcome(bytes, in: context)
            )
        }
    }

    private mutating func factCause(
        _ bytes: RawSpan,
        of kind: JournalRow.Kind,
        in context: OutcomeContext
    ) throws(LedgerCodecError) -> JournalRow.Cause {
        if kind == .release {
            return .cure(try reservation(bytes, at: context.time), try mark(bytes))
        }
        return .fact(
            try trace(bytes),
            actor: try identifier(bytes),
            outcome: try outcome(bytes, in: context)
        )
    }
}
