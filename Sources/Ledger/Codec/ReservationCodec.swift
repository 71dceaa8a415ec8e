/// Reservations; their times are written as distances, which are shorter than dates.
extension [UInt8] {
    mutating func append(reservation: Reservation, at time: LogTime) {
        append(identifier: reservation.id)
        append(owner: reservation.owner)
        append(reservation.state.rawValue)
        append(count: reservation.lines.count)
        for line in reservation.lines {
            append(identifier: line.sku)
            append(identifier: line.location)
            append(signed: line.requested)
            append(signed: line.fulfilled)
            append(signed: line.released)
        }
        append(distanceFrom: time, to: reservation.expireTime)
        append(distanceFrom: reservation.expireTime, to: reservation.maxExpireTime)
        append(identifierIfAny: reservation.orderReference)
        append(varint: reservation.version)
    }

    /// The distance of two times, modulo 2⁶⁴, so that it is exact for all of them.
    mutating func append(distanceFrom start: LogTime, to end: LogTime) {
        append(signed: Int64(bitPattern: end.microseconds &- start.microseconds))
    }
}

extension ByteCursor {
    mutating func reservation(
        _ bytes: RawSpan,
        at time: LogTime
    ) throws(LedgerCodecError) -> Reservation {
        let id: ReservationID = try identifier(bytes)
        let owner = try owner(bytes)
        let state: Reservation.State = try enumeration(bytes)
        let lines = try reservationLines(bytes)
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
        _ bytes: RawSpan
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
            // Invariant: requested = open + fulfilled + released, each ≥ 0.
            guard (0...LedgerLimits.bucketMax).contains(line.requested),
                (0...line.requested).contains(line.fulfilled),
                (0...line.requested - line.fulfilled).contains(line.released)
            else { throw .outOfRange }
            lines.append(line)
        }
        return lines
    }
}
