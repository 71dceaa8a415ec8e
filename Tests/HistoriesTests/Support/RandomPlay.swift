import Histories
import Ledger
import TestSupport

/// Makes random histories that are good by construction: a sequential ledger executes one operation
/// after the other, and what clients see are intervals around those moments.
struct RandomPlay {
    /// What histories are like.
    struct Shape {
        var operations = 8
        var skus = 2
        var locations = 1
        /// How far an interval reaches to either side of its moment; moments are 100 apart.
        var reach: UInt64 = 250
        /// The time that holds last.
        var ttl: ClosedRange<UInt64> = 3_600_000...3_600_000
        /// Per cent of moments at which time passes without an operation.
        var ticks = 0
        /// Per cent of commands whose client gives up.
        var lost = 15
        /// Per cent of operations that read.
        var reads = 40
        /// Whether the catalogue changes in the midst of things.
        var changesCatalogue = true
        /// Whether ids are used for several commands.
        var reusesIDs = true
    }

    private struct Event {
        let operation: HistoryOperation
        let outcome: CallOutcome
        let begin: UInt64
        let end: UInt64
    }

    private let shape: Shape
    private var random: SplitMix
    private var ledger = SequentialLedger()
    private var events: [Event] = []
    private var moment: UInt64 = 10_000
    private var requests: [Request] = []
    private var reservations: [ReservationID] = []
    private var lost: [Request] = []

    private init(_ shape: Shape, seed: UInt64) {
        self.shape = shape
        random = SplitMix(seed: seed)
    }

    /// A good history.
    static func history(_ shape: Shape = Shape(), seed: UInt64) -> HistoryRecorder {
        var play = RandomPlay(shape, seed: seed)
        play.create()
        for _ in 0..<shape.operations { play.step() }
        return play.history
    }

    /// The calls in the order in which they begin, as a recorder would see them.
    private var history: HistoryRecorder {
        var history = HistoryRecorder()
        for event in events.sorted(by: { $0.begin < $1.begin }) {
            let call = history.invoke(
                client: 1,
                event.operation,
                at: HistoryInstant(nanoseconds: event.begin)
            )
            history.complete(call, event.outcome, at: HistoryInstant(nanoseconds: event.end))
        }
        return history
    }

    // MARK: - Steps

    private mutating func create() {
        // Now and then something is missing.
        for index in 0..<shape.skus where !chance(shape.changesCatalogue ? 10 : 0) {
            command(.upsertItem(UpsertItem(sku: sku(index), title: "Thing")), isCertain: true)
        }
        for index in 0..<shape.locations where !chance(shape.changesCatalogue ? 5 : 0) {
            command(
                .upsertLocation(UpsertLocation(id: location(index), name: "Store")),
                isCertain: true
            )
        }
    }

    private mutating func step() {
        if chance(shape.ticks) {
            let passed = Milliseconds(.random(in: 1...3, using: &random))
            ledger.tick(to: ledger.time.advanced(by: passed))
        }
        if chance(shape.reads) { return read() }
        if !lost.isEmpty, chance(15) {
            return ask(lost.remove(at: Int.random(in: lost.indices, using: &random)))
        }
        if !requests.isEmpty, chance(8), let earlier = requests.randomElement(using: &random) {
            guard shape.reusesIDs, chance(40) else { return ask(earlier) }
            return ask(Request(id: earlier.id, actor: earlier.actor, command: nextCommand()))
        }
        command(nextCommand(), isCertain: false)
    }

    private mutating func command(_ command: Command, isCertain: Bool) {
        let request = Request(
            id: RequestID(unchecked: "r\(requests.count)"),
            actor: Actor(unchecked: "tester"),
            command: command
        )
        requests.append(request)
        if case .reserve(let reserve) = command { reservations.append(reserve.reservation) }
        if isCertain || !chance(shape.lost) { return ask(request) }
        let interval = nextInterval()
        switch Int.random(in: 0..<3, using: &random) {
        case 0: note(.command(request), .notApplied, interval)
        case 1:
            lost.append(request)
            note(.command(request), .unknown, interval)
        default:
            lost.append(request)
            _ = ledger.apply(request)
            note(.command(request), .unknown, interval)
        }
    }

    private mutating func ask(_ request: Request) {
        let interval = nextInterval()
        note(.command(request), .answered(ledger.apply(request)), interval)
    }

