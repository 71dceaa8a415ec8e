/// The bytes of a journal row:
///
/// ```
/// format, kind, sequence, position, log time (8 bytes),
/// movements, reason?, document?,
/// request:  id, digest (8 bytes), actor, outcome      expiry:  the reservation
/// ```
/// The kind tells which cause it is. A one-line reservation with UUIDs takes some 140 bytes.
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
        case .expiry(let reservation):
            precondition(kind == .expire, "an expiry is journaled as one")
            bytes.append(reservation: reservation, at: logTime)
        }
    }

    private func appendHead(to bytes: inout [UInt8]) {
        // Only what is used is captured: the closure would copy the whole row.
        bytes.append(addingCapacity: FieldBytes.rowHead) {
            [kind, sequence, position, logTime, count = movements.count] in
            $0.appendFormat()
            $0.append(kind.rawValue)
            $0.append(varint: sequence)
            $0.append(varint: position.rawValue)
            $0.append(fixed64: logTime.microseconds)
            $0.append(count: count)
        }
    }

    /// The row that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> JournalRow {
        var cursor = try ByteCursor(record: bytes)
        let kind: Kind = try cursor.enumeration(bytes)
        let sequence = try cursor.varint(bytes)
        let position = Position(try cursor.varint(bytes))
        let time = LogTime(microseconds: try cursor.fixed64(bytes))
        let movements = try cursor.movements(bytes)
        let reason: Reference? = try cursor.identifierIfAny(bytes)
        let document: Reference? = try cursor.identifierIfAny(bytes)
        let cause: Cause
        if kind == .expire {
            cause = .expiry(try cursor.reservation(bytes, at: time))
        } else {
            cause = .request(
                try cursor.identifier(bytes),
                digest: try cursor.fixed64(bytes),
                actor: try cursor.identifier(bytes),
                outcome: try cursor.outcome(
                    bytes,
                    in: OutcomeContext(time: time, movements: movements)
                )
            )
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
            document: document
        )
    }
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
}
