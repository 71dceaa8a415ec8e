extension Command {
    /// The command's name in the journal, and its tag on the wire.
    public var kind: JournalRow.Kind {
        switch self {
        case .upsertItem: .upsertItem
        case .upsertLocation: .upsertLocation
        case .receive: .receive
        case .adjust: .adjust
        case .sell: .sell
        case .reserve: .reserve
        case .extend: .extend
        case .confirm: .confirm
        case .fulfill: .fulfill
        case .release: .release
        }
    }

    /// The digest by which a request id used for two different commands is noticed.
    public func payloadDigest() -> UInt64 {
        var bytes: [UInt8] = []
        write(to: &bytes)
        var hash = MixHash()
        hash.add(bytes.span.bytes)
        return hash.value
    }

    func write(to bytes: inout [UInt8]) {
        bytes.append(kind.rawValue)
        switch self {
        case .upsertItem(let command): command.write(to: &bytes)
        case .upsertLocation(let command): command.write(to: &bytes)
        case .receive(let command):
            bytes.append(stockLines: command.lines)
            bytes.append(identifierIfAny: command.document)
        case .adjust(let command):
            bytes.append(stockLines: command.lines)
            bytes.append(identifierIfAny: command.reason)
            bytes.append(identifierIfAny: command.document)
        case .sell(let command):
            bytes.append(stockLines: command.lines)
            bytes.append(identifierIfAny: command.document)
        case .reserve(let command): command.write(to: &bytes)
        case .extend(let command):
            bytes.append(identifier: command.reservation)
            bytes.append(varint: command.ttl.rawValue)
        case .confirm(let command):
            bytes.append(identifier: command.reservation)
            bytes.append(identifierIfAny: command.order)
        case .fulfill(let command):
            bytes.append(identifier: command.reservation)
            bytes.append(stockLines: command.lines)
        case .release(let command):
            bytes.append(identifier: command.reservation)
            bytes.append(stockLines: command.lines)
            bytes.append(identifierIfAny: command.reason)
        }
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Command {
        switch try cursor.enumeration(bytes) as JournalRow.Kind {
        case .upsertItem: return .upsertItem(try .read(&cursor, bytes))
        case .upsertLocation: return .upsertLocation(try .read(&cursor, bytes))
        case .receive:
            let lines = try cursor.stockLines(bytes)
            return .receive(Receive(lines: lines, document: try cursor.identifierIfAny(bytes)))
        case .adjust:
            let lines = try cursor.stockLines(bytes)
            let reason: Reference? = try cursor.identifierIfAny(bytes)
            let document: Reference? = try cursor.identifierIfAny(bytes)
            return .adjust(Adjust(lines: lines, reason: reason, document: document))
        case .sell:
            let lines = try cursor.stockLines(bytes)
            return .sell(Sell(lines: lines, document: try cursor.identifierIfAny(bytes)))
        case .reserve: return .reserve(try .read(&cursor, bytes))
        case .extend:
            let id: ReservationID = try cursor.identifier(bytes)
            let ttl = Milliseconds(try cursor.varint(bytes))
            return .extend(Extend(reservation: id, ttl: ttl))
        case .confirm:
            let id: ReservationID = try cursor.identifier(bytes)
            return .confirm(Confirm(reservation: id, order: try cursor.identifierIfAny(bytes)))
        case .fulfill:
            let id: ReservationID = try cursor.identifier(bytes)
            return .fulfill(Fulfill(reservation: id, lines: try cursor.stockLines(bytes)))
        case .release:
            let id: ReservationID = try cursor.identifier(bytes)
            let lines = try cursor.stockLines(bytes)
            let reason: Reference? = try cursor.identifierIfAny(bytes)
            return .release(Release(reservation: id, lines: lines, reason: reason))
        case .expire:
            // A row of the journal only: nobody can ask for it.
            throw .unknownKind(JournalRow.Kind.expire.rawValue)
        }
    }
}

extension UpsertItem {
    fileprivate func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: sku)
        bytes.append(text: title)
        bytes.append(attributes: attributes)
        bytes.append(signed: price)
        bytes.append(text: currency)
        bytes.append(state.rawValue)
        bytes.append(versionIfAny: expectedVersion)
    }

    fileprivate static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> UpsertItem {
        UpsertItem(
            sku: try cursor.identifier(bytes),
            title: try cursor.text(bytes),
            attributes: try cursor.attributes(bytes),
            price: try cursor.signed(bytes),
            currency: try cursor.text(bytes),
            state: try cursor.enumeration(bytes),
            expectedVersion: try cursor.versionIfAny(bytes)
        )
    }
}

extension UpsertLocation {
    fileprivate func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: id)
        bytes.append(text: name)
        bytes.append(kind.rawValue)
        bytes.append(signed: Int64(priority))
        bytes.append(bool: sellsOnline)
        bytes.append(state.rawValue)
        bytes.append(versionIfAny: expectedVersion)
    }

    fileprivate static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> UpsertLocation {
        UpsertLocation(
            id: try cursor.identifier(bytes),
            name: try cursor.text(bytes),
            kind: try cursor.enumeration(bytes),
            priority: try cursor.signed32(bytes),
            sellsOnline: try cursor.bool(bytes),
            state: try cursor.enumeration(bytes),
            expectedVersion: try cursor.versionIfAny(bytes)
        )
    }
}

extension Reserve {
    fileprivate func write(to bytes: inout [UInt8]) {
        // Only what is used is captured: the closures would copy the whole command.
        bytes.append(addingCapacity: FieldBytes.identifier + FieldBytes.owner) {
            [reservation, owner] in
            $0.append(identifier: reservation)
            $0.append(owner: owner)
        }
        bytes.append(stockLines: lines)
        bytes.append(addingCapacity: FieldBytes.varint + FieldBytes.identifier) {
            [ttl, replaces] in
            $0.append(varint: ttl.rawValue)
            $0.append(identifierIfAny: replaces)
        }
    }

    fileprivate static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Reserve {
        Reserve(
            reservation: try cursor.identifier(bytes),
            owner: try cursor.owner(bytes),
            lines: try cursor.stockLines(bytes),
            ttl: Milliseconds(try cursor.varint(bytes)),
            replaces: try cursor.identifierIfAny(bytes)
        )
    }
}