    private mutating func read() {
        let subject = nextSubject()
        var interval = nextInterval()
        var promise = ReadPromise.linearizable
        var age: UInt64?
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            // Complete as of its moment, and asked for later.
            promise = .stale
            let lag = UInt64.random(in: 0..<600, using: &random)
            age = lag + UInt64.random(in: 0..<50, using: &random)
            interval = (moment + lag)...(moment + lag + .random(in: 0..<200, using: &random))
        case 1: promise = .stale
        default: break
        }
        let report = ReadReport(
            value: ledger.state.value(of: subject),
            position: ledger.position,
            claimedAge: age
        )
        note(.read(subject, promise), .read(report), interval)
    }

    private mutating func note(
        _ operation: HistoryOperation,
        _ outcome: CallOutcome,
        _ interval: ClosedRange<UInt64>
    ) {
        events.append(
            Event(
                operation: operation,
                outcome: outcome,
                begin: interval.lowerBound,
                end: interval.upperBound
            )
        )
    }

    private mutating func nextInterval() -> ClosedRange<UInt64> {
        moment += 100
        let before = UInt64.random(in: 0...shape.reach, using: &random)
        let after = UInt64.random(in: 0...shape.reach, using: &random)
        return (moment - before)...(moment + after)
    }

    // MARK: - Choices

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    private func sku(_ index: Int) -> SKU { SKU(unchecked: "sku-\(index)") }
    private func location(_ index: Int) -> LocationID { LocationID(unchecked: "store-\(index)") }

    private mutating func anySKU() -> SKU { sku(.random(in: 0..<shape.skus, using: &random)) }

    private mutating func anyLocation() -> LocationID {
        location(.random(in: 0..<shape.locations, using: &random))
    }

    private mutating func lines() -> [StockLine] {
        (0..<Int.random(in: 1...2, using: &random)).map { _ in
            StockLine(
                sku: anySKU(),
                location: anyLocation(),
                quantity: .random(in: 1...4, using: &random)
            )
        }
    }

    private mutating func anyReservation() -> ReservationID {
        reservations.randomElement(using: &random) ?? ReservationID(unchecked: "none")
    }

    private mutating func nextSubject() -> ReadSubject {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: .location(anyLocation())
        case 1: .item(anySKU())
        case 2...3: .reservation(anyReservation())
        case 4...5: .availability([anySKU(), anySKU()], at: chance(50) ? anyLocation() : nil)
        default: .level(anySKU(), anyLocation())
        }
    }

    private mutating func nextCommand() -> Command {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<25: .receive(Receive(lines: lines()))
        case 25..<30:
            .adjust(
                Adjust(
                    lines: [
                        StockLine(
                            sku: anySKU(),
                            location: anyLocation(),
                            quantity: chance(50) ? 1 : -1
                        )
                    ],
                    reason: chance(80) ? Reference(unchecked: "COUNT") : nil
                )
            )
        case 30..<40: .sell(Sell(lines: lines()))
        case 40..<65: reserve()
        case 65..<70:
            .extend(Extend(reservation: anyReservation(), ttl: Milliseconds(shape.ttl.upperBound)))
        case 70..<77: .confirm(Confirm(reservation: anyReservation()))
        case 77..<84:
            .fulfill(Fulfill(reservation: anyReservation(), lines: chance(40) ? lines() : []))
        case 84..<91: .release(Release(reservation: anyReservation()))
        default: catalogueCommand()
        }
    }

    private mutating func reserve() -> Command {
        let isRepeated = chance(5)
        return .reserve(
            Reserve(
                reservation: isRepeated
                    ? anyReservation() : ReservationID(unchecked: "h\(reservations.count)"),
                owner: Owner(
                    kind: chance(20) ? .store : .customer,
                    reference: Reference(unchecked: chance(80) ? "c" : "d")
                ),
                lines: lines(),
                ttl: Milliseconds(.random(in: shape.ttl, using: &random)),
                replaces: chance(15) ? anyReservation() : nil
            )
        )
    }

    private mutating func catalogueCommand() -> Command {
        guard shape.changesCatalogue else { return .receive(Receive(lines: lines())) }
        let version: UInt64? = chance(30) ? .random(in: 0...2, using: &random) : nil
        guard chance(60) else {
            return .upsertLocation(
                UpsertLocation(
                    id: anyLocation(),
                    name: "Store",
                    sellsOnline: chance(70),
                    state: [.active, .active, .draining, .closed].randomElement(using: &random)
                        ?? .active,
                    expectedVersion: version
                )
            )
        }
        return .upsertItem(
            UpsertItem(
                sku: anySKU(),
                title: "Thing",
                state: chance(70) ? .active : .archived,
                expectedVersion: version
            )
        )
    }
}
