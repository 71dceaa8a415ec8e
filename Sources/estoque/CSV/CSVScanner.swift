/// Finds the end of one record (RFC 4180) and takes its fields apart; pure, without memory of its own.
///
/// ```
///            "               "
/// start ──────▶ quoted ──────────▶ closing ──▶ , or line end
///   │             ▲  any byte        │ "
///   │             └──────────────────┘ (an escaped quote)
///   └─ any other byte ▶ plain ──▶ , or line end
/// ```
/// Lines end with LF or CRLF; the last one may end with the file.
struct CSVScanner: Sendable {
    /// What the bytes began with.
    enum Scan: Equatable {
        /// A record of that many bytes with its line end.
        case record(bytes: Int)
        /// The record's end is not among the bytes.
        case needsMore
        /// No record; only the line it began on is lost, so reading goes on after these bytes.
        case malformed(CSVProblem, bytes: Int)
        /// The line itself is too long; it ends somewhere after these bytes.
        case endlessLine(bytes: Int)
    }

    private enum State {
        case start
        case plain
        case quoted
        case closing
    }

    var limits: CSVLimits

    /// Scans one record from the start of `input`.
    ///
    /// - Parameters:
    ///   - input: Not empty.
    ///   - isWhole: Nothing comes after `input`.
    ///   - record: Receives the fields.
    /// - Returns: How far the record reaches, or why there is none.
    func scan(_ input: Span<UInt8>, isWhole: Bool, into record: inout CSVRecord) -> Scan {
        record.reset()
        var state = State.start
        let end = min(input.count, limits.recordBytesMax)
        var index = 0
        while index < end {
            let byte = input[index]
            index += 1
            switch (state, byte) {
            case (.quoted, Byte.quote): state = .closing
            case (.quoted, _): take(byte, &record)
            case (.closing, Byte.quote):
                take(byte, &record)
                state = .quoted
            case (_, Byte.comma):
                endField(&record)
                state = .start
            case (_, Byte.lineFeed):
                endField(&record)
                return .record(bytes: index)
            case (_, Byte.carriageReturn):
                guard index < input.count else {
                    // A lone one at the end of the file is taken for its last line end.
                    guard isWhole else { return shortage(input, isWhole: isWhole, state) }
                    endField(&record)
                    return .record(bytes: index)
                }
                guard input[index] == Byte.lineFeed else {
                    return malformed(.strayCarriageReturn, input, isWhole: isWhole)
                }
            case (.start, Byte.quote): state = .quoted
            case (.plain, Byte.quote): return malformed(.quoteInField, input, isWhole: isWhole)
            case (.closing, _): return malformed(.textAfterQuote, input, isWhole: isWhole)
            case (.start, _), (.plain, _):
                take(byte, &record)
                state = .plain
            }
        }
        guard isWhole, end == input.count, state != .quoted else {
            return shortage(input, isWhole: isWhole, state)
        }
        endField(&record)
        return .record(bytes: end)
    }

    private func take(_ byte: UInt8, _ record: inout CSVRecord) {
        guard record.problem == nil else { return }
        guard record.openFieldBytes < limits.fieldBytesMax else {
            record.note(.fieldTooLong(max: limits.fieldBytesMax))
            return
        }
        record.append(byte)
    }

    private func endField(_ record: inout CSVRecord) {
        guard record.problem == nil else { return }
        guard record.count < limits.fieldsMax else {
            record.note(.tooManyFields(max: limits.fieldsMax))
            return
        }
        record.endField()
    }

    /// The bytes ended before the record did.
    private func shortage(_ input: Span<UInt8>, isWhole: Bool, _ state: State) -> Scan {
        if input.count < limits.recordBytesMax, !isWhole { return .needsMore }
        let problem: CSVProblem =
            state == .quoted ? .unclosedQuote : .recordTooLong(max: limits.recordBytesMax)
        return malformed(problem, input, isWhole: isWhole)
    }

    private func malformed(_ problem: CSVProblem, _ input: Span<UInt8>, isWhole: Bool) -> Scan {
        let end = min(input.count, limits.recordBytesMax)
        for index in 0..<end where input[index] == Byte.lineFeed {
            return .malformed(problem, bytes: index + 1)
        }
        if isWhole, end == input.count { return .malformed(problem, bytes: end) }
        return input.count < limits.recordBytesMax ? .needsMore : .endlessLine(bytes: end)
    }
}

private enum Byte {
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
}
