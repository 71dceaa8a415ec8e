import Ledger

/// One week of a store and its digital channel, in which the store is cut off for a while.
///
/// Everything that the ledger decides is decided by the production rules: reservations, the store's
/// rights, late facts and their conflicts.
struct StudyWeek {
    private struct Order {
        let id: ReservationID
        let sku: SKU
        let quantity: Quantity
    }

    private let strategy: DisconnectionStrategy
    private let cutOff: Range<Int64>
    private var ledger: StudyLedger
    /// What stands on the shelf, whatever anybody believes.
    private var shelf: [SKU: Quantity]
    private var rights: [SKU: Quantity] = [:]
    /// Sold while cut off, to be told.
    private var outbox: [(sku: SKU, quantity: Quantity, rights: Quantity)] = []
    /// Promised and not handed over.
    private var open: [Order] = []
    private var lastOrder = 0
    private var isCutOff = false
    private var outcome = DisconnectionOutcome()

    init(
        _ strategy: DisconnectionStrategy,
        items: [SKU],
        stock: [SKU: Quantity],
        cutOff: Range<Int64>,
        from seconds: Int64
    ) {
        self.strategy = strategy
        self.cutOff = cutOff
        shelf = stock
        let share: UInt8 = strategy.isAllotted ? DisconnectionStudy.onlineSharePercent : 0
        ledger = StudyLedger(
            items,
            stock: stock,
            settings: StoreSettings(onlineShare: share),
            from: seconds
        )
        guard strategy == .safetyStock else { return }
        for sku in items {
            let buffer = (stock[sku] ?? 0) / DisconnectionStudy.bufferDivisor
            ledger.send(
                .setStockPolicy(
                    SetStockPolicy(sku: sku, location: StudyLedger.store, safetyStock: buffer)
                )
            )
        }
    }

    mutating func play(_ demands: ArraySlice<Demand>) -> DisconnectionOutcome {
        for demand in demands {
            ledger.seconds = demand.time
            if !isCutOff, cutOff.contains(demand.time) { disconnect() }
            if isCutOff, demand.time >= cutOff.upperBound { reconnect() }
            outcome.wanted += demand.quantity
            switch demand.channel {
            case .store: sell(demand)
            case .online: order(demand)
            }
        }
        if isCutOff { reconnect() }
        handOver()
        return outcome
    }

    /// What the agent keeps at hand while it is connected is what it has when it no longer is.
    private mutating func disconnect() {
        isCutOff = true
        guard strategy.isAllotted else { return }
        for sku in shelf.keys.sorted() { rights[sku] = ledger.grant(sku, shelf[sku] ?? 0) }
    }

    private mutating func reconnect() {
        isCutOff = false
        ledger.tell(sales: outbox)
        ledger.giveBack(rights.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        outbox = []
        rights = [:]
        // What a person has to do: the newest orders of what isn't there any more are cancelled.
        for index in open.indices.reversed() where ledger.level(open[index].sku).isOversold {
            let order = open[index]
            outcome.oversold += min(ledger.level(order.sku).shortfall, order.quantity)
            outcome.cancelledOrders += 1
            ledger.send(.release(Release(reservation: order.id, lines: [], reason: nil)))
            open.remove(at: index)
        }
        handOver()
    }

    private mutating func handOver() {
        for order in open {
            let done = ledger.send(.fulfill(Fulfill(reservation: order.id, lines: [])))
            precondition(!done.isRefusal, "what is promised and there is handed over: \(done)")
            outcome.soldOnline += order.quantity
            shelf[order.sku, default: 0] -= order.quantity
        }
        open = []
    }

    private mutating func sell(_ demand: Demand) {
        let (sku, quantity) = (demand.sku, demand.quantity)
        guard shelf[sku] ?? 0 >= quantity else {
            outcome.lostAtStore += quantity
            return
        }
        if isCutOff {
            let held = rights[sku] ?? 0
            guard strategy != .allotments || held >= quantity else {
                outcome.lostAtStore += quantity
                return
            }
            let used = min(held, quantity)
            rights[sku] = held - used
            outbox.append((sku, quantity, used))
        } else {
            let line = StockLine(sku: sku, location: StudyLedger.store, quantity: quantity)
            guard !ledger.send(.sell(Sell(lines: [line]))).isRefusal else {
                outcome.lostAtStore += quantity
                return
            }
        }
        shelf[sku, default: 0] -= quantity
        outcome.soldAtStore += quantity
    }

    private mutating func order(_ demand: Demand) {
        lastOrder += 1
        let order = Order(
            id: ReservationID(unchecked: "order-\(lastOrder)"),
            sku: demand.sku,
            quantity: demand.quantity
        )
        let line = StockLine(
            sku: order.sku,
            location: StudyLedger.store,
            quantity: order.quantity
        )
        let reserve = Reserve(
            reservation: order.id,
            owner: Owner(kind: .customer, reference: Reference(unchecked: "online")),
            lines: [line],
            ttl: LedgerLimits.ttlMax,
            online: true
        )
        guard !ledger.send(.reserve(reserve)).isRefusal else {
            outcome.lostOnline += order.quantity
            return
        }
        outcome.orders += 1
        ledger.send(.confirm(Confirm(reservation: order.id, order: nil)))
        open.append(order)
        if !isCutOff { handOver() }
    }
}

extension DisconnectionStrategy {
    var isAllotted: Bool { self == .allotments || self == .allotmentsOverdrawn }
}
