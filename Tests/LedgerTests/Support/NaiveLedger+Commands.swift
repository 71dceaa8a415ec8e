import Ledger

extension NaiveLedger {
    mutating func execute(_ request: Request) -> Outcome {
        if NaiveForm.isMalformed(request) {
            return .refused(.malformed(FieldViolation(field: "", description: "")))
        }
        guard case .batch(let batch) = request.command else {
            return execute(request.command, saleName: request.id.text)
        }
        var attempt = self
        var outcomes: [Outcome] = []
        for (index, command) in batch.commands.enumerated() {
            let outcome = attempt.execute(command, saleName: "\(request.id.text)#\(index)")
            if case .refused(let refusal) = outcome {
                return .refused(.batchRefused(index: index, refusal))
            }
            outcomes.append(outcome)
        }
        self = attempt
        return .batch(outcomes)
    }

    private mutating func execute(_ command: Command, saleName: String) -> Outcome {
        switch command {
        case .upsertItem(let edit): return upsert(edit)
        case .upsertLocation(let edit): return upsert(edit)
        case .receive(let receipt):
            if let refusal = unusable(receipt.lines, active: true) { return .refused(refusal) }
            return move(receipt.lines, sign: 1)
        case .adjust(let adjustment):
            if adjustment.reason == nil { return .refused(.reasonRequired) }
            if let refusal = unusable(adjustment.lines) { return .refused(refusal) }
            return move(adjustment.lines, sign: 1)
        case .sell(let sale): return sell(sale, name: sale.sale?.text ?? saleName)
        case .reserve(let reserve): return hold(reserve)
        case .extend(let extend): return self.extend(extend)
        case .confirm(let confirm): return self.confirm(confirm)
        case .fulfill(let fulfill):
            return settle(fulfill.reservation, fulfill.lines, handingOver: true)
        case .release(let release):
            return settle(release.reservation, release.lines, handingOver: false)
        case .markUnavailable(let mark): return block(mark)
        case .writeOff(let loss): return writeOff(loss)
        case .setStockPolicy(let policy): return set(policy)
        case .returnGoods(let back): return bringBack(back)
        case .count(let count): return self.count(count)
        case .createTransfer(let plan): return create(plan)
        case .shipTransfer(let shipment): return ship(shipment)
        case .receiveTransfer(let arrival): return arrive(arrival)
        case .cancelTransfer(let cancel): return self.cancel(cancel.transfer)
        case .setOffer(let offer): return set(offer)
        case .batch: preconditionFailure("a batch in a batch is malformed")
        case .registerStore, .submitFacts, .grantAllotment, .recallAllotment, .revokeAllotment,
            .resolveConflict, .replayFact, .returnAllotment:
            preconditionFailure("stores have tests of their own")
        }
    }

    private mutating func sell(_ sale: Sell, name: String) -> Outcome {
        if receipts[name] != nil { return .refused(.saleExists(SaleID(unchecked: name))) }
        if let refusal = unusable(sale.lines) { return .refused(refusal) }
        let lines = merged(sale.lines)
        let short = shortages(lines)
        guard short.isEmpty else { return .refused(.insufficientStock(short)) }
        receipts[name] = Receipt(lines: lines.map { Sold(pair: $0.pair, units: $0.requested) })
        return move(sale.lines, sign: -1)
    }

    func unusable(_ lines: [StockLine], active: Bool = false) -> Refusal? {
        for line in lines {
            guard let place = places[line.location.text] else {
                return .locationNotFound(line.location)
            }
            guard let item = items[line.sku.text] else { return .itemNotFound(line.sku) }
            if place.state == .closed || active && place.state == .draining {
                return .locationClosed(line.location)
            }
            if item.state == .archived { return .itemArchived(line.sku) }
        }
        return nil
    }

