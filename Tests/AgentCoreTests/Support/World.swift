import AgentCore
import AgentTesting
import Ledger
import TestSupport

/// Agents at two shops, customers elsewhere, and a ledger, with everything between them that can go
/// wrong; all of it out of a seed.
struct World {
    /// What may happen beyond lost messages and deaths.
    struct Plan {
        var policy = AgentSettings.CutOffPolicy.block
        /// Goods vanish, break, or are shipped without being there.
        var hasLosses = false
        var hasRevocations = false
        var hasCopies = false
        var hasBackups = false
    }

    static let skus = ["A", "B", "C"].map { SKU(unchecked: $0) }
    static let shops = ["shop-1", "shop-2"].map { LocationID(unchecked: $0) }

    let plan: Plan
    var random: SplitMix
    var centre = Centre()
    var devices: [Device] = []
    var step = 0
    var isHealing = false
    /// Devices that were begun as a copy of another, or put back to an old copy of themselves.
    var copies = 0
    var backups = 0
    private var oldRows: [Int: InMemoryAgentRows] = [:]
    private var backup: Centre?
    private var requests = 0
    private var holds: [ReservationID] = []
    private var transfers: [TransferID] = []

    init(seed: UInt64, plan: Plan) {
        self.plan = plan
        random = SplitMix(seed: seed)
        for shop in Self.shops {
            centre.apply(.upsertLocation(UpsertLocation(id: shop, name: shop.text)))
        }
        for sku in Self.skus {
            centre.apply(
                .upsertItem(UpsertItem(sku: sku, title: sku.text, price: 100, currency: "EUR"))
            )
            let lines = Self.shops.map { StockLine(sku: sku, location: $0, quantity: 40) }
            centre.apply(.receive(Receive(lines: lines)))
        }
        for (index, shop) in Self.shops.enumerated() {
            var settings = AgentSettings()
            settings.policy = plan.policy
            settings.factsPerSubmission = 3
            settings.callTimeout = Milliseconds(4_000)
            settings.stallAfter = Milliseconds(9_000)
            settings.backoffMax = Milliseconds(2_000)
            let instance = Reference(unchecked: "device\(index)")
            devices.append(
                Device(
                    location: shop,
                    rows: InMemoryAgentRows(location: shop, instance: instance),
                    settings: settings,
                    seed: random.next()
                )
            )
        }
    }

    /// Everything that happens in one step.
    mutating func run(steps: Int) {
        for _ in 0..<steps {
            step += 1
            centre.pass(UInt64.random(in: 1...300, using: &random))
            if !isHealing { disturb() }
            for index in devices.indices { turn(index) }
        }
    }

    private mutating func turn(_ index: Int) {
        // Taken out meanwhile, so that its rows are changed in place.
        var device = devices.remove(at: index)
        defer { devices.insert(device, at: index) }
        let passed = UInt64.random(in: 1...400, using: &random)
        device.clock.steady = Milliseconds(device.clock.steady.rawValue + passed)
        let jump = !isHealing && random.once(in: 60) ? UInt64(86_400_000) : 0
        device.clock.wall = LogTime(
            microseconds: jump > 0 && random.once(in: 2)
                ? device.clock.wall.microseconds - jump * 1_000
                : device.clock.wall.microseconds + (passed + jump) * 1_000
        )
        if !isHealing, random.once(in: 120) {
            device.core.arm(lifetime: Int.random(in: 0...3, using: &random), random.once(in: 2))
        }
        if isHealing { device.core.disarm() }
        var inputs: [AgentInput] = [.tick]
        if device.isConnected ? !isHealing && random.once(in: 90) : isHealing || random.once(in: 15)
        {
            device.isConnected.toggle()
            inputs.append(device.isConnected ? .connected(to: cluster) : .disconnected)
        }
        device.handle(inputs, step: step, &random)
        carry(&device)
        follow(&device)
        ask(&device, index)
        let due = device.deliveries.filter { $0.due <= step }
        device.deliveries.removeAll { $0.due <= step }
        if !due.isEmpty {
            var inputs = due.map(\.input)
            if !isHealing { inputs.shuffle(using: &random) }
            device.handle(inputs, step: step, &random)
        }
    }

