/// Commands that say more than lines of stock.
extension Validation {
    mutating func check(_ command: Reserve) {
        require(!command.lines.isEmpty || !command.unplaced.isEmpty, "lines", "must not be empty")
        check(any: command.lines)
        check(
            items: command.unplaced,
            "unplaced",
            max: min(
                LedgerLimits.placementLinesMax,
                max(0, LedgerLimits.linesMax - command.lines.count)
            )
        )
        check(ttl: command.ttl)
    }

    mutating func check(_ command: SetStockPolicy) {
        require(
            command.safetyStock != nil || command.backorderLimit != nil,
            "safety_stock",
            "must be given, or backorder_limit"
        )
        check(setting: command.safetyStock, "safety_stock")
        check(setting: command.backorderLimit, "backorder_limit")
    }

    private mutating func check(setting: Quantity?, _ field: String) {
        require(
            (0...LedgerLimits.quantityMax).contains(setting ?? 0),
            field,
            "must be 0 to \(LedgerLimits.quantityMax)"
        )
    }

    mutating func check(_ command: ReturnGoods) {
        require(!command.lines.isEmpty, "lines", "must not be empty")
        guard fits(command.lines) else { return }
        for (index, line) in command.lines.enumerated() {
            check(quantity: line.quantity, "lines", index)
        }
    }

    mutating func check(_ command: Count) {
        require(!command.lines.isEmpty, "lines", "must not be empty")
        guard fits(command.lines) else { return }
        var names: Set<LineName> = []
        for (index, line) in command.lines.enumerated() {
            require(
                (0...LedgerLimits.bucketMax).contains(line.counted),
                "lines[\(index)].counted",
                "must be 0 to \(LedgerLimits.bucketMax)"
            )
            require(
                line.book.magnitude <= LedgerLimits.bucketMax.magnitude,
                "lines[\(index)].book",
                "must be at most \(LedgerLimits.bucketMax) up or down"
            )
            // Two counts of one level would each be held against the whole book value.
            let isNew = names.insert(LineName(sku: line.sku, location: line.location)).inserted
            require(isNew, "lines[\(index)]", "must not come twice")
        }
    }

    mutating func check(_ command: CreateTransfer) {
        require(command.from != command.to, "to", "must be another location than from")
        require(!command.lines.isEmpty, "lines", "must not be empty")
        check(items: command.lines, "lines")
    }

    mutating func check(_ command: ReceiveTransfer) {
        guard fits(command.lines) else { return }
        for (index, line) in command.lines.enumerated() {
            let parts = [("ok", line.ok), ("rejected", line.rejected), ("lost", line.lost)]
            for (name, part) in parts {
                require(
                    (0...LedgerLimits.quantityMax).contains(part),
                    "lines[\(index)].\(name)",
                    "must be 0 to \(LedgerLimits.quantityMax)"
                )
            }
            require(
                parts.contains { $0.1 != 0 },
                "lines[\(index)]",
                "must say what became of a unit at least"
            )
        }
    }

    mutating func check(_ command: SetOffer) {
        check(attributes: command.attributes)
        require(
            command.basePrice == nil || command.fields == .price,
            "base_price",
            "must be given with the price alone"
        )
        if let base = command.basePrice?.money { check(amount: base.amount, "base_price.amount") }
        guard let price = command.price else { return }
        check(amount: price.amount, "price.amount")
        require(
            price.currency.isCurrency,
            "price.currency",
            "must be three capital letters (ISO 4217)"
        )
    }

    /// Lines that name an item alone.
    mutating func check(
        items lines: [ItemLine],
        _ field: String,
        max: Int = LedgerLimits.linesMax
    ) {
        let fits = lines.count <= max
        require(fits, field, "must be at most \(max)")
        guard fits else { return }
        for (index, line) in lines.enumerated() {
            check(quantity: line.quantity, field, index)
        }
    }

    mutating func check(quantity: Quantity, _ field: String, _ index: Int) {
        require(
            (1...LedgerLimits.quantityMax).contains(quantity),
            "\(field)[\(index)].quantity",
            "must be 1 to \(LedgerLimits.quantityMax)"
        )
    }
}

extension String {
    /// Three capital letters, as ISO 4217 has them.
    var isCurrency: Bool {
        utf8.count == 3 && utf8.allSatisfy { (0x41...0x5A).contains($0) }
    }
}

extension Command {
    /// Lines that the ledger is to place.
    var unplacedCount: Int {
        if case .reserve(let command) = self { command.unplaced.count } else { 0 }
    }
}
