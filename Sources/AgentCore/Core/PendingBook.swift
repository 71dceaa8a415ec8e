import Ledger

/// What one fact did to the books of its store.
struct FactEffect: Equatable, Sendable {
    struct Line: Equatable, Sendable {
        let sku: SKU
        /// The change on hand.
        var onHand: Quantity = 0
        /// The change of what is damaged or on hold.
        var unavailable: Quantity = 0
        /// Rights that were given back.
        var givenBack: Quantity = 0
        /// Units of the reservation, or of the transfer, that went or came.
        var ofDocument: Quantity = 0
    }

    enum Document: Hashable, Sendable {
        case reservation(ReservationID)
        case shipped(TransferID)
        case arrived(TransferID)
    }

    var lines: [Line] = []
    var document: Document?

    init(_ command: Command) {
        switch command {
        case .receive(let command): lines = command.lines.map { .init($0, onHand: $0.quantity) }
        case .adjust(let command): lines = command.lines.map { .init($0, onHand: $0.quantity) }
        case .sell(let command): lines = command.lines.map { .init($0, onHand: -$0.quantity) }
        case .writeOff(let command):
            lines = command.lines.map {
                .init($0, onHand: -$0.quantity, unavailable: -$0.quantity)
            }
        case .markUnavailable(let command):
            lines = command.lines.map { .init($0, unavailable: $0.quantity) }
        case .returnAllotment(let command):
            lines = command.lines.map { Line(sku: $0.sku, givenBack: $0.quantity) }
        case .returnGoods(let command):
            lines = command.lines.map {
                Line(
                    sku: $0.sku,
                    onHand: $0.quantity,
                    unavailable: command.disposition == .damaged ? $0.quantity : 0
                )
            }
        case .count(let command):
            lines = command.lines.map { Line(sku: $0.sku, onHand: $0.counted - $0.book) }
        case .fulfill(let command):
            document = .reservation(command.reservation)
            lines = command.lines.map {
                Line(sku: $0.sku, onHand: -$0.quantity, ofDocument: $0.quantity)
            }
        case .shipTransfer(let command):
            document = .shipped(command.transfer)
            lines = command.lines.map {
                Line(sku: $0.sku, onHand: -$0.quantity, ofDocument: $0.quantity)
            }
        case .receiveTransfer(let command):
            document = .arrived(command.transfer)
            lines = command.lines.map {
                Line(
                    sku: $0.sku,
                    onHand: $0.ok + $0.rejected,
                    unavailable: $0.rejected,
                    ofDocument: $0.ok + $0.rejected + $0.lost
                )
            }
        default: break
        }
    }
}

extension FactEffect.Line {
    fileprivate init(_ line: StockLine, onHand: Quantity = 0, unavailable: Quantity = 0) {
        self.init(sku: line.sku, onHand: onHand, unavailable: unavailable)
    }
}

/// The agent's own facts that aren't in its copy of the ledger's books yet, added up.
///
/// `the ledger's level + these = the store's own book`, so that nothing counts twice: a fact leaves
/// in the same step in which the level that includes it comes.
struct PendingBook: Sendable {
    private struct DocumentLine: Hashable {
        let document: FactEffect.Document
        let sku: SKU
    }

    private var effects: [FactEffect] = []
    /// The sequence of the first of them.
    private var first: UInt64
    /// How many at the front are gone already.
    private var gone = 0
    private var onHand: [SKU: Quantity] = [:]
    private var unavailable: [SKU: Quantity] = [:]
    private var givenBack: [SKU: Quantity] = [:]
    private var ofDocuments: [DocumentLine: Quantity] = [:]

    /// Nothing yet after a fact.
    init(after known: UInt64) { first = known + 1 }

    func onHand(_ sku: SKU) -> Quantity { onHand[sku] ?? 0 }
    func unavailable(_ sku: SKU) -> Quantity { unavailable[sku] ?? 0 }
    func givenBack(_ sku: SKU) -> Quantity { givenBack[sku] ?? 0 }
    func moved(_ document: FactEffect.Document, _ sku: SKU) -> Quantity {
        ofDocuments[DocumentLine(document: document, sku: sku)] ?? 0
    }

    /// Adds the next fact; nil: one that can't be read.
    mutating func add(_ effect: FactEffect?) {
        let effect = effect ?? FactEffect(.batch(Batch(commands: [])))
        effects.append(effect)
        count(effect, 1)
    }

    /// Facts up to this one are in the copy now.
    mutating func drop(through known: UInt64) {
        while gone < effects.count, first <= known {
            count(effects[gone], -1)
            gone += 1
            first += 1
        }
        if gone == effects.count { first = max(first, known + 1) }
        // The room is given back when half of it is free.
        guard gone > 1_024, gone * 2 > effects.count else { return }
        effects.removeFirst(gone)
        gone = 0
    }

    private mutating func count(_ effect: FactEffect, _ sign: Quantity) {
        for line in effect.lines {
            Self.add(sign * line.onHand, to: &onHand, line.sku)
            Self.add(sign * line.unavailable, to: &unavailable, line.sku)
            Self.add(sign * line.givenBack, to: &givenBack, line.sku)
            guard let document = effect.document else { continue }
            let key = DocumentLine(document: document, sku: line.sku)
            Self.add(sign * line.ofDocument, to: &ofDocuments, key)
        }
    }

    private static func add<Key>(
        _ change: Quantity,
        to sums: inout [Key: Quantity],
        _ key: Key
    ) {
        guard change != 0 else { return }
        let sum = (sums[key] ?? 0) + change
        sums[key] = sum == 0 ? nil : sum
    }
}
