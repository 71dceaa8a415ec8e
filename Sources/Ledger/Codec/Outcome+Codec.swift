/// The tags of outcomes; what an outcome carries follows, a refusal begins with a tag of its own.
private enum OutcomeTag {
    static let version: UInt8 = 1
    static let levels: UInt8 = 2
    static let reservation: UInt8 = 3
    static let refused: UInt8 = 4
    /// Levels that are those the row's movements left, in their order: only the names follow.
    static let movedLevels: UInt8 = 5
    static let counted: UInt8 = 6
    static let sale: UInt8 = 7
    static let transfer: UInt8 = 8
    static let offer: UInt8 = 9
    static let batch: UInt8 = 10
    static let store: UInt8 = 11
    static let facts: UInt8 = 12
    static let allotments: UInt8 = 13
    static let done: UInt8 = 14
}

/// What the bytes around an outcome tell already.
struct OutcomeContext {
    /// The time of the entry.
    let time: LogTime
    /// The movements of the journal row; empty elsewhere.
    let movements: [Movement]

    func holds(_ views: [LevelView]) -> Bool {
        !views.isEmpty && views.count == movements.count
            && zip(views, movements).allSatisfy { $0.level == $1.after }
    }
}

extension [UInt8] {
    mutating func append(outcome: Outcome, in context: OutcomeContext) {
        switch outcome {
        case .version(let version):
            append(OutcomeTag.version)
            append(varint: version)
        case .levels(let views):
            let moved = context.holds(views)
            append(moved ? OutcomeTag.movedLevels : OutcomeTag.levels)
            append(views: views, named: moved)
        case .reservation(let reservation):
            append(OutcomeTag.reservation)
            append(reservation: reservation, at: context.time)
        case .refused(let refusal):
            append(OutcomeTag.refused)
            append(refusal: refusal, at: context.time)
        case .counted(let applied, let outdated):
            append(OutcomeTag.counted)
            append(views: applied)
            append(views: outdated)
        case .sale(let sale):
            append(OutcomeTag.sale)
            append(sale: sale)
        case .transfer(let transfer):
            append(OutcomeTag.transfer)
            append(transfer: transfer)
        case .offer(let offer):
            append(OutcomeTag.offer)
            append(offer: offer)
        case .store(let agent):
            append(OutcomeTag.store)
            append(agent: agent)
        case .facts(let receipt):
            append(OutcomeTag.facts)
            append(receipt: receipt)
        case .allotments(let epoch, let views):
            append(OutcomeTag.allotments)
            append(varint: UInt64(epoch))
            append(allotments: views)
        case .done: append(OutcomeTag.done)
        case .batch(let outcomes):
            append(OutcomeTag.batch)
            append(count: outcomes.count)
            let alone = OutcomeContext(time: context.time, movements: [])
            for outcome in outcomes { append(outcome: outcome, in: alone) }
        }
    }

    /// `named`: only the names, since the levels are told elsewhere.
    mutating func append(views: [LevelView], named: Bool = false) {
        append(count: views.count)
        for view in views {
            append(identifier: view.sku)
            append(identifier: view.location)
            if !named { append(level: view.level) }
        }
    }
}

