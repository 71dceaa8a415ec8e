/// Facts, links and what became of them.
extension [UInt8] {
    mutating func append(hash: FactHash) {
        append(addingCapacity: 4 * FieldBytes.fixed64) {
            $0.append(fixed64: hash.words.0)
            $0.append(fixed64: hash.words.1)
            $0.append(fixed64: hash.words.2)
            $0.append(fixed64: hash.words.3)
        }
    }

    mutating func append(mark: FactMark) {
        append(identifier: mark.location)
        append(varint: UInt64(mark.epoch))
        append(varint: mark.sequence)
    }

    mutating func append(markIfAny mark: FactMark?) {
        append(bool: mark != nil)
        if let mark { append(mark: mark) }
    }

    mutating func append(fate: FactFate) {
        append(varint: UInt64(fate.rawValue))
    }

    mutating func append(money: Money) {
        append(signed: money.amount)
        append(text: money.currency)
    }

    mutating func append(prices: [Money]) {
        append(count: prices.count)
        for price in prices { append(money: price) }
    }

    mutating func append(fact: Fact) {
        fact.command.write(to: &self)
        append(varint: UInt64(fact.rightsEpoch))
        append(count: fact.rights.count)
        for right in fact.rights { append(signed: right) }
        append(prices: fact.prices)
    }

    mutating func append(submitted fact: SubmittedFact) {
        append(hash: fact.hash)
        append(varint: fact.claimedTime.microseconds)
        switch fact.content {
        case .known(let fact):
            append(bool: true)
            append(fact: fact)
        case .unknown(let unread):
            append(bool: false)
            append(varint: UInt64(unread.kind))
            append(varint: UInt64(unread.version))
            append(count: unread.payload.count)
            append(contentsOf: unread.payload)
        }
    }

    mutating func append(trace: FactTrace) {
        append(mark: trace.mark)
        append(hash: trace.hash)
        append(varint: trace.claimedTime.microseconds)
        append(prices: trace.prices)
        append(fate: trace.fate)
    }
}

extension ByteCursor {
    mutating func hash(_ bytes: RawSpan) throws(LedgerCodecError) -> FactHash {
        FactHash(
            words: (
                try fixed64(bytes), try fixed64(bytes), try fixed64(bytes), try fixed64(bytes)
            )
        )
    }

    mutating func narrow<Number: FixedWidthInteger>(
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Number {
        guard let number = Number(exactly: try varint(bytes)) else { throw .outOfRange }
        return number
    }

    mutating func mark(_ bytes: RawSpan) throws(LedgerCodecError) -> FactMark {
        FactMark(
            location: try identifier(bytes),
            epoch: try narrow(bytes),
            sequence: try varint(bytes)
        )
    }

    mutating func markIfAny(_ bytes: RawSpan) throws(LedgerCodecError) -> FactMark? {
        try bool(bytes) ? try mark(bytes) : nil
    }

    mutating func fate(_ bytes: RawSpan) throws(LedgerCodecError) -> FactFate {
        let fate = FactFate(rawValue: try narrow(bytes))
        guard fate.isSubset(of: .all) else { throw .outOfRange }
        return fate
    }

    mutating func logTime(_ bytes: RawSpan) throws(LedgerCodecError) -> LogTime {
        LogTime(microseconds: try varint(bytes))
    }

    mutating func money(_ bytes: RawSpan) throws(LedgerCodecError) -> Money {
        Money(amount: try signed(bytes), currency: try text(bytes))
    }

    mutating func prices(_ bytes: RawSpan) throws(LedgerCodecError) -> [Money] {
        let count = try count(ofAtLeast: 2, bytes)
        var prices: [Money] = []
        prices.reserveCapacity(count)
        for _ in 0..<count { prices.append(try money(bytes)) }
        return prices
    }

    /// What a fact tells is a command that is in no batch, so that no bytes make this go deeper.
    mutating func fact(_ bytes: RawSpan) throws(LedgerCodecError) -> Fact {
        let command = try Command.read(&self, bytes, inBatch: true)
        guard command.isPhysical else { throw .unknownKind(command.kind.rawValue) }
        let rightsEpoch: UInt32 = try narrow(bytes)
        let count = try count(ofAtLeast: 1, bytes)
        var rights: [Quantity] = []
        rights.reserveCapacity(count)
        for _ in 0..<count { rights.append(try signed(bytes)) }
        return Fact(
            command: command,
            rightsEpoch: rightsEpoch,
            rights: rights,
            prices: try prices(bytes)
        )
    }

    mutating func submittedFact(_ bytes: RawSpan) throws(LedgerCodecError) -> SubmittedFact {
        let hash = try hash(bytes)
        let time = try logTime(bytes)
        guard try !bool(bytes) else {
            return SubmittedFact(hash: hash, claimedTime: time, content: .known(try fact(bytes)))
        }
        let kind: UInt32 = try narrow(bytes)
        let version: UInt32 = try narrow(bytes)
        let count = try count(ofAtLeast: 1, bytes)
        let start = try skip(count, bytes)
        let payload = bytes.extracting(start..<offset).withUnsafeBytes { Array($0) }
        return SubmittedFact(
            hash: hash,
            claimedTime: time,
            content: .unknown(UnreadFact(kind: kind, version: version, payload: payload))
        )
    }

    mutating func trace(_ bytes: RawSpan) throws(LedgerCodecError) -> FactTrace {
        FactTrace(
            mark: try mark(bytes),
            hash: try hash(bytes),
            claimedTime: try logTime(bytes),
            prices: try prices(bytes),
            fate: try fate(bytes)
        )
    }
}
