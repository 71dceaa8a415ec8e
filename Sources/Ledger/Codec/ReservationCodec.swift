/// Set in a reservation's state when units came back: then every line tells how many.
private let returnsFlag: UInt8 = 0x80

/// Reservations; their times are written as distances, which are shorter than dates.
extension [UInt8] {
    mutating func append(reservation: Reservation, at time: LogTime) {
        let hasReturns = reservation.lines.contains { $0.returned != 0 }
        // Only what is used is captured: the closures would copy the whole reservation.
        append(addingCapacity: FieldBytes.reservationHead) {
            [
                id = reservation.id, owner = reservation.owner,
                state = reservation.state.rawValue | (hasReturns ? returnsFlag : 0),
                count = reservation.lines.count
            ] in
            $0.append(identifier: id)
            $0.append(owner: owner)
            $0.append(state)
            $0.append(count: count)
        }
        for line in reservation.lines {
            append(addingCapacity: FieldBytes.reservationLine) {
                $0.append(identifier: line.sku)
                $0.append(identifier: line.location)
                $0.append(signed: line.requested)
                $0.append(signed: line.fulfilled)
                $0.append(signed: line.released)
                if hasReturns { $0.append(signed: line.returned) }
            }
        }
        append(addingCapacity: FieldBytes.reservationTail) {
            [
                expireTime = reservation.expireTime, latest = reservation.maxExpireTime,
                order = reservation.orderReference, version = reservation.version
            ] in
            $0.append(distanceFrom: time, to: expireTime)
            $0.append(distanceFrom: expireTime, to: latest)
            $0.append(identifierIfAny: order)
            $0.append(varint: version)
        }
    }

    mutating func append(distanceFrom start: LogTime, to end: LogTime) {
        append(addingCapacity: FieldBytes.varint) { $0.append(distanceFrom: start, to: end) }
    }
}

extension OutputSpan<UInt8> {
    /// The distance of two times, modulo 2⁶⁴, so that it is exact for all of them.
    mutating func append(distanceFrom start: LogTime, to end: LogTime) {
        append(signed: Int64(bitPattern: end.microseconds &- start.microseconds))
    }
}

extension FieldBytes {
    fileprivate static let reservationHead = identifier + owner + 1 + varint
    fileprivate static let reservationLine = 2 * identifier + 4 * varint
    fileprivate static let reservationTail = 2 * varint + identifier + varint
}

extension ByteCursor {
    mutating func reservation(
        _ bytes: RawSpan,
        at time: LogTime
    ) throws(LedgerCodecError) -> Reservation {
        let id: ReservationID = try identifier(bytes)
        let owner = try owner(bytes)
        let flaggedState = try byte(bytes)
        guard let state = Reservation.State(rawValue: flaggedState & ~returnsFlag) else {
            throw .unknownKind(flaggedState)
        }
        let hasReturns = flaggedState & returnsFlag != 0
        let lines = try reservationLines(bytes, hasReturns: hasReturns)
        guard !hasReturns || lines.contains(where: { $0.returned != 0 }) else {
            throw .notCanonical
        }
        let expireTime = try self.time(bytes, after: time)
        return Reservation(
            id: id,
            owner: owner,
            state: state,
            lines: lines,
            expireTime: expireTime,
            maxExpireTime: try self.time(bytes, after: expireTime),
            orderReference: try identifierIfAny(bytes),
            version: try varint(bytes)
        )
    }

    mutating func time(
        _ bytes: RawSpan,
        after start: LogTime
    ) throws(LedgerCodecError) -> LogTime {
        let distance = UInt64(bitPattern: try signed(bytes))
        return LogTime(microseconds: start.microseconds &+ distance)
    }

    private mutating func reservationLines(
        _ bytes: RawSpan,
        hasReturns: Bool
    ) throws(LedgerCodecError) -> [ReservationLine] {
        let count = try count(ofAtLeast: 7, bytes)
        var lines: [ReservationLine] = []
        lines.reserveCapacity(count)
        for _ in 0..<count {
            var line = ReservationLine(
                sku: try identifier(bytes),
                location: try identifier(bytes),
                requested: try signed(bytes)
            )
            line.fulfilled = try signed(bytes)
            line.released = try signed(bytes)
            if hasReturns { line.returned = try signed(bytes) }
            // Invariant: requested = open + fulfilled + released, each ≥ 0; returned ≤ fulfilled.
            guard (0...LedgerLimits.bucketMax).contains(line.requested),
                (0...line.requested).contains(line.fulfilled),
                (0...line.requested - line.fulfilled).contains(line.released),
                (0...line.fulfilled).contains(line.returned)
            else { throw .outOfRange }
            lines.append(line)
        }
        return lines
    }
}