    func merged(_ lines: [StockLine]) -> [Line] {
        var order: [Pair] = []
        var sums: [Pair: Int64] = [:]
        for line in lines {
            let pair = Pair(sku: line.sku.text, place: line.location.text)
            if sums[pair] == nil { order.append(pair) }
            sums[pair, default: 0] += line.quantity
        }
        return order.map { Line(pair: $0, requested: sums[$0] ?? 0) }
    }

    private func shortages(_ lines: [Line], fromAfar: Bool = false) -> [Shortage] {
        lines.compactMap { line in
            if fromAfar, places[line.pair.place]?.sellsOnline == false {
                return shortage(line.pair, asked: line.requested, available: 0)
            }
            let there = fromAfar ? online(line.pair) : available(line.pair)
            return there + backorders[line.pair, default: 0] < line.requested
                ? shortage(line.pair, asked: line.requested, available: there) : nil
        }
    }

    func shortage(_ pair: Pair, asked: Int64, available: Int64) -> Shortage {
        Shortage(
            sku: SKU(unchecked: pair.sku),
            location: LocationID(unchecked: pair.place),
            requested: asked,
            available: available
        )
    }

    private mutating func move(_ lines: [StockLine], sign: Int64) -> Outcome {
        noting { ledger in
            for line in lines {
                let pair = Pair(sku: line.sku.text, place: line.location.text)
                ledger.goods[pair, default: []].append(sign * line.quantity)
            }
        }
        return .levels(
            merged(lines).map {
                LevelView(
                    sku: SKU(unchecked: $0.pair.sku),
                    location: LocationID(unchecked: $0.pair.place),
                    level: level($0.pair)
                )
            }
        )
    }

    private mutating func hold(_ reserve: Reserve) -> Outcome {
        if holds.contains(where: { $0.id == reserve.reservation.text }) {
            return .refused(.reservationExists(reserve.reservation))
        }
        let old = holds.firstIndex {
            $0.id == reserve.replaces?.text && $0.owner == reserve.owner
        }
        if let replaces = reserve.replaces {
            guard let old else { return .refused(.reservationNotFound(replaces)) }
            if holds[old].state == .confirmed {
                return .refused(.reservationClosed(replaces, .confirmed))
            }
        }
        if let refusal = unusable(reserve.lines, active: true) { return .refused(refusal) }
        for line in reserve.unplaced {
            guard let item = items[line.sku.text] else { return .refused(.itemNotFound(line.sku)) }
            if item.state == .archived { return .refused(.itemArchived(line.sku)) }
        }
        var attempt = self
        let short = attempt.noting { ledger in
            if let old, ledger.holds[old].state == .held { ledger.close(old, handingOver: false) }
            let named = ledger.merged(reserve.lines)
            let short = ledger.shortages(named, fromAfar: reserve.online)
            ledger.holds.append(
                Hold(
                    id: reserve.reservation.text,
                    owner: reserve.owner,
                    state: .held,
                    lines: named,
                    end: ledger.time + reserve.ttl.rawValue * 1_000,
                    lastEnd: ledger.time + 7 * 86_400_000_000
                )
            )
            return short.isEmpty ? ledger.place(reserve) : short
        }
        guard short.isEmpty else { return .refused(.insufficientStock(short)) }
        self = attempt
        return view(holds.count - 1)
    }

    private mutating func extend(_ extend: Extend) -> Outcome {
        guard let index = index(extend.reservation) else {
            return .refused(.reservationNotFound(extend.reservation))
        }
        switch holds[index].state {
        case .held: break
        case .expired: return .refused(.reservationExpired(extend.reservation))
        default: return .refused(.reservationClosed(extend.reservation, holds[index].state))
        }
        let end = time + extend.ttl.rawValue * 1_000
        if end > holds[index].lastEnd {
            let latest = LogTime(microseconds: holds[index].lastEnd)
            return .refused(.maxTTLReached(extend.reservation, latest: latest))
        }
        holds[index].end = end
        holds[index].version += 1
        return view(index)
    }

