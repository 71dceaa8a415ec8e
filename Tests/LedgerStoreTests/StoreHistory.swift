import Ledger
import TestSupport

/// Random entries about stores among those of a `RandomHistory`: agents that come, are taken over, tell
/// facts, some of them twice, late, or on another chain, and people who decide what is left.
struct StoreHistory {
    var base: RandomHistory
    /// What agents have told, by the store: the current chain, and those of earlier epochs.
    private var chains: [LocationID: [Chain]] = [:]
    private var instances = 0

    /// The chain of one epoch, as the agent keeps it.
    struct Chain {
        var epoch: UInt32
        /// By sequence less one; the first ones may be of the epoch before.
        var facts: [SubmittedFact] = []

        var next: UInt64 { UInt64(facts.count) + 1 }

        func link(before sequence: UInt64) -> FactHash {
            sequence == 1 ? .start : facts[Int(sequence) - 2].hash
        }
    }

    /// No longer sold, and still there.
    private static let archived = SKU(unchecked: "sku-archived")

    init(seed: UInt64) { base = RandomHistory(seed: seed) }

    mutating func opening() -> [LedgerEntry] {
        let entries = base.opening()
        let command = UpsertItem(
            sku: Self.archived,
            title: "Archived",
            price: 1,
            currency: "EUR",
            state: .archived
        )
        let request = Request(
            id: RequestID(unchecked: uuid()),
            actor: Actor(unchecked: "agent"),
            command: .upsertItem(command)
        )
        return entries + [.request(request, stamp: LogTime(microseconds: 0))]
    }

    mutating func next(_ ledger: InMemoryLedgerState) -> LedgerEntry {
        guard pick(100) < 55 else { return base.next() }
        let request = Request(
            id: RequestID(unchecked: uuid()),
            actor: Actor(unchecked: "agent"),
            command: command(ledger)
        )
        return .request(request, stamp: ledger.header.logTime)
    }

    private mutating func command(_ ledger: InMemoryLedgerState) -> Command {
        let place = place()
        switch pick(100) {
        case 0..<5: return register(place, ledger)
        case 5..<55: return submit(place, ledger)
        case 55..<58: return salvage(place)
        case 58..<72:
            let epoch = pick(8) == 0 ? 1 : agent(place, ledger)?.epoch ?? 1
            let lines = items(1...20)
            return .grantAllotment(GrantAllotment(location: place, epoch: epoch, lines: lines))
        case 72..<76:
            return .recallAllotment(RecallAllotment(location: place, lines: items(0...9)))
        case 76..<79: return revoke(place, ledger)
        case 79..<90: return resolve(ledger)
        case 90..<96: return replay(ledger)
        default: return offer(place, ledger)
        }
    }

    private func agent(_ id: LocationID, _ ledger: InMemoryLedgerState) -> StoreAgent? {
        guard let key = ledger.locationKey(id),
            case .agent(let agent)? = ledger.storeRecord(.agent(key))
        else { return nil }
        return agent
    }

    private mutating func register(_ id: LocationID, _ ledger: InMemoryLedgerState) -> Command {
        let known = agent(id, ledger)
        let isNew = known?.state != .active || pick(3) == 0
        if isNew { instances += 1 }
        let instance = Reference(unchecked: "database-\(instances)")
        let settings = StoreSettings(
            onlineShare: UInt8(pick(2)) * 20,
            releasesHolds: pick(4) > 0
        )
        return .registerStore(
            RegisterStore(
                location: id,
                instance: isNew ? instance : known?.instance ?? instance,
                takeover: pick(4) > 0,
                settings: pick(2) == 0 ? settings : nil
            )
        )
    }

    private mutating func revoke(_ id: LocationID, _ ledger: InMemoryLedgerState) -> Command {
        let epoch = agent(id, ledger)?.epoch ?? 1
        return .revokeAllotment(
            RevokeAllotment(
                location: id,
                epoch: UInt32(pick(Int(epoch) + 1)) + 1,
                skus: Array(Set(items(1...1).map(\.sku))).sorted { $0.text < $1.text },
                reason: pick(6) == 0 ? nil : Reference(unchecked: "LOST")
            )
        )
    }

    private mutating func resolve(_ ledger: InMemoryLedgerState) -> Command {
        let kinds = StoreRecordKey.Kind.allCases.filter {
            StoreRecordKey(kind: $0, place: 0, sequence: 0, line: 0).isConflict
        }
        let open = ledger.storeRecords(kinds[pick(kinds.count)]).map(\.key)
        let none = StoreRecordKey(kind: .fork, place: 1 << 32, sequence: 0, line: 0)
        return .resolveConflict(
            ResolveConflict(
                conflict: open.isEmpty ? none : open[pick(open.count)],
                decision: pick(2) == 0 ? .apply : .dismiss,
                reason: pick(6) == 0 ? nil : Reference(unchecked: "SEEN")
            )
        )
    }

