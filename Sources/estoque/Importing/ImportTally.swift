/// What became of an import's lines, counted.
struct ImportTally: Equatable, Sendable {
    private(set) var imported = 0
    private(set) var alreadyThere = 0
    private(set) var refusedByReason: [String: Int] = [:]
    private(set) var unanswered = 0
    /// Why nobody answered.
    private(set) var silence: String?

    mutating func count(_ outcome: EntryOutcome) {
        switch outcome {
        case .imported: imported += 1
        case .alreadyThere: alreadyThere += 1
        case .refused(let rejection): refusedByReason[rejection.reason, default: 0] += 1
        case .unanswered(let reason):
            unanswered += 1
            if silence == nil { silence = reason }
        }
    }

    var refused: Int { refusedByReason.values.reduce(0, +) }

    /// Every line that was counted.
    var total: Int { imported + alreadyThere + refused + unanswered }

    /// The reasons by name.
    var reasons: [(reason: String, count: Int)] {
        refusedByReason.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension ImportTally {
    /// The books as JSON; `read` is what the reader has counted on its own.
    func json(read: Int) -> JSONValue {
        [
            "read": .integer(Int64(read)),
            "imported": .integer(Int64(imported)),
            "alreadyThere": .integer(Int64(alreadyThere)),
            "refused": .integer(Int64(refused)),
            "refusedByReason": .object(
                reasons.map { .init(key: $0.reason, value: .integer(Int64($0.count))) }
            ),
            "unanswered": .integer(Int64(unanswered)),
        ]
    }
}
