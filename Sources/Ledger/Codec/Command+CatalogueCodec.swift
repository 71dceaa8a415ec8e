/// Edits of the catalogue.
extension UpsertItem {
    func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: sku)
        bytes.append(text: title)
        bytes.append(attributes: attributes)
        bytes.append(signed: price)
        bytes.append(text: currency)
        bytes.append(state.rawValue)
        bytes.append(versionIfAny: expectedVersion)
        if !fields.isEmpty { bytes.append(fields.rawValue) }
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan,
        options: Bool
    ) throws(LedgerCodecError) -> UpsertItem {
        UpsertItem(
            sku: try cursor.identifier(bytes),
            title: try cursor.text(bytes),
            attributes: try cursor.attributes(bytes),
            price: try cursor.signed(bytes),
            currency: try cursor.text(bytes),
            state: try cursor.enumeration(bytes),
            expectedVersion: try cursor.versionIfAny(bytes),
            fields: options ? try cursor.fieldMask(bytes, all: .all) : []
        )
    }
}

extension UpsertLocation {
    func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: id)
        bytes.append(text: name)
        bytes.append(kind.rawValue)
        bytes.append(signed: Int64(priority))
        bytes.append(bool: sellsOnline)
        bytes.append(state.rawValue)
        bytes.append(versionIfAny: expectedVersion)
        if !fields.isEmpty { bytes.append(fields.rawValue) }
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan,
        options: Bool
    ) throws(LedgerCodecError) -> UpsertLocation {
        UpsertLocation(
            id: try cursor.identifier(bytes),
            name: try cursor.text(bytes),
            kind: try cursor.enumeration(bytes),
            priority: try cursor.signed32(bytes),
            sellsOnline: try cursor.bool(bytes),
            state: try cursor.enumeration(bytes),
            expectedVersion: try cursor.versionIfAny(bytes),
            fields: options ? try cursor.fieldMask(bytes, all: .all) : []
        )
    }
}

extension SetOffer {
    func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: sku)
        bytes.append(identifier: location)
        bytes.append(priceIfAny: price)
        bytes.append(attributes: attributes)
        bytes.append(fields.rawValue)
        bytes.append(versionIfAny: expectedVersion)
        if let basePrice { bytes.append(priceIfAny: basePrice.money) }
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan,
        options: Bool
    ) throws(LedgerCodecError) -> SetOffer {
        SetOffer(
            sku: try cursor.identifier(bytes),
            location: try cursor.identifier(bytes),
            price: try cursor.priceIfAny(bytes),
            attributes: try cursor.attributes(bytes),
            fields: try cursor.mask(bytes, all: .all),
            expectedVersion: try cursor.versionIfAny(bytes),
            basePrice: options ? try cursor.basePrice(bytes) : nil
        )
    }
}

extension SetStockPolicy {
    func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: sku)
        bytes.append(identifier: location)
        bytes.append(signedIfAny: safetyStock)
        bytes.append(signedIfAny: backorderLimit)
        bytes.append(versionIfAny: expectedVersion)
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> SetStockPolicy {
        SetStockPolicy(
            sku: try cursor.identifier(bytes),
            location: try cursor.identifier(bytes),
            safetyStock: try cursor.signedIfAny(bytes),
            backorderLimit: try cursor.signedIfAny(bytes),
            expectedVersion: try cursor.versionIfAny(bytes)
        )
    }
}

extension [UInt8] {
    mutating func append(priceIfAny price: Money?) {
        append(bool: price != nil)
        guard let price else { return }
        append(signed: price.amount)
        append(text: price.currency)
    }

    fileprivate mutating func append(signedIfAny value: Int64?) {
        append(bool: value != nil)
        if let value { append(signed: value) }
    }
}

extension ByteCursor {
    fileprivate mutating func basePrice(
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> SetOffer.BasePrice {
        guard let price = try priceIfAny(bytes) else { return .nothing }
        return .price(price)
    }

    mutating func priceIfAny(_ bytes: RawSpan) throws(LedgerCodecError) -> Money? {
        guard try bool(bytes) else { return nil }
        return Money(amount: try signed(bytes), currency: try text(bytes))
    }

    fileprivate mutating func signedIfAny(_ bytes: RawSpan) throws(LedgerCodecError) -> Int64? {
        try bool(bytes) ? try signed(bytes) : nil
    }

    /// A byte in which only known bits may be set.
    fileprivate mutating func mask<Fields: OptionSet>(
        _ bytes: RawSpan,
        all: Fields
    ) throws(LedgerCodecError) -> Fields where Fields.RawValue == UInt8 {
        let raw = try byte(bytes)
        guard raw & ~all.rawValue == 0 else { throw .outOfRange }
        return Fields(rawValue: raw)
    }

    /// A mask that is only written when it names fields.
    fileprivate mutating func fieldMask<Fields: OptionSet>(
        _ bytes: RawSpan,
        all: Fields
    ) throws(LedgerCodecError) -> Fields where Fields.RawValue == UInt8 {
        let fields = try mask(bytes, all: all)
        guard fields.rawValue != 0 else { throw .notCanonical }
        return fields
    }
}
