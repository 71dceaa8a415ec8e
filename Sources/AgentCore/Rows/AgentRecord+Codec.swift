import Ledger

/// Records as bytes; the kind of a record is known from its key.
extension AgentRecord {
    /// The record's bytes.
    package func encoded() -> [UInt8] {
        var writer = RecordWriter()
        switch self {
        case .head(let head): head.write(to: &writer)
        case .item(let item): writer.add(item)
        case .offer(let offer): writer.add(offer)
        case .level(let level): writer.add(level)
        case .reservation(let reservation): writer.add(reservation)
        case .transfer(let transfer): writer.add(transfer)
        case .allotment(let allotment): writer.add(StoreRecord.allotment(allotment))
        case .answer(let till): till.write(to: &writer)
        case .edit(let edit):
            writer.add(edit.request)
            writer.add(edit.sku)
            writer.add(ifAny: edit.price) { $0.add($1) }
            writer.add(ifAny: edit.base) { $0.add($1) }
        case .number(let number): writer.add(number)
        case .name(let name): writer.add(name)
        }
        return writer.bytes
    }

    /// The record of a kind that exactly these bytes are.
    package init(_ kind: AgentKey.Kind, _ bytes: [UInt8]) throws(AgentCodecError) {
        var reader = try RecordReader(bytes)
        switch kind {
        case .head: self = .head(try AgentHead(from: &reader))
        case .item, .nextItem: self = .item(try reader.record())
        case .offer, .nextOffer: self = .offer(try reader.record())
        case .level, .nextLevel: self = .level(try reader.record())
        case .reservation, .nextReservation: self = .reservation(try reader.record())
        case .transfer, .nextTransfer: self = .transfer(try reader.record())
        case .allotment:
            guard case .allotment(let allotment) = try reader.record() as StoreRecord else {
                throw AgentCodecError(what: "no rights where they should be")
            }
            self = .allotment(allotment)
        case .answer: self = .answer(try AnsweredTill(from: &reader))
        case .answerOrder: self = .name(try reader.text())
        case .edit:
            self = .edit(
                PriceEdit(
                    request: try reader.identifier(),
                    sku: try reader.identifier(),
                    price: try reader.ifAny { reader throws(AgentCodecError) in
                        try reader.money()
                    },
                    base: try reader.ifAny { reader throws(AgentCodecError) in
                        try reader.money()
                    }
                )
            )
        case .returned, .stale: self = .number(try reader.signed())
        }
        try reader.end()
    }
}

extension AnsweredTill {
    /// The bytes that are kept with a fact.
    package func encoded() -> [UInt8] {
        var writer = RecordWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// What exactly these bytes are.
    package init(_ bytes: [UInt8]) throws(AgentCodecError) {
        var reader = try RecordReader(bytes)
        try self.init(from: &reader)
        try reader.end()
    }

    fileprivate func write(to writer: inout RecordWriter) {
        writer.add(request)
        writer.add(digest)
        switch answer {
        case .done(let receipt):
            writer.add(ifAny: receipt) { $1.write(to: &$0) }
        case .refused(let refusal):
            writer.add(ifAny: TillReceipt?.none) { _, _ in }
            writer.add(Outcome.refused(refusal))
        case .unavailable: preconditionFailure("what wasn't done isn't kept")
        }
    }

    fileprivate init(from reader: inout RecordReader) throws(AgentCodecError) {
        let request: RequestID = try reader.identifier()
        let digest = try reader.number()
        let receipt = try reader.ifAny { reader throws(AgentCodecError) in
            try TillReceipt(from: &reader)
        }
        if let receipt {
            self.init(request: request, digest: digest, answer: .done(receipt))
            return
        }
        guard case .refused(let refusal) = try reader.record() as Outcome else {
            throw AgentCodecError(what: "no refusal where one should be")
        }
        self.init(request: request, digest: digest, answer: .refused(refusal))
    }
}

extension TillReceipt {
    fileprivate func write(to writer: inout RecordWriter) {
        writer.add(UInt64(epoch))
        writer.add(sequence)
        writer.add(ifAny: sale) { $0.add($1) }
        writer.add(time)
        writer.add(UInt64(lines.count))
        for line in lines {
            writer.add(line.sku)
            writer.add(line.quantity)
            writer.add(ifAny: line.price) { $0.add($1) }
            writer.add(line.overdrawn)
            writer.add(line.onHand)
        }
    }

