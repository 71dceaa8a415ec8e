import Ledger

/// Units on hold, stock-takes, returns, and the choice of locations.
extension NaiveLedger {
    mutating func block(_ mark: MarkUnavailable) -> Outcome {
        if mark.reason == nil { return .refused(.reasonRequired) }
        if let refusal = unusable(mark.lines) { return .refused(refusal) }
        let lines = merged(mark.lines)
        let short = lines.filter { $0.requested > 0 && $0.requested > available($0.pair) }
        guard short.isEmpty else {
            return .refused(
                .insufficientStock(
                    short.map {
                        shortage($0.pair, asked: $0.requested, available: available($0.pair))
                    }
                )
            )
        }
        let excess = lines.filter { $0.requested < 0 && -$0.requested > onHold($0.pair) }
        guard excess.isEmpty else {
            return .refused(
                .exceedsUnavailable(
                    excess.map {
                        shortage($0.pair, asked: -$0.requested, available: onHold($0.pair))
                    }
                )
            )
        }
        noting { ledger in
            for line in lines { ledger.blocked[line.pair, default: []].append(line.requested) }
        }
        return .levels(lines.map { shown($0.pair) })
    }

    mutating func writeOff(_ loss: WriteOff) -> Outcome {
        if loss.reason == nil { return .refused(.reasonRequired) }
        if let refusal = unusable(loss.lines) { return .refused(refusal) }
        let lines = merged(loss.lines)
        let excess = lines.filter { $0.requested > onHold($0.pair) }.map {
            shortage($0.pair, asked: $0.requested, available: onHold($0.pair))
        }
        guard excess.isEmpty else { return .refused(.exceedsUnavailable(excess)) }
        noting { ledger in
            for line in lines {
                ledger.blocked[line.pair, default: []].append(-line.requested)
                ledger.goods[line.pair, default: []].append(-line.requested)
            }
        }
        return .levels(lines.map { shown($0.pair) })
    }

    mutating func count(_ count: Count) -> Outcome {
        let named = count.lines.map {
            StockLine(sku: $0.sku, location: $0.location, quantity: 1)
        }
        if let refusal = unusable(named) { return .refused(refusal) }
        func pair(_ line: CountLine) -> Pair {
            Pair(sku: line.sku.text, place: line.location.text)
        }
        let fresh = count.lines.filter {
            $0.bookVersion == nil || $0.bookVersion == versions[pair($0)] ?? 0
        }
        let old = count.lines.filter { line in !fresh.contains { $0 == line } }
        if fresh.isEmpty { return .refused(.countOutdated(old.map { shown(pair($0)) })) }
        for line in fresh
        where (onHand(pair(line)) + line.counted - line.book).magnitude > 1_000_000_000_000_000 {
            return .refused(.quantityOverflow(line.sku, line.location))
        }
        noting { ledger in
            for line in fresh {
                ledger.goods[pair(line), default: []].append(line.counted - line.book)
            }
        }
        return .counted(
            applied: fresh.map { shown(pair($0)) },
            outdated: old.map { shown(pair($0)) }
        )
    }

    mutating func bringBack(_ back: ReturnGoods) -> Outcome {
        let asked = back.lines.map {
            StockLine(sku: $0.sku, location: $0.soldAt, quantity: $0.quantity)
        }
        let arriving = back.lines.map {
            StockLine(sku: $0.sku, location: $0.location ?? $0.soldAt, quantity: $0.quantity)
        }
        let sold: [Sold]
        switch back.origin {
        case .sale(let id):
            guard let receipt = receipts[id.text] else { return .refused(.saleNotFound(id)) }
            sold = receipt.lines
        case .reservation(let id):
            guard let index = index(id) else { return .refused(.reservationNotFound(id)) }
            sold = holds[index].lines.map {
                Sold(pair: $0.pair, units: $0.fulfilled, back: $0.returned)
            }
        }
        let sums = merged(asked)
        let order =
            sold.compactMap { line in sums.first { $0.pair == line.pair } }
            + sums.filter { sum in !sold.contains { $0.pair == sum.pair } }
        let excess = order.compactMap { sum -> Shortage? in
            let line = sold.first { $0.pair == sum.pair }
            let left = (line?.units ?? 0) - (line?.back ?? 0)
            return sum.requested > left
                ? shortage(sum.pair, asked: sum.requested, available: left) : nil
        }
        guard excess.isEmpty else { return .refused(.exceedsSoldQuantity(excess)) }
        if let refusal = unusable(arriving) { return .refused(refusal) }
        noting { ledger in
            for line in arriving {
                let pair = Pair(sku: line.sku.text, place: line.location.text)
                ledger.goods[pair, default: []].append(line.quantity)
                if back.disposition == .damaged {
                    ledger.blocked[pair, default: []].append(line.quantity)
                }
            }
        }
        return noteBack(sums, back.origin)
    }

