/// Commands about store agents, and the facts in them.
extension Validation {
    mutating func check(_ command: RegisterStore) {
        guard let settings = command.settings else { return }
        require(settings.onlineShare <= 100, "online_share", "must be 0 to 100 percent")
    }

    mutating func check(_ command: RevokeAllotment) {
        let fits = command.skus.count <= LedgerLimits.linesMax
        require(fits, "skus", "must be at most \(LedgerLimits.linesMax)")
        require(Set(command.skus).count == command.skus.count, "skus", "must not come twice")
    }

    /// Lines that name each item once.
    mutating func checkUnique(_ skus: [SKU], _ lines: [ItemLine]) {
        require(!lines.isEmpty, "lines", "must not be empty")
        check(items: lines, "lines")
        require(Set(skus).count == skus.count, "lines", "must not name an item twice")
    }

    mutating func check(_ command: SubmitFacts) {
        require(command.epoch > 0, "epoch", "must be what the ledger gave")
        require(command.firstSequence > 0, "first_sequence", "must be 1 or more")
        let fits = command.facts.count <= LedgerLimits.factsMax
        require(fits, "facts", "must be at most \(LedgerLimits.factsMax)")
        require(
            command.firstSequence <= UInt64.max - UInt64(LedgerLimits.factsMax),
            "first_sequence",
            "must leave room for the facts"
        )
        require(
            !command.isSalvage || command.completeThrough == nil,
            "complete_through",
            "must not be given with facts that are salvaged"
        )
        guard fits else { return }
        for (index, fact) in command.facts.enumerated() {
            switch fact.content {
            case .known(let fact):
                for fault in fact.violations(at: command.location) {
                    require(false, "facts[\(index)].\(fault.field)", fault.description)
                }
            case .unknown(let unread):
                require(
                    unread.payload.count <= LedgerLimits.factBytesMax,
                    "facts[\(index)].payload",
                    "must have at most \(LedgerLimits.factBytesMax) bytes"
                )
            }
        }
    }

    mutating func check(_ command: ReplayFact) {
        for fault in command.fact?.violations(at: command.mark.location) ?? [] {
            require(false, "fact.\(fault.field)", fault.description)
        }
    }

    mutating func check(_ fact: Fact, at location: LocationID) {
        require(fact.command.isPhysical, "command", "must tell of goods that have moved")
        guard fact.command.isPhysical else { return }
        switch fact.command {
        case .returnAllotment(let command): check(some: command.lines)
        default: check(fact.command)
        }
        let lines = fact.command.physicalLines
        let count = lines.count
        require(
            (1...LedgerLimits.factLinesMax).contains(count),
            "lines",
            "must be 1 to \(LedgerLimits.factLinesMax)"
        )
        require(Set(lines.map(\.sku)).count == count, "lines", "must not name an item twice")
        require(
            lines.allSatisfy { ($0.location ?? location) == location },
            "lines",
            "must be about the store's own goods"
        )
        if case .sell(let command) = fact.command {
            require(command.sale != nil, "sale_id", "must be given")
        }
        if case .count(let command) = fact.command {
            require(
                command.lines.allSatisfy { $0.bookVersion == nil },
                "book_version",
                "must not be given: the agent counts against its own book"
            )
        }
        require(
            fact.rights.isEmpty || fact.rights.count == count,
            "rights",
            "must be given for each line, or for none"
        )
        for right in fact.rights where right.magnitude > LedgerLimits.quantityMax.magnitude {
            require(false, "rights", "must be at most \(LedgerLimits.quantityMax) up or down")
        }
        require(
            fact.prices.isEmpty || fact.prices.count == count,
            "prices",
            "must be given for each line, or for none"
        )
        for price in fact.prices {
            check(amount: price.amount, "prices")
            require(
                price.currency.isCurrency,
                "prices",
                "must have a currency of three capital letters (ISO 4217)"
            )
        }
    }
}

extension Fact {
    /// Everything that keeps it from being booked at a store; then it is put aside unread.
    public func violations(at location: LocationID) -> [FieldViolation] {
        var validation = Validation(limit: LedgerLimits.violationsMax)
        validation.check(self, at: location)
        return validation.violations
    }
}

/// What a line of a fact says to have moved.
struct PhysicalLine {
    let sku: SKU
    /// Nil: wherever the store is.
    let location: LocationID?
    /// What came, or went (below zero), on hand.
    let change: Quantity
}

extension Command {
    /// Whether it is about agents of stores, and so stands alone.
    var isAboutStores: Bool {
        switch self {
        case .registerStore, .submitFacts, .grantAllotment, .recallAllotment, .revokeAllotment,
            .resolveConflict, .replayFact, .returnAllotment:
            true
        default: false
        }
    }

    /// The lines of a fact, in their order; none for other commands.
    var physicalLines: [PhysicalLine] {
        switch self {
        case .receive(let command): command.lines.map { $0.moving(1) }
        case .adjust(let command): command.lines.map { $0.moving(1) }
        case .sell(let command): command.lines.map { $0.moving(-1) }
        case .fulfill(let command): command.lines.map { $0.moving(-1) }
        case .writeOff(let command): command.lines.map { $0.moving(-1) }
        case .markUnavailable(let command): command.lines.map { $0.moving(0) }
        case .returnAllotment(let command): command.lines.map { $0.moving(0) }
        case .returnGoods(let command):
            command.lines.map {
                PhysicalLine(sku: $0.sku, location: $0.location ?? $0.soldAt, change: $0.quantity)
            }
        case .count(let command):
            command.lines.map {
                PhysicalLine(sku: $0.sku, location: $0.location, change: $0.counted - $0.book)
            }
        case .shipTransfer(let command):
            command.lines.map { PhysicalLine(sku: $0.sku, location: nil, change: -$0.quantity) }
        case .receiveTransfer(let command):
            command.lines.map {
                PhysicalLine(sku: $0.sku, location: nil, change: $0.ok + $0.rejected)
            }
        default: []
        }
    }

    /// The same with only some of its lines.
    func keeping(_ indices: [Int]) -> Command {
        func kept<Line>(_ lines: [Line]) -> [Line] { indices.map { lines[$0] } }
        switch self {
        case .receive(var command):
            command.lines = kept(command.lines)
            return .receive(command)
        case .adjust(var command):
            command.lines = kept(command.lines)
            return .adjust(command)
        case .sell(var command):
            command.lines = kept(command.lines)
            return .sell(command)
        case .fulfill(var command):
            command.lines = kept(command.lines)
            return .fulfill(command)
        case .writeOff(var command):
            command.lines = kept(command.lines)
            return .writeOff(command)
        case .markUnavailable(var command):
            command.lines = kept(command.lines)
            return .markUnavailable(command)
        case .returnAllotment(var command):
            command.lines = kept(command.lines)
            return .returnAllotment(command)
        case .returnGoods(var command):
            command.lines = kept(command.lines)
            return .returnGoods(command)
        case .count(var command):
            command.lines = kept(command.lines)
            return .count(command)
        case .shipTransfer(var command):
            command.lines = kept(command.lines)
            return .shipTransfer(command)
        case .receiveTransfer(var command):
            command.lines = kept(command.lines)
            return .receiveTransfer(command)
        default: return self
        }
    }
}

extension StockLine {
    fileprivate func moving(_ sign: Quantity) -> PhysicalLine {
        PhysicalLine(sku: sku, location: location, change: sign * quantity)
    }
}
