/// The fields that several values have in common.
extension [UInt8] {
    mutating func append(stockLines lines: [StockLine]) {
        append(count: lines.count)
        for line in lines {
            // Requests fit into small buffers; room for longer names than there are makes them grow.
            let names = line.sku.text.utf8.count + line.location.text.utf8.count
            append(addingCapacity: 2 + names + FieldBytes.varint) {
                $0.append(identifier: line.sku)
                $0.append(identifier: line.location)
                $0.append(signed: line.quantity)
            }
        }
    }

    mutating func append(attributes: [Attribute]) {
        append(count: attributes.count)
        for attribute in attributes {
            append(text: attribute.name)
            append(text: attribute.value)
        }
    }

    mutating func append(owner: Owner) {
        append(addingCapacity: FieldBytes.owner) { $0.append(owner: owner) }
    }

    mutating func append(versionIfAny version: UInt64?) {
        append(bool: version != nil)
        if let version { append(varint: version) }
    }
}

extension OutputSpan<UInt8> {
    mutating func append(owner: Owner) {
        append(owner.kind.rawValue)
        append(identifier: owner.reference)
    }
}

extension ByteCursor {
    /// One byte that names a case.
    mutating func enumeration<Case: RawRepresentable<UInt8>>(
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Case {
        let raw = try byte(bytes)
        guard let value = Case(rawValue: raw) else { throw .unknownKind(raw) }
        return value
    }

    mutating func signed32(_ bytes: RawSpan) throws(LedgerCodecError) -> Int32 {
        guard let value = Int32(exactly: try signed(bytes)) else { throw .outOfRange }
        return value
    }

    mutating func stockLines(_ bytes: RawSpan) throws(LedgerCodecError) -> [StockLine] {
        let count = try count(ofAtLeast: 5, bytes)
        var lines: [StockLine] = []
        lines.reserveCapacity(count)
        for _ in 0..<count {
            lines.append(
                StockLine(
                    sku: try identifier(bytes),
                    location: try identifier(bytes),
                    quantity: try signed(bytes)
                )
            )
        }
        return lines
    }

    mutating func attributes(_ bytes: RawSpan) throws(LedgerCodecError) -> [Attribute] {
        let count = try count(ofAtLeast: 2, bytes)
        var attributes: [Attribute] = []
        attributes.reserveCapacity(count)
        for _ in 0..<count {
            attributes.append(Attribute(name: try text(bytes), value: try text(bytes)))
        }
        return attributes
    }

    mutating func owner(_ bytes: RawSpan) throws(LedgerCodecError) -> Owner {
        Owner(kind: try enumeration(bytes), reference: try identifier(bytes))
    }

    mutating func versionIfAny(_ bytes: RawSpan) throws(LedgerCodecError) -> UInt64? {
        try bool(bytes) ? try varint(bytes) : nil
    }
}
