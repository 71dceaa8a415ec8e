package import Ledger

/// The server's half: answers in protobuf's format, straight from the ledger's values.
extension Answer {
    /// The message that a unary method answers with; not for refusals, which are statuses.
    package var messageBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(192)
        append(to: &bytes)
        return bytes
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(field: 1, number: position.rawValue)
        bytes.append(field: 2, number: logTime.microseconds)
        bytes.append(field: 3, flag: replayed)
        switch outcome {
        case .version(let version):
            // A member of a oneof is written whatever it is.
            bytes.append(FieldKey.number(4))
            bytes.append(varint: version)
        case .levels(let views):
            bytes.append(field: 5) { bytes in
                for view in views { bytes.append(field: 1, message: view.append) }
            }
        case .reservation(let reservation):
            bytes.append(field: 6, message: reservation.append)
        case .refused: preconditionFailure("a refusal has messages of its own")
        }
    }
}

extension Reservation {
    fileprivate func append(to bytes: inout [UInt8]) {
        bytes.append(field: 1, identifier: id)
        bytes.append(field: 2, message: owner.append)
        bytes.append(field: 3, number: UInt64(state.rawValue))
        for line in lines { bytes.append(field: 4, message: line.append) }
        bytes.append(field: 5, number: expireTime.microseconds)
        bytes.append(field: 6, number: maxExpireTime.microseconds)
        if let order = orderReference { bytes.append(field: 7, identifier: order) }
        bytes.append(field: 8, number: version)
    }
}

extension ReservationLine {
    fileprivate func append(to bytes: inout [UInt8]) {
        bytes.append(field: 1, identifier: sku)
        bytes.append(field: 2, identifier: location)
        bytes.append(field: 3, number: requested)
        bytes.append(field: 4, number: fulfilled)
        bytes.append(field: 5, number: released)
    }
}

extension LevelView {
    fileprivate func append(to bytes: inout [UInt8]) {
        bytes.append(field: 1, identifier: sku)
        bytes.append(field: 2, identifier: location)
        bytes.append(field: 3, number: level.onHand)
        bytes.append(field: 4, number: level.reserved)
        bytes.append(field: 5, number: level.allotted)
        bytes.append(field: 6, number: level.unavailable)
        bytes.append(field: 7, number: level.incoming)
        bytes.append(field: 8, number: level.safetyStock)
        bytes.append(field: 9, number: level.backorderLimit)
        bytes.append(field: 10, number: level.version)
        bytes.append(field: 11, number: level.available)
        bytes.append(field: 12, number: level.availableOnline)
    }
}
