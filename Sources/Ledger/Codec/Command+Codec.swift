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
        case .markUnavailable: .markUnavailable
        case .writeOff: .writeOff
        case .setStockPolicy: .setStockPolicy
        case .returnGoods: .returnGoods
        case .count: .count
        case .createTransfer: .createTransfer
        case .shipTransfer: .shipTransfer
        case .receiveTransfer: .receiveTransfer
        case .cancelTransfer: .cancelTransfer
        case .setOffer: .setOffer
        case .batch: .batch
        case .registerStore: .registerStore
        case .submitFacts: .submitFacts
        case .grantAllotment: .grantAllotment
        case .recallAllotment: .recallAllotment
        case .revokeAllotment: .revokeAllotment
        case .resolveConflict: .resolveConflict
        case .replayFact: .replayFact
        case .returnAllotment: .returnAllotment
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

    /// Set in a command's tag when its options follow: fields that most of its kind don't use.
    ///
    /// Without them it has the same bytes as before there were any.
    private static let optionsFlag: UInt8 = 0x80

    func write(to bytes: inout [UInt8]) {
        bytes.append(kind.rawValue | (hasOptions ? Self.optionsFlag : 0))
        switch self {
        case .upsertItem(let command): command.write(to: &bytes)
        case .upsertLocation(let command): command.write(to: &bytes)
        case .receive(let command): bytes.append(command.lines, command.document)
        case .adjust(let command):
            bytes.append(command.lines, command.reason, command.document)
        case .sell(let command):
            bytes.append(command.lines, command.document)
            if let sale = command.sale { bytes.append(identifier: sale) }
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
        case .markUnavailable(let command):
            bytes.append(command.lines, command.reason, command.document)
        case .writeOff(let command):
            bytes.append(command.lines, command.reason, command.document)
        case .setStockPolicy(let command): command.write(to: &bytes)
        case .returnGoods(let command): command.write(to: &bytes)
        case .count(let command): command.write(to: &bytes)
        case .createTransfer(let command): command.write(to: &bytes)
        case .shipTransfer(let command): command.write(to: &bytes)
        case .receiveTransfer(let command): command.write(to: &bytes)
        case .cancelTransfer(let command): command.write(to: &bytes)
        case .setOffer(let command): command.write(to: &bytes)
        case .batch(let command):
            bytes.append(count: command.commands.count)
            for command in command.commands { command.write(to: &bytes) }
        case .registerStore(let command): command.write(to: &bytes)
        case .submitFacts(let command): command.write(to: &bytes)
        case .grantAllotment(let command): command.write(to: &bytes)
        case .recallAllotment(let command): command.write(to: &bytes)
        case .revokeAllotment(let command): command.write(to: &bytes)
        case .resolveConflict(let command): command.write(to: &bytes)
        case .replayFact(let command): command.write(to: &bytes)
        case .returnAllotment(let command): bytes.append(stockLines: command.lines)
        }
    }

    private var hasOptions: Bool {
        switch self {
        case .upsertItem(let command): !command.fields.isEmpty
        case .upsertLocation(let command): !command.fields.isEmpty
        case .sell(let command): command.sale != nil
        case .reserve(let command): command.hasOptions
        case .setOffer(let command): command.basePrice != nil
        default: false
        }
    }

    /// A batch in a batch doesn't decode, so that no bytes make this go deeper.
    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan,
        inBatch: Bool = false
    ) throws(LedgerCodecError) -> Command {
        let tag = try cursor.byte(bytes)
        let options = tag & optionsFlag != 0
        guard let kind = JournalRow.Kind(rawValue: tag & ~optionsFlag) else {
            throw .unknownKind(tag)
        }
        switch kind {
        case .upsertItem: return .upsertItem(try .read(&cursor, bytes, options: options))
        case .upsertLocation: return .upsertLocation(try .read(&cursor, bytes, options: options))
        case .sell: return .sell(try .read(&cursor, bytes, options: options))
        case .reserve: return .reserve(try .read(&cursor, bytes, options: options))
        case .setOffer: return .setOffer(try .read(&cursor, bytes, options: options))
        case .expire, .setAsideFact:
            // A row of the journal only: nobody can ask for it.
            throw .unknownKind(tag)
        case .batch where inBatch, .submitFacts where inBatch, .replayFact where inBatch:
            throw .unknownKind(tag)
        case _ where options: throw .unknownKind(tag)
        default: return try read(kind, &cursor, bytes)
        }
    }

    /// Commands that have no options.
    private static func read(
        _ kind: JournalRow.Kind,
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Command {
        switch kind {
        case .receive: .receive(try .read(&cursor, bytes))
        case .adjust: .adjust(try .read(&cursor, bytes))
        case .extend: .extend(try .read(&cursor, bytes))
        case .confirm: .confirm(try .read(&cursor, bytes))
        case .fulfill: .fulfill(try .read(&cursor, bytes))
        case .release: .release(try .read(&cursor, bytes))
        case .markUnavailable: .markUnavailable(try .read(&cursor, bytes))
        case .writeOff: .writeOff(try .read(&cursor, bytes))
        case .setStockPolicy: .setStockPolicy(try .read(&cursor, bytes))
        case .returnGoods: .returnGoods(try .read(&cursor, bytes))
        case .count: .count(try .read(&cursor, bytes))
        case .createTransfer: .createTransfer(try .read(&cursor, bytes))
        case .shipTransfer: .shipTransfer(try .read(&cursor, bytes))
        case .receiveTransfer: .receiveTransfer(try .read(&cursor, bytes))
        case .cancelTransfer: .cancelTransfer(try .read(&cursor, bytes))
        case .batch: .batch(try .read(&cursor, bytes))
        case .registerStore: .registerStore(try .read(&cursor, bytes))
        case .submitFacts: .submitFacts(try .read(&cursor, bytes))
        case .grantAllotment: .grantAllotment(try .read(&cursor, bytes))
        case .recallAllotment: .recallAllotment(try .read(&cursor, bytes))
        case .revokeAllotment: .revokeAllotment(try .read(&cursor, bytes))
        case .resolveConflict: .resolveConflict(try .read(&cursor, bytes))
        case .replayFact: .replayFact(try .read(&cursor, bytes))
        case .returnAllotment:
            .returnAllotment(ReturnAllotment(lines: try cursor.stockLines(bytes)))
        case .upsertItem, .upsertLocation, .sell, .reserve, .setOffer, .expire, .setAsideFact:
            throw .unknownKind(kind.rawValue)
        }
    }
}

extension Batch {
    fileprivate static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Batch {
        let count = try cursor.count(ofAtLeast: 2, bytes)
        var commands: [Command] = []
        commands.reserveCapacity(min(count, LedgerLimits.batchCommandsMax))
        for _ in 0..<count {
            let command = try Command.read(&cursor, bytes, inBatch: true)
            commands.append(command)
        }
        return Batch(commands: commands)
    }
}
