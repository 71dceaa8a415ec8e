extension Request {
    /// Every field that breaks a limit or a form, at most `violationsMax`; empty when it may enter
    /// the log.
    ///
    /// What depends on the state of the ledger, such as an unknown SKU, is left to apply.
    public func validate() -> [FieldViolation] {
        var validation = Validation(limit: LedgerLimits.violationsMax)
        validation.check(command)
        return validation.violations
    }

    /// The first violation, for apply: what came round the edge is refused and does no harm.
    func firstViolation() -> FieldViolation? {
        var validation = Validation(limit: 1)
        validation.check(command)
        return validation.violations.first
    }
}

/// Collects violations; texts are made only for fields that break a rule.
private struct Validation {
    let limit: Int
    private(set) var violations: [FieldViolation] = []

    init(limit: Int) { self.limit = limit }

    mutating func check(_ command: Command) {
        switch command {
        case .upsertItem(let command): check(command)
        case .upsertLocation(let command): check(name: command.name, "name")
        case .receive(let command): check(some: command.lines)
        case .adjust(let command): check(adjustments: command.lines)
        case .sell(let command): check(some: command.lines)
        case .reserve(let command):
            check(some: command.lines)
            check(ttl: command.ttl)
        case .extend(let command): check(ttl: command.ttl)
        case .confirm: break
        case .fulfill(let command): check(any: command.lines)
        case .release(let command): check(any: command.lines)
        }
    }

    private mutating func check(_ command: UpsertItem) {
        check(name: command.title, "title")
        check(attributes: command.attributes)
        require(
            (0...LedgerLimits.priceMax).contains(command.price),
            "price",
            "must be 0 to \(LedgerLimits.priceMax) minor units"
        )
        let letters = command.currency.utf8
        require(
            letters.isEmpty && command.price == 0
                || letters.count == 3 && letters.allSatisfy { (0x41...0x5A).contains($0) },
            "currency",
            "must be three capital letters (ISO 4217), or empty when there is no price"
        )
    }

    private mutating func check(attributes: [Attribute]) {
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

    private mutating func check(name: String, _ field: String) {
        let bytes = name.utf8
        require(
            bytes.count <= LedgerLimits.titleBytesMax && !bytes.contains(where: isControl),
            field,
            "must have at most \(LedgerLimits.titleBytesMax) bytes, none of control"
        )
    }

    private mutating func check(ttl: Milliseconds) {
        require(
            ttl >= LedgerLimits.ttlMin && ttl <= LedgerLimits.ttlMax,
            "ttl",
            "must be \(LedgerLimits.ttlMin.rawValue) to \(LedgerLimits.ttlMax.rawValue) ms"
        )
    }

    private mutating func check(some lines: [StockLine]) {
        require(!lines.isEmpty, "lines", "must not be empty")
        check(any: lines)
    }

    private mutating func check(any lines: [StockLine]) {
        guard fits(lines) else { return }
        for (index, line) in lines.enumerated() {
            require(
                (1...LedgerLimits.quantityMax).contains(line.quantity),
                "lines[\(index)].quantity",
                "must be 1 to \(LedgerLimits.quantityMax)"
            )
        }
    }

    private mutating func check(adjustments lines: [StockLine]) {
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

    private mutating func fits(_ lines: [StockLine]) -> Bool {
        let fits = lines.count <= LedgerLimits.linesMax
        require(fits, "lines", "must be at most \(LedgerLimits.linesMax)")
        return fits
    }

    private mutating func require(
        _ holds: Bool,
        _ field: @autoclosure () -> String,
        _ description: @autoclosure () -> String
    ) {
        guard !holds, violations.count < limit else { return }
        violations.append(FieldViolation(field: field(), description: description()))
    }
}

private func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }
