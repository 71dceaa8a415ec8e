/// Identifiers on the wire: a byte that tells their form, then their text.
///
/// ```
/// 0           no identifier (only where one may be missing)
/// 1…64        that many bytes of text
/// 65          a UUID in lower case, packed into 16 bytes
/// ```
/// Most identifiers of requests and reservations are UUIDs; packing halves a journal row.
private enum IdentifierForm {
    static let missing: UInt8 = 0
    static let lengthMax: UInt8 = 64
    static let packedUUID: UInt8 = 65
}

extension OutputSpan<UInt8> {
    mutating func append(identifier: some ClientIdentifier) {
        if let uuid = identifier.uuid {
            append(IdentifierForm.packedUUID)
            append(fixed64: uuid.high)
            append(fixed64: uuid.low)
        } else {
            append(identifierText: identifier.text)
        }
    }

    private mutating func append(identifierText text: String) {
        let count = text.utf8.count
        precondition(
            (1...Int(IdentifierForm.lengthMax)).contains(count),
            "an identifier has 1 to 64 bytes"
        )
        append(UInt8(count))
        append(units: text)
    }

    mutating func append(identifierIfAny identifier: (some ClientIdentifier)?) {
        if let identifier {
            append(identifier: identifier)
        } else {
            append(IdentifierForm.missing)
        }
    }
}

extension [UInt8] {
    mutating func append(identifier: some ClientIdentifier) {
        append(addingCapacity: FieldBytes.identifier) { $0.append(identifier: identifier) }
    }

    mutating func append(identifierIfAny identifier: (some ClientIdentifier)?) {
        append(addingCapacity: FieldBytes.identifier) { $0.append(identifierIfAny: identifier) }
    }
}

extension ByteCursor {
    mutating func identifier<Identifier: ClientIdentifier>(
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Identifier {
        guard let identifier: Identifier = try identifierIfAny(bytes) else { throw .badText }
        return identifier
    }

    mutating func identifierIfAny<Identifier: ClientIdentifier>(
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Identifier? {
        let form = try byte(bytes)
        switch form {
        case IdentifierForm.missing:
            return nil
        case 1...IdentifierForm.lengthMax:
            let start = try skip(Int(form), bytes)
            let text = try bytes.extracting(start..<offset).withUnsafeBytes {
                text throws(LedgerCodecError) in
                guard text.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .badText }
                guard PackedUUID(text) == nil else { throw .notCanonical }
                return String(text)
            }
            return Identifier(unchecked: text)
        case IdentifierForm.packedUUID:
            let high = try fixed64(bytes)
            let low = try fixed64(bytes)
            return Identifier(uuid: PackedUUID(high: high, low: low))
        default:
            throw .unknownKind(form)
        }
    }
}
