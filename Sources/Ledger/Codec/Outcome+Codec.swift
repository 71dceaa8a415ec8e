/// The tags of outcomes; what an outcome carries follows, a refusal begins with a tag of its own.
private enum OutcomeTag {
    static let version: UInt8 = 1
    static let levels: UInt8 = 2
    static let reservation: UInt8 = 3
    static let refused: UInt8 = 4
    /// Levels that are those the row's movements left, in their order: only the names follow.
    static let movedLevels: UInt8 = 5
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
            append(count: views.count)
            for view in views {
                append(identifier: view.sku)
                append(identifier: view.location)
                if !moved { append(level: view.level) }
            }
        case .reservation(let reservation):
            append(OutcomeTag.reservation)
            append(reservation: reservation, at: context.time)
        case .refused(let refusal):
            append(OutcomeTag.refused)
            append(refusal: refusal, at: context.time)
        }
    }
}

extension ByteCursor {
    mutating func outcome(
        _ bytes: RawSpan,
        in context: OutcomeContext
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
        default:
            throw .unknownKind(tag)
        }
    }

    private mutating func levelViews(_ bytes: RawSpan) throws(LedgerCodecError) -> [LevelView] {
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
    /// Appends the answer's bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.appendFormat()
        bytes.append(varint: position.rawValue)
        bytes.append(varint: logTime.microseconds)
        bytes.append(bool: replayed)
        bytes.append(outcome: outcome, in: OutcomeContext(time: logTime, movements: []))
    }

    /// The answer that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> Answer {
        var cursor = try ByteCursor(record: bytes)
        let position = Position(try cursor.varint(bytes))
        let time = LogTime(microseconds: try cursor.varint(bytes))
        let replayed = try cursor.bool(bytes)
        let outcome = try cursor.outcome(bytes, in: OutcomeContext(time: time, movements: []))
        try cursor.expectEnd(bytes)
        return Answer(position: position, logTime: time, outcome: outcome, replayed: replayed)
    }
}