    /// Calls reach the ledger late, twice or not at all, and so do its answers.
    private mutating func carry(_ device: inout Device) {
        let due = device.calls.filter { $0.due <= step }
        device.calls.removeAll { $0.due <= step }
        for (_, call) in due {
            guard isHealing || device.isConnected && !random.once(in: 20) else { continue }
            centre.location = device.location
            let answer = centre.answer(call.question)
            if !isHealing, random.once(in: 15) {
                // The same request comes round again, much later.
                device.calls.append((due: step + 20, call: call))
            }
            guard isHealing || !random.once(in: 20) else { continue }
            let delay = isHealing ? 0 : Int.random(in: 0...3, using: &random)
            device.deliveries.append(
                Device.Delivery(due: step + delay, input: .answered(call: call.id, answer))
            )
        }
    }

    /// The feed comes in pieces; now and then one is lost or comes twice, or it breaks.
    private mutating func follow(_ device: inout Device) {
        guard let start = device.feedAt, device.isConnected else { return }
        let end = centre.state.header.position
        guard start < end else { return }
        if !isHealing, random.once(in: 60) {
            device.feedAt = nil
            let loss = random.pick([FeedLoss.broken, .compacted])
            device.deliveries.append(Device.Delivery(due: step + 1, input: .feedLost(loss)))
            return
        }
        let length = UInt64.random(in: 1...9, using: &random)
        let through = min(end, Position(start.rawValue + length))
        let rows = centre.feed(of: device.location, after: start, through: through)
        device.feedAt = through
        if !isHealing, random.once(in: 40) { return }
        let input = AgentInput.changes(rows, after: start, through: through)
        device.deliveries.append(Device.Delivery(due: step, input: input))
        if !isHealing, random.once(in: 30) {
            device.deliveries.append(Device.Delivery(due: step + 3, input: input))
        }
    }

    /// Tills ask, and ask again until they are answered.
    private mutating func ask(_ device: inout Device, _ index: Int) {
        if !isHealing, random.once(in: 3), !device.isFrozen, device.errands.count < 6 {
            requests += 1
            device.tickets += 1
            device.errands[device.tickets] = Device.Errand(request: makeRequest(device, index))
        }
        var inputs: [AgentInput] = []
        for ticket in device.errands.keys.sorted() {
            guard let errand = device.errands[ticket], !errand.isAsked else { continue }
            device.errands[ticket]?.isAsked = true
            inputs.append(.till(ticket: ticket, errand.request))
        }
        if !inputs.isEmpty { device.handle(inputs, step: step, &random) }
    }

    private mutating func makeRequest(_ device: Device, _ index: Int) -> TillRequest {
        let shop = device.location
        let sku = random.pick(Self.skus)
        let quantity = Quantity.random(in: 1...7, using: &random)
        let line = StockLine(sku: sku, location: shop, quantity: quantity)
        let reason = Reference(unchecked: "CHECK")
        var command = Command.sell(Sell(lines: [line]))
        switch Int.random(in: 0..<14, using: &random) {
        case 0: command = .receive(Receive(lines: [line]))
        case 1: command = .adjust(Adjust(lines: [line], reason: reason))
        case 2 where plan.hasLosses:
            let lost = StockLine(sku: sku, location: shop, quantity: -quantity)
            command = .adjust(Adjust(lines: [lost], reason: reason))
        case 3 where plan.hasLosses:
            let broken = MarkUnavailable(lines: [line], reason: reason)
            command = .markUnavailable(broken)
        case 4 where plan.hasLosses:
            command = .writeOff(WriteOff(lines: [line], reason: reason))
        case 5 where plan.hasLosses:
            let count = CountLine(sku: sku, location: shop, counted: quantity * 5, book: 0)
            return TillRequest(
                id: RequestID(unchecked: "till-\(index)-\(requests)"),
                command: .count(Count(lines: [count])),
                countsAgainstBook: true
            )
        case 6:
            if let receipt = device.lastSale, let sale = receipt.sale,
                let sold = receipt.lines.first
            {
                let back = ReturnLine(
                    sku: sold.sku,
                    soldAt: shop,
                    quantity: max(1, sold.quantity / 2),
                    location: shop
                )
                command = .returnGoods(ReturnGoods(origin: .sale(sale), lines: [back]))
            }
        case 7:
            if let hold = holds.last { command = .fulfill(Fulfill(reservation: hold)) }
        case 8 where plan.hasLosses:
            if let id = transfers.last { command = .shipTransfer(ShipTransfer(transfer: id)) }
        case 9:
            if let id = transfers.last {
                command = .receiveTransfer(ReceiveTransfer(transfer: id))
            }
        case 10:
            let price = Money(amount: quantity * 10, currency: "EUR")
            command = .setOffer(
                SetOffer(sku: sku, location: shop, price: price, fields: .price)
            )
        default: break
        }
        return TillRequest(
            id: RequestID(unchecked: "till-\(index)-\(requests)"),
            command: command
        )
    }

    // MARK: What others do

    private mutating func disturb() {
        let shop = random.pick(Self.shops)
        let sku = random.pick(Self.skus)
        switch Int.random(in: 0..<40, using: &random) {
        case 0...4: hold(sku, shop)
        case 5:
            let lines = [ItemLine(sku: sku, quantity: 3)]
            centre.apply(.recallAllotment(RecallAllotment(location: shop, lines: lines)))
        case 6:
            requests += 1
            let id = TransferID(unchecked: "transfer-\(requests)")
            let other = Self.shops.first { $0 != shop } ?? shop
            let lines = [ItemLine(sku: sku, quantity: 2)]
            centre.apply(
                .createTransfer(CreateTransfer(transfer: id, from: other, to: shop, lines: lines))
            )
            transfers.append(id)
        case 7:
            centre.apply(
                .setOffer(
                    SetOffer(
                        sku: sku,
                        location: shop,
                        price: Money(amount: Int64(step), currency: "EUR")
                    )
                )
            )
        case 8: centre.apply(.upsertItem(UpsertItem(sku: sku, title: "New \(step)")))
        case 9 where plan.hasRevocations && random.once(in: 3): revoke(shop)
        case 10 where plan.hasCopies && random.once(in: 3): copy()
        case 11 where plan.hasBackups:
            if let old = backup, random.once(in: 4), backups < 3 {
                restore(old)
            } else if backup == nil {
                backup = centre
            }
        default: break
        }
    }

    /// A new cluster goes on from the backup; whatever was on its way to or from the old one is lost.
    private mutating func restore(_ old: Centre) {
        centre = old
        centre.pass(3_600_000)
        backups += 1
        backup = nil
        for index in devices.indices {
            devices[index].isConnected = false
            devices[index].calls = []
            devices[index].deliveries = []
            devices[index].feedAt = nil
            devices[index].handle([.disconnected], step: step, &random)
        }
    }

    private var cluster: Reference { Reference(unchecked: "cluster-\(backups)") }

    private mutating func hold(_ sku: SKU, _ shop: LocationID) {
        requests += 1
        let id = ReservationID(unchecked: "hold-\(requests)")
        let outcome = centre.apply(
            .reserve(
                Reserve(
                    reservation: id,
                    owner: Owner(kind: .customer, reference: Reference(unchecked: "web")),
                    lines: [
                        StockLine(
                            sku: sku,
                            location: shop,
                            quantity: Quantity.random(in: 1...5, using: &random)
                        )
                    ],
                    ttl: LedgerLimits.ttlMax
                )
            )
        )
        guard !outcome.isRefusal else { return }
        if random.once(in: 2) { centre.apply(.confirm(Confirm(reservation: id))) }
        holds.append(id)
    }

    private mutating func revoke(_ shop: LocationID) {
        guard let agent = centre.agent(shop) else { return }
        centre.apply(
            .revokeAllotment(
                RevokeAllotment(
                    location: shop,
                    epoch: agent.epoch,
                    skus: Self.skus,
                    reason: Reference(unchecked: "GONE")
                )
            )
        )
    }

    /// A disk is kept aside, and later takes the place of the one in use, or runs beside it.
    private mutating func copy() {
        let index = Int.random(in: 0..<Self.shops.count, using: &random)
        guard let old = oldRows[index] else {
            oldRows[index] = devices[index].core.rows.rows
            return
        }
        guard copies == 0 else { return }
        copies += 1
        if random.once(in: 2) {
            devices[index].start(from: old, &random)
            devices[index].told = [:]
            devices[index].errands = [:]
        } else {
            devices.append(
                Device(
                    location: devices[index].location,
                    rows: old,
                    settings: devices[index].settings,
                    seed: random.next()
                )
            )
        }
    }
}

extension AgentCore where Rows == MortalRows {
    /// It dies at the commit after so many.
    mutating func arm(lifetime: Int, _ isAfter: Bool) {
        rows.lifetime = lifetime
        rows.end = isAfter ? .after : .before
    }

    mutating func disarm() { rows.lifetime = nil }
}
