/// What the journal says of a command.
extension LedgerRules {
    /// Appends the row of a command, whatever came of it.
    static func append<State: LedgerRows>(
        _ command: Command,
        _ origin: CommandOrigin,
        _ outcome: Outcome,
        movements: consuming [Movement],
        _ state: inout State
    ) {
        append(
            kind: command.kind,
            cause: origin.cause(outcome),
            movements: movements,
            reason: command.reason,
            document: command.document,
            sale: outcome.isRefusal ? nil : command.sale,
            &state
        )
    }

    /// Appends the next row of the journal.
    static func append<State: LedgerRows>(
        kind: JournalRow.Kind,
        cause: consuming JournalRow.Cause,
        movements: consuming [Movement],
        reason: consuming Reference? = nil,
        document: consuming Reference? = nil,
        sale: consuming SaleID? = nil,
        _ state: inout State
    ) {
        var header = state.header
        header.journalSequence += 1
        state.header = header
        state.append(
            JournalRow(
                sequence: header.journalSequence,
                position: header.position,
                logTime: header.logTime,
                kind: kind,
                cause: cause,
                movements: movements,
                reason: reason,
                document: document,
                sale: sale
            )
        )
    }
}

extension Reference {
    /// The reason of a row that writes off what was lost between two locations.
    public static let lostInTransit = Reference(unchecked: "LOST_IN_TRANSIT")
    /// The reason of a row that corrects a level by what a fact says to have moved, since the document
    /// that it names is not as it says.
    public static let unmatchedFact = Reference(unchecked: "UNMATCHED_FACT")
    /// The reason of a row that books units of an item that wasn't in the catalogue at first.
    public static let lateItem = Reference(unchecked: "LATE_ITEM")
}

extension Command {
    /// The reason given with it, for the journal.
    var reason: Reference? {
        switch self {
        case .adjust(let command): command.reason
        case .release(let command): command.reason
        case .markUnavailable(let command): command.reason
        case .writeOff(let command): command.reason
        case .returnGoods(let command): command.reason
        case .receiveTransfer(let command):
            command.lines.contains { $0.lost > 0 } ? .lostInTransit : nil
        case .cancelTransfer(let command): command.reason
        case .revokeAllotment(let command): command.reason
        case .resolveConflict(let command): command.reason
        case .replayFact(let command): command.reason
        default: nil
        }
    }

    /// What the journal refers to beside the outcome: a document elsewhere, an order, the reservation
    /// that was replaced, the item, location, store or conflict that it is about.
    var document: Reference? {
        switch self {
        case .upsertItem(let command): Reference(unchecked: command.sku.text)
        case .upsertLocation(let command): Reference(unchecked: command.id.text)
        case .receive(let command): command.document
        case .adjust(let command): command.document
        case .sell(let command): command.document
        case .reserve(let command): command.replaces.map { Reference(unchecked: $0.text) }
        case .confirm(let command): command.order
        case .markUnavailable(let command): command.document
        case .writeOff(let command): command.document
        case .returnGoods(let command): command.document
        case .count(let command): command.document
        case .createTransfer(let command): command.document
        case .shipTransfer(let command): command.document
        case .receiveTransfer(let command): command.document
        case .registerStore(let command): Reference(unchecked: command.location.text)
        case .submitFacts(let command): Reference(unchecked: command.location.text)
        case .grantAllotment(let command): Reference(unchecked: command.location.text)
        case .recallAllotment(let command): Reference(unchecked: command.location.text)
        case .revokeAllotment(let command): Reference(unchecked: command.location.text)
        case .replayFact(let command): Reference(unchecked: command.mark.location.text)
        case .resolveConflict(let command): Reference(unchecked: command.conflict.description)
        case .extend, .fulfill, .release, .setStockPolicy, .cancelTransfer, .setOffer, .batch,
            .returnAllotment:
            nil
        }
    }

    /// The name of its own that it gives to a sale.
    var sale: SaleID? {
        if case .sell(let command) = self { command.sale } else { nil }
    }
}
