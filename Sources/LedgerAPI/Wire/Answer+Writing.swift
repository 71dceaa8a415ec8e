package import Ledger

/// The server's half: answers in protobuf's format, straight from the ledger's values.
extension Answer {
    /// The message that a unary method answers with; not for refusals, which are statuses.
    package var messageBytes: [UInt8] {
        isPlain ? [UInt8](capacity: bytesMax) { write(to: &$0) } : ProtoAnswer(self).wireBytes
    }

    /// The same with how many facts the store may have under way.
    package func messageBytes(credit: Int) -> [UInt8] {
        var message = ProtoAnswer(self)
        message.credit = UInt32(clamping: credit)
        return message.wireBytes
    }

    /// It is one of those that are written here: the answers to what happens all day.
    var isPlain: Bool {
        switch outcome {
        case .version, .levels, .reservation: !validated
        case .counted, .sale, .transfer, .offer, .store, .facts, .allotments, .done, .batch,
            .refused:
            false
        }
    }

    func write(to bytes: inout OutputSpan<UInt8>) {
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
                for view in views { bytes.append(field: 1) { view.write(to: &$0) } }
            }
        case .reservation(let reservation):
            bytes.append(field: 6) { reservation.write(to: &$0) }
        case .counted, .sale, .transfer, .offer, .store, .facts, .allotments, .done, .batch,
            .refused:
            preconditionFailure("the generated messages write what isn't plain")
        }
    }

    /// No message is longer.
    var bytesMax: Int {
        let outcomeMax =
            switch outcome {
            case .version: FieldBytes.number
            case .levels(let views): FieldBytes.message + views.count * LevelView.bytesMax
            case .reservation(let reservation): FieldBytes.message + reservation.bytesMax
            case .counted, .sale, .transfer, .offer, .store, .facts, .allotments, .done, .batch,
                .refused:
                0
            }
        return 3 * FieldBytes.number + outcomeMax
    }
}

extension Reservation {
    fileprivate func write(to bytes: inout OutputSpan<UInt8>) {
        bytes.append(field: 1, identifier: id)
        bytes.append(field: 2) { owner.write(to: &$0) }
        bytes.append(field: 3, number: UInt64(state.rawValue))
        for line in lines { bytes.append(field: 4) { line.write(to: &$0) } }
        bytes.append(field: 5, number: expireTime.microseconds)
        bytes.append(field: 6, number: maxExpireTime.microseconds)
        if let order = orderReference { bytes.append(field: 7, identifier: order) }
        bytes.append(field: 8, number: version)
    }

    fileprivate var bytesMax: Int {
        2 * FieldBytes.identifier + FieldBytes.owner + 4 * FieldBytes.number
            + lines.count * ReservationLine.bytesMax
    }
}

extension ReservationLine {
    fileprivate static let bytesMax =
        FieldBytes.message + 2 * FieldBytes.identifier + 4 * FieldBytes.number

    fileprivate func write(to bytes: inout OutputSpan<UInt8>) {
        bytes.append(field: 1, identifier: sku)
        bytes.append(field: 2, identifier: location)
        bytes.append(field: 3, number: requested)
        bytes.append(field: 4, number: fulfilled)
        bytes.append(field: 5, number: released)
        bytes.append(field: 6, number: returned)
    }
}

extension LevelView {
    fileprivate static let bytesMax =
        FieldBytes.message + 2 * FieldBytes.identifier + 10 * FieldBytes.number

    fileprivate func write(to bytes: inout OutputSpan<UInt8>) {
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