    fileprivate init(from reader: inout RecordReader) throws(AgentCodecError) {
        self.init(
            epoch: try reader.narrow(),
            sequence: try reader.number(),
            sale: try reader.ifAny { reader throws(AgentCodecError) in try reader.identifier() },
            time: try reader.time(),
            lines: []
        )
        let count = try reader.number()
        guard count <= UInt64(LedgerLimits.linesMax) else {
            throw AgentCodecError(what: "too many lines")
        }
        for _ in 0..<count {
            lines.append(
                Line(
                    sku: try reader.identifier(),
                    quantity: try reader.signed(),
                    price: try reader.ifAny { reader throws(AgentCodecError) in
                        try reader.money()
                    },
                    overdrawn: try reader.signed(),
                    onHand: try reader.signed()
                )
            )
        }
    }
}

extension AgentHead {
    fileprivate func write(to writer: inout RecordWriter) {
        writer.add(location)
        writer.add(instance)
        writer.add(UInt64(epoch))
        writer.add(UInt64(firstEpoch))
        writer.add(UInt64(frozen?.rawValue ?? 0))
        writer.add(ifAny: cluster) { $0.add($1) }
        writer.add(UInt64(isRestored ? 1 : 0))
        writer.add(sequence)
        writer.add(hash)
        writer.add(acknowledged)
        writer.add(acknowledgedHash)
        writer.add(firstKept)
        writer.add(heard)
        writer.add(UInt64(acknowledgements.count))
        for acknowledgement in acknowledgements {
            writer.add(acknowledgement.sequence)
            writer.add(acknowledgement.time)
        }
        writer.add(ifAny: copy) { writer, copy in
            writer.add(copy.position.rawValue)
            writer.add(copy.known)
        }
        writer.add(ifAny: rightsUnknownThrough) { $0.add($1) }
        writer.add(lastEdit)
        writer.add(lastAnswer)
    }

    fileprivate init(from reader: inout RecordReader) throws(AgentCodecError) {
        self.init(location: try reader.identifier(), instance: try reader.identifier())
        epoch = try reader.narrow()
        firstEpoch = try reader.narrow()
        let reason: UInt8 = try reader.narrow()
        frozen = Frozen(rawValue: reason)
        guard reason == 0 || frozen != nil else {
            throw AgentCodecError(what: "an unknown reason to be frozen")
        }
        cluster = try reader.ifAny { reader throws(AgentCodecError) in try reader.identifier() }
        isRestored = try reader.number() != 0
        sequence = try reader.number()
        hash = try reader.hash()
        acknowledged = try reader.number()
        acknowledgedHash = try reader.hash()
        firstKept = try reader.number()
        heard = try reader.time()
        let count = try reader.number()
        guard count <= 1_000 else { throw AgentCodecError(what: "too many acknowledgements") }
        for _ in 0..<count {
            acknowledgements.append(
                Acknowledgement(sequence: try reader.number(), time: try reader.time())
            )
        }
        copy = try reader.ifAny { reader throws(AgentCodecError) in
            Copy(position: Position(try reader.number()), known: try reader.number())
        }
        rightsUnknownThrough = try reader.ifAny { reader throws(AgentCodecError) in
            try reader.number()
        }
        lastEdit = try reader.number()
        lastAnswer = try reader.number()
        guard firstKept <= acknowledged + 1, acknowledged <= sequence else {
            throw AgentCodecError(what: "a head that contradicts itself")
        }
    }
}