    private mutating func noteBack(_ sums: [Line], _ origin: ReturnGoods.Origin) -> Outcome {
        switch origin {
        case .sale(let id):
            for sum in sums {
                for number in receipts[id.text]?.lines.indices ?? 0..<0
                where receipts[id.text]?.lines[number].pair == sum.pair {
                    receipts[id.text]?.lines[number].back += sum.requested
                }
            }
            receipts[id.text]?.version += 1
            return sale(id).map { .sale($0) } ?? .refused(.saleNotFound(id))
        case .reservation(let id):
            guard let index = index(id) else { return .refused(.reservationNotFound(id)) }
            for sum in sums {
                for number in holds[index].lines.indices
                where holds[index].lines[number].pair == sum.pair {
                    holds[index].lines[number].returned += sum.requested
                }
            }
            holds[index].version += 1
            return view(index)
        }
    }

    func sale(_ id: SaleID) -> Sale? {
        receipts[id.text].map { receipt in
            Sale(
                id: id,
                lines: receipt.lines.map {
                    SaleLine(
                        sku: SKU(unchecked: $0.pair.sku),
                        location: LocationID(unchecked: $0.pair.place),
                        sold: $0.units,
                        returned: $0.back
                    )
                },
                version: receipt.version
            )
        }
    }

    // MARK: placing

    /// Gives the newest hold its unplaced lines, unit by unit; else what can't be had.
    mutating func place(_ reserve: Reserve) -> [Shortage] {
        var wanted: [(sku: String, units: Int64)] = []
        for line in reserve.unplaced {
            if let known = wanted.firstIndex(where: { $0.sku == line.sku.text }) {
                wanted[known].units += line.quantity
            } else {
                wanted.append((line.sku.text, line.quantity))
            }
        }
        let candidates = places.values
            .filter { $0.state == .active && $0.sellsOnline }
            .sorted { ($0.priority, $0.id.text) < ($1.priority, $1.id.text) }
            .map(\.id.text)
        let stock = wanted.map { want in
            candidates.reduce(0) { $0 + max(0, online(Pair(sku: want.sku, place: $1))) }
        }
        let missing = zip(wanted, stock).map { want, there in
            Shortage(
                sku: SKU(unchecked: want.sku),
                location: nil,
                requested: want.units,
                available: there
            )
        }
        if reserve.placement == .whole {
            guard !wanted.isEmpty else { return [] }
            guard let place = whole(wanted, candidates) else { return missing }
            for want in wanted { add(want.units, Pair(sku: want.sku, place: place)) }
            return []
        }
        var short: [Shortage] = []
        for (want, shortage) in zip(wanted, missing) where !split(want, candidates) {
            short.append(shortage)
        }
        return short
    }

    private func whole(
        _ wanted: [(sku: String, units: Int64)],
        _ candidates: [String]
    ) -> String? {
        candidates.first { place in
            wanted.allSatisfy { online(Pair(sku: $0.sku, place: place)) >= $0.units }
        }
            ?? candidates.first { place in
                wanted.allSatisfy {
                    let pair = Pair(sku: $0.sku, place: place)
                    return online(pair) + backorders[pair, default: 0] >= $0.units
                }
            }
    }

    /// Takes each unit from the first place that has one, or else may owe one.
    private mutating func split(
        _ want: (sku: String, units: Int64),
        _ candidates: [String]
    ) -> Bool {
        let pairs = candidates.map { Pair(sku: want.sku, place: $0) }
        var taken: [Pair: Int64] = [:]
        for _ in 0..<want.units {
            func left(_ pair: Pair) -> Int64 { online(pair) - taken[pair, default: 0] }
            guard
                let pair = pairs.first(where: { left($0) > 0 })
                    ?? pairs.first(where: { left($0) + backorders[$0, default: 0] > 0 })
            else { return false }
            taken[pair, default: 0] += 1
        }
        for pair in pairs where taken[pair] != nil { add(taken[pair, default: 0], pair) }
        return true
    }

    private mutating func add(_ units: Int64, _ pair: Pair) {
        let last = holds.count - 1
        if let known = holds[last].lines.firstIndex(where: { $0.pair == pair }) {
            holds[last].lines[known].requested += units
        } else {
            holds[last].lines.append(Line(pair: pair, requested: units))
        }
    }
}
