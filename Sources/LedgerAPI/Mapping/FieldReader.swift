import Ledger

/// Reads the fields of a request and collects what is wrong with them.
///
/// What is read from a field with a violation is a placeholder; ``finish()`` throws before anyone
/// gets to see it. Paths are closures: they cost nothing while all is well.
struct FieldReader {
    private(set) var violations: [FieldViolation] = []

    /// Throws if anything was wrong.
    func finish() throws(InvalidRequest) {
        guard violations.isEmpty else { throw InvalidRequest(violations: violations) }
    }

    mutating func refuse(_ path: @autoclosure () -> String, _ description: String) {
        guard violations.count < InvalidRequest.violationsMax else { return }
        violations.append(FieldViolation(field: path(), description: description))
    }

    /// An identifier that must be there.
    mutating func identifier<ID: ClientIdentifier>(
        _ text: String,
        _ path: @autoclosure () -> String
    ) -> ID {
        if let id = ID(text) { return id }
        refuse(path(), text.isEmpty ? Complaint.missing : Complaint.identifier)
        return ID(unchecked: "?")
    }

    /// An identifier that may be left out, by the empty string.
    mutating func optionalIdentifier<ID: ClientIdentifier>(
        _ text: String,
        _ path: @autoclosure () -> String
    ) -> ID? {
        text.isEmpty ? nil : identifier(text, path())
    }

    /// A case of an enum, by its number; 0 is unspecified.
    mutating func choice<Choice: RawRepresentable<UInt8>>(
        _ number: Int,
        _ path: @autoclosure () -> String,
        else placeholder: Choice
    ) -> Choice {
        if let choice = UInt8(exactly: number).flatMap(Choice.init(rawValue:)) { return choice }
        refuse(path(), number == 0 ? Complaint.missing : Complaint.unknownChoice)
        return placeholder
    }

    /// Text for people.
    mutating func text(
        _ text: String,
        bytesMax: Int,
        _ path: @autoclosure () -> String
    ) -> String {
        if text.utf8.count > bytesMax { refuse(path(), "is longer than \(bytesMax) bytes") }
        return text
    }

    /// How long a hold shall last.
    mutating func ttl(_ milliseconds: UInt64) -> Milliseconds {
        let ttl = Milliseconds(milliseconds)
        if ttl < LedgerLimits.ttlMin || ttl > LedgerLimits.ttlMax {
            refuse(
                "ttl_ms",
                "must be \(LedgerLimits.ttlMin.rawValue) to \(LedgerLimits.ttlMax.rawValue)"
            )
        }
        return ttl
    }
}

/// What is said about fields.
enum Complaint {
    static let missing = "is required"
    static let identifier = "must be 1 to 64 bytes of printable ASCII without spaces"
    static let unknownChoice = "is no value that this node knows"
    static let noLines = "at least one line is required"
    static let tooManyLines = "must be at most \(LedgerLimits.linesMax) lines"
    static let quantity = "must be 1 to \(LedgerLimits.quantityMax)"
    static let difference =
        "must not be 0, and be at most \(LedgerLimits.quantityMax) either way"
}
