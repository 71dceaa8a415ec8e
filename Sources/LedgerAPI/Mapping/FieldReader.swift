import Ledger

/// Reads the fields of a request and collects what is wrong with their form; what the values may be
/// is the ledger's to say.
///
/// What is read from a field with a violation is a placeholder; ``finish(_:)`` throws before anyone
/// gets to see it. Paths are closures: they cost nothing while all is well.
struct FieldReader {
    private var violations: [FieldViolation] = []

    /// Has the ledger check the request too, and throws if anything was wrong.
    mutating func finish(_ request: Request) throws(InvalidRequest) {
        for violation in request.validate() {
            refuse(Self.path(violation.field, in: request.command), violation.description)
        }
        guard violations.isEmpty else { throw InvalidRequest(violations: violations) }
    }

    private mutating func refuse(_ path: @autoclosure () -> String, _ description: String) {
        guard violations.count < LedgerLimits.violationsMax else { return }
        violations.append(FieldViolation(field: path(), description: description))
    }

    /// The message's name of a field that the ledger calls otherwise.
    private static func path(_ field: String, in command: Command) -> String {
        if field == "ttl" { return "ttl_ms" }
        // The message has a map where the ledger has a sorted list.
        if field.hasPrefix("attributes["), case .upsertItem(let item) = command,
            let index = Int(field.dropFirst(11).prefix { $0 != "]" }),
            item.attributes.indices.contains(index)
        {
            return "attributes[\"\(item.attributes[index].name.prefix(64))\"]"
        }
        return field
    }
}

extension FieldReader {
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
        if let choice = Choice(number: number) { return choice }
        refuse(path(), number == 0 ? Complaint.missing : Complaint.unknownChoice)
        return placeholder
    }

    mutating func lines(_ protos: [ProtoStockLine]) -> [StockLine] {
        var lines: [StockLine] = []
        lines.reserveCapacity(protos.count)
        for (index, proto) in protos.enumerated() {
            lines.append(
                StockLine(
                    sku: identifier(proto.sku, "lines[\(index)].sku"),
                    location: identifier(proto.locationID, "lines[\(index)].location_id"),
                    quantity: proto.quantity
                )
            )
        }
        return lines
    }
}

/// What is said about the form of fields.
enum Complaint {
    static let missing = "is required"
    static let identifier = "must be 1 to 64 bytes of printable ASCII without spaces"
    static let unknownChoice = "is no value that this node knows"
}
