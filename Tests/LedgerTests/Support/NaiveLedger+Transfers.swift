import Ledger

/// Goods on their way.
extension NaiveLedger {
    mutating func create(_ plan: CreateTransfer) -> Outcome {
        if hauls[plan.transfer.text] != nil { return .refused(.transferExists(plan.transfer)) }
        func lines(at place: LocationID) -> [StockLine] {
            plan.lines.map { StockLine(sku: $0.sku, location: place, quantity: $0.quantity) }
        }
        if let refusal = unusable(lines(at: plan.from)) { return .refused(refusal) }
        if let refusal = unusable(lines(at: plan.to), active: true) { return .refused(refusal) }
        hauls[plan.transfer.text] = Haul(
            from: plan.from.text,
            to: plan.to.text,
            asked: merged(lines(at: plan.from)).map { ($0.pair.sku, $0.requested) },
            document: plan.document
        )
        return shown(plan.transfer)
    }

    mutating func ship(_ shipment: ShipTransfer) -> Outcome {
        let id = shipment.transfer
        guard let haul = hauls[id.text] else { return .refused(.transferNotFound(id)) }
        if let refusal = closed(id) { return .refused(refusal) }
        func left(_ sku: String) -> Int64 {
            (haul.asked.first { $0.sku == sku }?.units ?? 0) - haul.shipped[sku, default: 0]
        }
        var wanted = sums(shipment.lines.map { ($0.sku.text, $0.quantity) }, like: haul)
        if shipment.lines.isEmpty {
            wanted = haul.asked.map { ($0.sku, left($0.sku)) }.filter { $0.1 > 0 }
            if wanted.isEmpty { return .refused(.exceedsRequested([])) }
        }
        let excess = wanted.filter { $0.units > left($0.sku) }
        guard excess.isEmpty else {
            return .refused(
                .exceedsRequested(
                    excess.map {
                        shortage(
                            Pair(sku: $0.sku, place: haul.from),
                            asked: $0.units,
                            available: left($0.sku)
                        )
                    }
                )
            )
        }
        if let refusal = unusable(stock(wanted, at: haul.from)) { return .refused(refusal) }
        if let refusal = unusable(stock(wanted, at: haul.to), active: true) {
            return .refused(refusal)
        }
        let short = wanted.compactMap { want -> Shortage? in
            let pair = Pair(sku: want.sku, place: haul.from)
            return available(pair) < want.units
                ? shortage(pair, asked: want.units, available: available(pair)) : nil
        }
        guard short.isEmpty else { return .refused(.insufficientStock(short)) }
        noting { ledger in
            for want in wanted {
                let pair = Pair(sku: want.sku, place: haul.from)
                ledger.goods[pair, default: []].append(-want.units)
                ledger.hauls[id.text]?.shipped[want.sku, default: 0] += want.units
            }
            ledger.hauls[id.text]?.version += 1
        }
        return shown(id)
    }

    mutating func arrive(_ arrival: ReceiveTransfer) -> Outcome {
        let id = arrival.transfer
        guard let haul = hauls[id.text] else { return .refused(.transferNotFound(id)) }
        if let refusal = closed(id) { return .refused(refusal) }
        var lines = arrival.lines
        if lines.isEmpty {
            lines = haul.asked.filter { haul.underway($0.sku) > 0 }.map {
                ArrivalLine(sku: SKU(unchecked: $0.sku), ok: haul.underway($0.sku))
            }
            if lines.isEmpty { return .refused(.exceedsInTransit([])) }
        }
        let all = sums(lines.map { ($0.sku.text, $0.ok + $0.rejected + $0.lost) }, like: haul)
        let excess = all.filter { $0.units > haul.underway($0.sku) }.map {
            shortage(
                Pair(sku: $0.sku, place: haul.to),
                asked: $0.units,
                available: haul.underway($0.sku)
            )
        }
        guard excess.isEmpty else { return .refused(.exceedsInTransit(excess)) }
        noting { ledger in
            for line in lines {
                let pair = Pair(sku: line.sku.text, place: haul.to)
                ledger.goods[pair, default: []].append(line.ok + line.rejected)
                ledger.blocked[pair, default: []].append(line.rejected)
                ledger.hauls[id.text]?.good[pair.sku, default: 0] += line.ok
                ledger.hauls[id.text]?.bad[pair.sku, default: 0] += line.rejected
                ledger.hauls[id.text]?.gone[pair.sku, default: 0] += line.lost
            }
            ledger.hauls[id.text]?.version += 1
        }
        return shown(id)
    }