    private mutating func replay(_ ledger: InMemoryLedgerState) -> Command {
        let aside = ledger.storeRecords(.quarantined)
        guard !aside.isEmpty, case .quarantined(let fact) = aside[pick(aside.count)].record else {
            let mark = FactMark(location: place(), epoch: 1, sequence: 1)
            let reason = Reference(unchecked: "READ")
            return .replayFact(ReplayFact(mark: mark, hash: .start, fact: nil, reason: reason))
        }
        return .replayFact(
            ReplayFact(
                mark: fact.mark,
                hash: pick(6) == 0 ? .start : fact.fact.hash,
                fact: pick(3) == 0 ? nil : told(at: fact.mark.location, epoch: fact.mark.epoch),
                reason: Reference(unchecked: "READ")
            )
        )
    }

    private mutating func offer(_ id: LocationID, _ ledger: InMemoryLedgerState) -> Command {
        let sku = base.skus[pick(base.skus.count)]
        var current: Money?
        if let item = ledger.itemKey(sku), let location = ledger.locationKey(id) {
            current = ledger.offer(LevelKey(location: location, item: item))?.price
        }
        let isStale = pick(2) == 0
        let base: SetOffer.BasePrice = current.map { .price($0) } ?? .nothing
        return .setOffer(
            SetOffer(
                sku: sku,
                location: id,
                price: Money(amount: Int64(pick(9)), currency: "EUR"),
                fields: .price,
                basePrice: isStale ? .price(Money(amount: 77, currency: "EUR")) : base
            )
        )
    }
}

// MARK: - What agents tell

extension StoreHistory {
    /// What the store's agent would send now: mostly what comes next, sometimes what it shouldn't.
    private mutating func submit(_ id: LocationID, _ ledger: InMemoryLedgerState) -> Command {
        var chain = chain(id, ledger)
        var first = chain.next
        for _ in 0..<pick(4) { append(to: &chain, at: id) }
        switch pick(24) {
        case 0..<5 where first > 1: first -= UInt64(pick(min(Int(first) - 1, 9))) + 1
        case 5 where pick(3) == 0: return fork(id, chain, first)
        case 6: return command(id, chain, from: chain.next, isGap: true)
        case 7: chain.epoch += 1
        default: chains[id, default: []].append(chain)
        }
        return command(id, chain, from: first)
    }

    /// The chain of the store's present epoch, which may go on from the one before.
    private func chain(_ id: LocationID, _ ledger: InMemoryLedgerState) -> Chain {
        guard let agent = agent(id, ledger) else { return Chain(epoch: 1) }
        let own = chains[id]?.last { chain in
            chain.facts.count == Int(agent.lastSequence)
                && (chain.facts.last?.hash ?? .start) == agent.lastHash
        }
        var chain = own ?? Chain(epoch: agent.epoch)
        chain.epoch = agent.epoch
        return chain
    }

    private mutating func append(to chain: inout Chain, at id: LocationID) {
        let isUnread = pick(12) == 0
        let unread = UnreadFact(kind: 77, version: 1, payload: [1, 2, 3])
        chain.facts.append(
            SubmittedFact(
                hash: hash(),
                claimedTime: LogTime(microseconds: UInt64(pick(1_000))),
                content: isUnread ? .unknown(unread) : .known(told(at: id, epoch: chain.epoch))
            )
        )
    }

    private mutating func fork(_ id: LocationID, _ chain: Chain, _ first: UInt64) -> Command {
        var other = chain
        append(to: &other, at: id)
        let place = Int(min(first, other.next - 1)) - 1
        other.facts[max(0, place - pick(2))].hash = hash()
        return command(id, other, from: first > 1 ? first - 1 : first)
    }

    private mutating func command(
        _ id: LocationID,
        _ chain: Chain,
        from first: UInt64,
        isGap: Bool = false
    ) -> Command {
        .submitFacts(
            SubmitFacts(
                location: id,
                epoch: chain.epoch,
                firstSequence: isGap ? first + 2 : first,
                previousHash: chain.link(before: first),
                facts: Array(chain.facts.dropFirst(Int(first) - 1)),
                completeThrough: pick(2) == 0 ? LogTime(microseconds: .max) : nil
            )
        )
    }

