/// Collects violations; texts are made only for fields that break a rule.
struct Validation {
    let limit: Int
    private(set) var violations: [FieldViolation] = []
    /// Before every field: which command of a batch.
    private var prefix = ""

    init(limit: Int) { self.limit = limit }

    mutating func check(_ request: Request) {
        if case .batch(let batch) = request.command {
            check(batch, request.id)
        } else {
            check(request.command)
        }
    }

    mutating func check(_ batch: Batch, _ id: RequestID) {
        let counts = 1...LedgerLimits.batchCommandsMax
        let fits = counts.contains(batch.commands.count)
        require(fits, "commands", "must be 1 to \(LedgerLimits.batchCommandsMax)")
        guard fits else { return }
        for (index, command) in batch.commands.enumerated() {
            guard violations.count < limit else { return }
            prefix = "commands[\(index)]."
            require(!command.isAboutStores, "command", "must not be in a batch")
            if case .sell(let sell) = command, sell.sale == nil {
                require(
                    SaleID.fits(id, index: index),
                    "sale",
                    "must be given, since the request's id is too long to name sales after it"
                )
            }
            check(command)
        }
        prefix = ""
        let unplaced = batch.commands.reduce(0) { $0 + $1.unplacedCount }
        require(
            unplaced <= LedgerLimits.placementLinesMax,
            "commands",
            "must have at most \(LedgerLimits.placementLinesMax) lines to be placed"
        )
    }

    mutating func check(_ command: Command) {
        switch command {
        case .upsertItem(let command): check(command)
        case .upsertLocation(let command): check(name: command.name, "name")
        case .receive(let command): check(some: command.lines)
        case .adjust(let command): check(adjustments: command.lines)
        case .sell(let command): check(some: command.lines)
        case .reserve(let command): check(command)
        case .extend(let command): check(ttl: command.ttl)
        case .confirm, .cancelTransfer: break
        case .fulfill(let command): check(any: command.lines)
        case .release(let command): check(any: command.lines)
        case .markUnavailable(let command): check(adjustments: command.lines)
        case .writeOff(let command): check(some: command.lines)
        case .setStockPolicy(let command): check(command)
        case .returnGoods(let command): check(command)
        case .count(let command): check(command)
        case .createTransfer(let command): check(command)
        case .shipTransfer(let command): check(items: command.lines, "lines")
        case .receiveTransfer(let command): check(command)
        case .setOffer(let command): check(command)
        case .batch: require(false, "batch", "must not be in a batch")
        case .registerStore(let command): check(command)
        case .submitFacts(let command): check(command)
        case .grantAllotment(let command): checkUnique(command.lines.map(\.sku), command.lines)
        case .recallAllotment(let command): checkUnique(command.lines.map(\.sku), command.lines)
        case .revokeAllotment(let command): check(command)
        case .resolveConflict(let command):
            require(command.conflict.isConflict, "conflict", "must name a conflict")
        case .replayFact(let command): check(command)
        case .returnAllotment: require(false, "command", "must be told by a fact")
        }
    }

    mutating func check(_ command: UpsertItem) {
        check(name: command.title, "title")
        check(attributes: command.attributes)
        check(amount: command.price, "price")
        require(
            command.currency.isEmpty && command.price == 0 || command.currency.isCurrency,
            "currency",
            "must be three capital letters (ISO 4217), or empty when there is no price"
        )
    }

    mutating func check(attributes: [Attribute]) {
        let fits = attributes.count <= LedgerLimits.attributesMax
        require(fits, "attributes", "must be at most \(LedgerLimits.attributesMax)")
        guard fits else { return }
        for (index, attribute) in attributes.enumerated() {
            let nameBytes = attribute.name.utf8
            require(
                (1...LedgerLimits.attributeNameBytesMax).contains(nameBytes.count)
                    && !nameBytes.contains(where: isControl),
                "attributes[\(index)].name",
                "must have 1 to \(LedgerLimits.attributeNameBytesMax) bytes, none of control"
            )
            let valueBytes = attribute.value.utf8
            require(
                valueBytes.count <= LedgerLimits.attributeValueBytesMax && !valueBytes.contains(0),
                "attributes[\(index)].value",
                "must have at most \(LedgerLimits.attributeValueBytesMax) bytes, none of them 0"
            )
            require(
                !attributes[..<index].contains { $0.name.sameBytes(as: attribute.name) },
                "attributes[\(index)].name",
                "must not come twice"
            )
        }
    }

    mutating func check(name: String, _ field: String) {
        let bytes = name.utf8
        require(
            bytes.count <= LedgerLimits.titleBytesMax && !bytes.contains(where: isControl),
            field,
            "must have at most \(LedgerLimits.titleBytesMax) bytes, none of control"
        )
    }

    mutating func check(ttl: Milliseconds) {
        require(
            ttl >= LedgerLimits.ttlMin && ttl <= LedgerLimits.ttlMax,
            "ttl",
            "must be \(LedgerLimits.ttlMin.rawValue) to \(LedgerLimits.ttlMax.rawValue) ms"
        )
    }

    mutating func check(some lines: [StockLine]) {
        require(!lines.isEmpty, "lines", "must not be empty")
        check(any: lines)
    }

    mutating func check(any lines: [StockLine]) {
        guard fits(lines) else { return }
        for (index, line) in lines.enumerated() {
            check(quantity: line.quantity, "lines", index)
        }
    }

    mutating func check(adjustments lines: [StockLine]) {
        require(!lines.isEmpty, "lines", "must not be empty")
        guard fits(lines) else { return }
        for (index, line) in lines.enumerated() {
            require(
                line.quantity != 0
                    && line.quantity.magnitude <= LedgerLimits.quantityMax.magnitude,
                "lines[\(index)].quantity",
                "must not be 0, and at most \(LedgerLimits.quantityMax) up or down"
            )
        }
    }

    mutating func fits(_ lines: [some Any]) -> Bool {
        let fits = lines.count <= LedgerLimits.linesMax
        require(fits, "lines", "must be at most \(LedgerLimits.linesMax)")
        return fits
    }

    mutating func check(amount: Int64, _ field: String) {
        require(
            (0...LedgerLimits.priceMax).contains(amount),
            field,
            "must be 0 to \(LedgerLimits.priceMax) minor units"
        )
    }

    mutating func require(
        _ holds: Bool,
        _ field: @autoclosure () -> String,
        _ description: @autoclosure () -> String
    ) {
        guard !holds, violations.count < limit else { return }
        violations.append(
            FieldViolation(field: prefix + field(), description: description())
        )
    }
}

private func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }
