import Ledger

/// Reads the fields of a request and collects what is wrong with their form; what the values may be
/// is the ledger's to say.
///
/// What is read from a field with a violation is a placeholder; ``finish(_:)`` throws before anyone
/// gets to see it. Paths are closures: they cost nothing while all is well.
struct FieldReader {
    private var violations: [FieldViolation] = []
    /// Of the paths: the command of a batch that is being read.
    private var prefix = ""

    /// Where in the message's one list the lines of a reservation are that has some to be placed; by
    /// prefix.
    private var mixedLines: [String: (placed: [Int], unplaced: [Int])] = [:]

    /// Reads a command of a batch.
    mutating func within(_ prefix: String, _ read: (inout FieldReader) -> Void) {
        self.prefix = prefix
        read(&self)
        self.prefix = ""
    }

    /// Nothing was wrong with the form of any field so far.
    var isClean: Bool { violations.isEmpty }

    /// Has the ledger check the request too, and throws if anything was wrong.
    mutating func finish(_ request: Request) throws(InvalidRequest) {
        for violation in request.validate() {
            let path = path(violation.field, in: request.command)
            refuse(path, violation.description)
        }
        guard violations.isEmpty else { throw InvalidRequest(violations: violations) }
    }

    mutating func refuse(_ path: @autoclosure () -> String, _ description: String) {
        guard violations.count < LedgerLimits.violationsMax else { return }
        violations.append(FieldViolation(field: prefix + path(), description: description))
    }

    /// The message's name of a field that the ledger calls otherwise.
    private func path(_ field: String, in command: Command, prefix: String = "") -> String {
        if case .batch(let batch) = command,
            let (index, rest) = Self.element("commands", of: field),
            rest.hasPrefix("."), batch.commands.indices.contains(index)
        {
            let prefix = "commands[\(index)]."
            return path(String(rest.dropFirst()), in: batch.commands[index], prefix: prefix)
        }
        return prefix + path(field, in: command, of: prefix)
    }

    private func path(_ field: String, in command: Command, of prefix: String) -> String {
        switch field {
        case "ttl": return "ttl_ms"
        case "sale": return "sale_id"
        case "to": return "to_location_id"
        case "unplaced": return "lines"
        case "complete_through": return "complete_through_us"
        case "conflict": return "conflict_id"
        case "base_price.amount": return "base_price.price.amount"
        case "online_share": return "settings.online_share"
        default: break
        }
        // The message has one list of lines where the ledger has two.
        if let mixed = mixedLines[prefix] {
            for (name, places) in [("lines", mixed.placed), ("unplaced", mixed.unplaced)] {
                if let (index, rest) = Self.element(name, of: field), places.indices.contains(index)
                {
                    return "lines[\(places[index])]\(rest)"
                }
            }
        }
        // The message has a map where the ledger has a sorted list.
        if let (index, _) = Self.element("attributes", of: field),
            let attributes = command.attributes, attributes.indices.contains(index)
        {
            return "attributes[\"\(attributes[index].name.prefix(64))\"]"
        }
        return field
    }

    /// Takes `name[3].rest` apart.
    private static func element(
        _ name: String,
        of field: String
    ) -> (index: Int, rest: Substring)? {
        guard field.hasPrefix(name + "["), let end = field.firstIndex(of: "]"),
            let index = Int(field[..<end].dropFirst(name.count + 1))
        else { return nil }
        return (index, field[field.index(after: end)...])
    }
}

extension Command {
    fileprivate var attributes: [Attribute]? {
        switch self {
        case .upsertItem(let item): item.attributes
        case .setOffer(let offer): offer.attributes
        default: nil
        }
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
        for (index, proto) in protos.enumerated() { lines.append(line(proto, index)) }
        return lines
    }

    /// Lines of which those without a location are the ledger's to place.
    mutating func mixedLines(
        _ protos: [ProtoStockLine]
    ) -> (placed: [StockLine], unplaced: [ItemLine]) {
        var lines: (placed: [StockLine], unplaced: [ItemLine]) = ([], [])
        var places: (placed: [Int], unplaced: [Int]) = ([], [])
        for (index, proto) in protos.enumerated() {
            if proto.locationID.isEmpty {
                let sku: SKU = identifier(proto.sku, "lines[\(index)].sku")
                lines.unplaced.append(ItemLine(sku: sku, quantity: proto.quantity))
                places.unplaced.append(index)
            } else {
                lines.placed.append(line(proto, index))
                places.placed.append(index)
            }
        }
        if !places.unplaced.isEmpty { mixedLines[prefix] = places }
        return lines
    }

    private mutating func line(_ proto: ProtoStockLine, _ index: Int) -> StockLine {
        StockLine(
            sku: identifier(proto.sku, "lines[\(index)].sku"),
            location: identifier(proto.locationID, "lines[\(index)].location_id"),
            quantity: proto.quantity
        )
    }
}

/// What is said about the form of fields.
enum Complaint {
    static let missing = "is required"
    static let identifier = "must be 1 to 64 bytes of printable ASCII without spaces"
    static let ofTheBatch = "must be left out: it is the batch's"
    static let unknownChoice = "is no value that this node knows"
}