    private mutating func salvage(_ id: LocationID) -> Command {
        var chain = chains[id]?.randomElement(using: &base.generator) ?? Chain(epoch: 1)
        let first = chain.next
        append(to: &chain, at: id)
        return .submitFacts(
            SubmitFacts(
                location: id,
                epoch: chain.epoch,
                firstSequence: first,
                previousHash: chain.link(before: first),
                facts: Array(chain.facts.dropFirst(Int(first) - 1)),
                isSalvage: true
            )
        )
    }

    private mutating func told(at id: LocationID, epoch: UInt32) -> Fact {
        let lines = items(1...25).map {
            StockLine(sku: $0.sku, location: id, quantity: $0.quantity)
        }
        let rights = lines.map { Quantity(pick(2)) * min($0.quantity, Quantity(pick(12))) }
        let gained = rights.map { -$0 }
        let epoch = pick(8) == 0 ? 1 : epoch
        func fact(_ command: Command, _ rights: [Quantity] = []) -> Fact {
            Fact(command: command, rightsEpoch: epoch, rights: rights)
        }
        let reason = Reference(unchecked: "damaged")
        switch pick(20) {
        case 0..<9:
            let sale = SaleID(unchecked: uuid())
            var sold = fact(.sell(Sell(lines: lines, sale: sale)), rights)
            sold.prices = lines.map { _ in Money(amount: 100, currency: "EUR") }
            return sold
        case 9..<11:
            // As much as is sold, or there would be nothing to promise.
            var received = lines
            for index in received.indices { received[index].quantity += 60 }
            return fact(.receive(Receive(lines: received)), gained)
        case 11: return fact(.adjust(Adjust(lines: lines, reason: reason)))
        case 12: return fact(.writeOff(WriteOff(lines: lines, reason: reason)))
        case 13: return fact(.markUnavailable(MarkUnavailable(lines: lines, reason: reason)))
        case 14:
            let counted = lines.map {
                CountLine(sku: $0.sku, location: id, counted: $0.quantity, book: 20)
            }
            return fact(.count(Count(lines: counted)))
        case 15: return fact(.returnAllotment(ReturnAllotment(lines: lines)))
        default: return documented(at: id, lines, epoch)
        }
    }

    /// What happened to a document that may not be as the agent thinks.
    private mutating func documented(
        at id: LocationID,
        _ lines: [StockLine],
        _ epoch: UInt32
    ) -> Fact {
        let transfer = base.transferIDs.suffix(4).randomElement(using: &base.generator)
        let reservation =
            base.reservationIDs.suffix(9).randomElement(using: &base.generator)
            ?? ReservationID(unchecked: uuid())
        let transferID = transfer ?? TransferID(unchecked: uuid())
        let command: Command
        switch pick(4) {
        case 0: command = .fulfill(Fulfill(reservation: reservation, lines: lines))
        case 1:
            let sent = lines.map { ItemLine(sku: $0.sku, quantity: min($0.quantity, 3)) }
            command = .shipTransfer(ShipTransfer(transfer: transferID, lines: sent))
        case 2:
            let came = lines.map { ArrivalLine(sku: $0.sku, ok: 1, rejected: 0, lost: 0) }
            command = .receiveTransfer(ReceiveTransfer(transfer: transferID, lines: came))
        default:
            let sale = base.saleIDs.suffix(9).randomElement(using: &base.generator)
            let back = lines.map { ReturnLine(sku: $0.sku, soldAt: id, quantity: 1) }
            let origin: ReturnGoods.Origin =
                sale.map { .sale($0) } ?? .reservation(reservation)
            command = .returnGoods(ReturnGoods(origin: origin, lines: back))
        }
        return Fact(command: command, rightsEpoch: epoch)
    }

    /// One to three items, each once; now and then one that isn't in the catalogue.
    private mutating func items(_ quantities: ClosedRange<Quantity>) -> [ItemLine] {
        var skus = base.skus + [Self.archived]
        skus.shuffle(using: &base.generator)
        return skus.prefix(1 + pick(3)).map {
            let quantity = Quantity.random(in: quantities, using: &base.generator)
            return ItemLine(sku: $0, quantity: quantity)
        }
    }

    private mutating func hash() -> FactHash {
        FactHash(words: (base.generator.next(), base.generator.next(), base.generator.next(), 1))
    }

    private mutating func place() -> LocationID { base.locations[pick(base.locations.count)] }

    private mutating func pick(_ count: Int) -> Int {
        Int.random(in: 0..<count, using: &base.generator)
    }

    private mutating func uuid() -> String {
        let digits = String(base.generator.next(), radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.count) + digits
        return "\(padded.prefix(8))-0000-4000-9000-0000\(padded.suffix(8))"
    }
}