extension ByteCursor {
    /// The parts of a batch have no parts, so that no bytes make this go deeper.
    mutating func outcome(
        _ bytes: RawSpan,
        in context: OutcomeContext,
        inBatch: Bool = false
    ) throws(LedgerCodecError) -> Outcome {
        let tag = try byte(bytes)
        switch tag {
        case OutcomeTag.version:
            return .version(try varint(bytes))
        case OutcomeTag.levels:
            let views = try levelViews(bytes)
            guard !context.holds(views) else { throw .notCanonical }
            return .levels(views)
        case OutcomeTag.movedLevels:
            return .levels(try movedLevelViews(bytes, context.movements))
        case OutcomeTag.reservation:
            return .reservation(try reservation(bytes, at: context.time))
        case OutcomeTag.refused:
            return .refused(try refusal(bytes, at: context.time))
        case OutcomeTag.counted:
            return .counted(applied: try levelViews(bytes), outdated: try levelViews(bytes))
        case OutcomeTag.sale: return .sale(try sale(bytes))
        case OutcomeTag.transfer: return .transfer(try transfer(bytes))
        case OutcomeTag.offer: return .offer(try offer(bytes))
        case OutcomeTag.store: return .store(try agent(bytes))
        case OutcomeTag.facts: return .facts(try receipt(bytes))
        case OutcomeTag.allotments:
            return .allotments(epoch: try narrow(bytes), try allotments(bytes))
        case OutcomeTag.done: return .done
        case OutcomeTag.batch where !inBatch: return .batch(try outcomes(bytes, context.time))
        default:
            throw .unknownKind(tag)
        }
    }

    private mutating func outcomes(
        _ bytes: RawSpan,
        _ time: LogTime
    ) throws(LedgerCodecError) -> [Outcome] {
        let count = try count(ofAtLeast: 2, bytes)
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(min(count, LedgerLimits.batchCommandsMax))
        let alone = OutcomeContext(time: time, movements: [])
        for _ in 0..<count {
            outcomes.append(try outcome(bytes, in: alone, inBatch: true))
        }
        return outcomes
    }

    mutating func levelViews(_ bytes: RawSpan) throws(LedgerCodecError) -> [LevelView] {
        let count = try count(ofAtLeast: 5, bytes)
        var views: [LevelView] = []
        views.reserveCapacity(count)
        for _ in 0..<count {
            views.append(
                LevelView(
                    sku: try identifier(bytes),
                    location: try identifier(bytes),
                    level: try level(bytes)
                )
            )
        }
        return views
    }

    private mutating func movedLevelViews(
        _ bytes: RawSpan,
        _ movements: [Movement]
    ) throws(LedgerCodecError) -> [LevelView] {
        let count = try count(ofAtLeast: 4, bytes)
        guard count == movements.count, count > 0 else { throw .outOfRange }
        var views: [LevelView] = []
        views.reserveCapacity(count)
        for movement in movements {
            views.append(
                LevelView(
                    sku: try identifier(bytes),
                    location: try identifier(bytes),
                    level: movement.after
                )
            )
        }
        return views
    }
}

extension Outcome: LedgerRecord {
    private static let alone = OutcomeContext(time: LogTime(microseconds: 0), movements: [])

    /// Appends the outcome's bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.appendFormat()
        bytes.append(outcome: self, in: Self.alone)
    }

    /// The outcome that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> Outcome {
        var cursor = try ByteCursor(record: bytes)
        let outcome = try cursor.outcome(bytes, in: alone)
        try cursor.expectEnd(bytes)
        return outcome
    }
}

extension Answer: LedgerRecord {
    private static let replayedFlag: UInt8 = 1
    private static let validatedFlag: UInt8 = 2

    /// Appends the answer's bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.appendFormat()
        bytes.append(varint: position.rawValue)
        bytes.append(varint: logTime.microseconds)
        bytes.append((replayed ? Self.replayedFlag : 0) | (validated ? Self.validatedFlag : 0))
        bytes.append(outcome: outcome, in: OutcomeContext(time: logTime, movements: []))
    }

    /// The answer that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> Answer {
        var cursor = try ByteCursor(record: bytes)
        let position = Position(try cursor.varint(bytes))
        let time = LogTime(microseconds: try cursor.varint(bytes))
        let flags = try cursor.byte(bytes)
        guard flags & ~(replayedFlag | validatedFlag) == 0 else { throw .outOfRange }
        let outcome = try cursor.outcome(bytes, in: OutcomeContext(time: time, movements: []))
        try cursor.expectEnd(bytes)
        return Answer(
            position: position,
            logTime: time,
            outcome: outcome,
            replayed: flags & replayedFlag != 0,
            validated: flags & validatedFlag != 0
        )
    }
}