    mutating func cancel(_ id: TransferID) -> Outcome {
        guard let haul = hauls[id.text] else { return .refused(.transferNotFound(id)) }
        if let refusal = closed(id) { return .refused(refusal) }
        let back = haul.asked.map { (sku: $0.sku, units: haul.underway($0.sku)) }
            .filter { $0.units > 0 }
        if let refusal = unusable(stock(back, at: haul.from)) { return .refused(refusal) }
        noting { ledger in
            for want in back {
                let pair = Pair(sku: want.sku, place: haul.from)
                ledger.goods[pair, default: []].append(want.units)
                ledger.hauls[id.text]?.shipped[want.sku, default: 0] -= want.units
            }
            ledger.hauls[id.text]?.isCancelled = true
            ledger.hauls[id.text]?.version += 1
        }
        return shown(id)
    }

    func transfer(_ id: TransferID) -> Transfer? {
        hauls[id.text].map { haul in
            Transfer(
                id: id,
                from: LocationID(unchecked: haul.from),
                to: LocationID(unchecked: haul.to),
                lines: haul.asked.map { asked in
                    var line = TransferLine(
                        sku: SKU(unchecked: asked.sku),
                        requested: asked.units
                    )
                    line.shipped = haul.shipped[asked.sku, default: 0]
                    line.received = haul.good[asked.sku, default: 0]
                    line.rejected = haul.bad[asked.sku, default: 0]
                    line.lost = haul.gone[asked.sku, default: 0]
                    return line
                },
                state: state(haul),
                document: haul.document,
                version: haul.version
            )
        }
    }

    private func state(_ haul: Haul) -> Transfer.State {
        let settled = haul.asked.contains {
            haul.shipped[$0.sku, default: 0] > haul.underway($0.sku)
        }
        if haul.isCancelled { return settled ? .closed : .cancelled }
        let moved = haul.asked.contains { haul.shipped[$0.sku, default: 0] > 0 }
        let done = haul.asked.allSatisfy {
            haul.shipped[$0.sku, default: 0] == $0.units && haul.underway($0.sku) == 0
        }
        return done ? .closed : moved ? .inTransit : .draft
    }

    private func closed(_ id: TransferID) -> Refusal? {
        guard let transfer = transfer(id) else { return nil }
        return transfer.state == .closed || transfer.state == .cancelled
            ? .transferClosed(id, transfer.state) : nil
    }

    private func shown(_ id: TransferID) -> Outcome {
        transfer(id).map { .transfer($0) } ?? .refused(.transferNotFound(id))
    }

    /// Added up by item, those of the transfer first and in its order.
    private func sums(
        _ lines: [(sku: String, units: Int64)],
        like haul: Haul
    ) -> [(sku: String, units: Int64)] {
        var sums: [(sku: String, units: Int64)] = haul.asked.map { ($0.sku, 0) }
        for line in lines {
            if let known = sums.firstIndex(where: { $0.sku == line.sku }) {
                sums[known].units += line.units
            } else {
                sums.append(line)
            }
        }
        return sums.filter { $0.units > 0 }
    }

    private func stock(_ wanted: [(sku: String, units: Int64)], at place: String) -> [StockLine] {
        wanted.map {
            StockLine(
                sku: SKU(unchecked: $0.sku),
                location: LocationID(unchecked: place),
                quantity: $0.units
            )
        }
    }
}