    private mutating func confirm(_ confirm: Confirm) -> Outcome {
        guard let index = index(confirm.reservation) else {
            return .refused(.reservationNotFound(confirm.reservation))
        }
        let hold = holds[index]
        if hold.state == .expired {
            for line in hold.lines where line.open > 0 {
                let closed = places[line.pair.place]?.state != .active
                let archived = items[line.pair.sku]?.state == .archived
                if closed || archived
                    || !shortages([Line(pair: line.pair, requested: line.open)]).isEmpty
                {
                    return .refused(.reservationExpired(confirm.reservation))
                }
            }
        } else if hold.state != .held {
            return .refused(.reservationClosed(confirm.reservation, hold.state))
        }
        noting { ledger in
            ledger.holds[index].state = .confirmed
            ledger.holds[index].order = confirm.order
            ledger.holds[index].version += 1
        }
        return view(index)
    }

    private mutating func settle(
        _ id: ReservationID,
        _ lines: [StockLine],
        handingOver: Bool
    ) -> Outcome {
        guard let index = index(id) else { return .refused(.reservationNotFound(id)) }
        switch holds[index].state {
        case .held, .confirmed: break
        case .expired: return .refused(.reservationExpired(id))
        default: return .refused(.reservationClosed(id, holds[index].state))
        }
        let asked = merged(lines)
        let known = holds[index].lines.map(\.pair)
        let inOrder =
            asked.filter { known.contains($0.pair) }
            .sorted { known.firstIndex(of: $0.pair) ?? 0 < known.firstIndex(of: $1.pair) ?? 0 }
            + asked.filter { !known.contains($0.pair) }
        let excess = inOrder.compactMap { line -> Shortage? in
            let open = holds[index].lines.first { $0.pair == line.pair }?.open ?? 0
            return line.requested > open
                ? shortage(line.pair, asked: line.requested, available: open) : nil
        }
        guard excess.isEmpty else { return .refused(.exceedsOpenQuantity(excess)) }
        noting { $0.close(index, lines.isEmpty ? nil : asked, handingOver: handingOver) }
        return view(index)
    }

    /// Settles these quantities, or all that is open.
    private mutating func close(_ index: Int, _ asked: [Line]? = nil, handingOver: Bool) {
        for number in holds[index].lines.indices {
            let line = holds[index].lines[number]
            let asked = asked.map { $0.first { $0.pair == line.pair }?.requested ?? 0 }
            let quantity = asked ?? line.open
            if handingOver {
                holds[index].lines[number].fulfilled += quantity
                goods[line.pair, default: []].append(-quantity)
            } else {
                holds[index].lines[number].released += quantity
            }
        }
        holds[index].version += 1
        let lines = holds[index].lines
        if lines.map(\.open).reduce(0, +) == 0 {
            holds[index].state = lines.map(\.fulfilled).reduce(0, +) > 0 ? .fulfilled : .released
        }
    }

    func index(_ id: ReservationID) -> Int? {
        holds.firstIndex { $0.id == id.text }
    }

    func view(_ index: Int) -> Outcome { .reservation(reservation(index)) }

    func reservation(_ index: Int) -> Reservation {
        let hold = holds[index]
        return Reservation(
            id: ReservationID(unchecked: hold.id),
            owner: hold.owner,
            state: hold.state,
            lines: hold.lines.map { line in
                var view = ReservationLine(
                    sku: SKU(unchecked: line.pair.sku),
                    location: LocationID(unchecked: line.pair.place),
                    requested: line.requested
                )
                view.fulfilled = line.fulfilled
                view.released = line.released
                view.returned = line.returned
                return view
            },
            expireTime: LogTime(microseconds: hold.end),
            maxExpireTime: LogTime(microseconds: hold.lastEnd),
            orderReference: hold.order,
            version: hold.version
        )
    }
}
