import Ledger
import Testing

/// Random commands, hostile ones among them, against a model that is too simple to be wrong.
@Suite struct RandomLedgerTests {
    /// The same seeds every time, and new ones, which a failure names.
    static let seeds: [UInt64] =
        Array(1...6) + (0..<2).map { _ in UInt64.random(in: 1_000...1_000_000_000) }

    @Test(arguments: seeds)
    func `the rules agree with the naive ledger, answer by answer`(seed: UInt64) throws {
        var scene = Scene()
        var naive = NaiveLedger()
        var generator = CommandGenerator(seed: seed)
        for (index, command) in CommandGenerator.opening.enumerated() {
            let request = Request(
                id: RequestID(unchecked: "opening-\(index)"),
                actor: Actor(unchecked: "till"),
                command: command
            )
            #expect(naive.apply(request, stamp: scene.clock) == scene.send(request))
        }
        var kinds: [String: Int] = [:]
        for step in 0..<800 {
            scene.clock = UInt64(Int64(scene.clock) + generator.clockStep())
            let request = generator.request()
            if step % 3 == 0 { expectDryRun(of: request, scene, naive) }
            let expected = naive.apply(request, stamp: scene.clock)
            let answer = try viaBytes(request, &scene)
            kinds[Self.kind(answer), default: 0] += 1
            guard agree(answer, expected), agree(scene, naive, everything: step % 50 == 49) else {
                Issue.record("step \(step): \(request)\n got \(answer)\nwant \(expected)")
                return
            }
            if step % 50 == 49 { #expect(LedgerAudit.check(scene.state) == []) }
        }
        // A history in which nothing is granted, or nothing refused, would prove little.
        #expect(kinds.count >= 28, "\(kinds)")
    }

    /// Asks what would be answered at the state's own time: nothing expires first.
    private func expectDryRun(of request: Request, _ scene: Scene, _ naive: NaiveLedger) {
        var state = scene.state
        var copy = naive
        let before = state.digest()
        let answer = LedgerRules.validate(request, on: &state)
        #expect(state.digest() == before)
        #expect(answer.validated)
        let day: UInt64 = 86_400_000_000
        if let known = naive.remembered[request.id.text],
            naive.time - known.answer.logTime.microseconds < day
        {
            #expect(answer.replayed == (known.command == request.command))
        } else {
            var expected = answer
            expected.outcome = copy.execute(request)
            #expect(agree(answer, expected), "\(request): \(answer), want \(expected)")
        }
    }

    /// Whether the rows are what the model has; levels every time, as they change most.
    private func agree(_ scene: Scene, _ naive: NaiveLedger, everything: Bool) -> Bool {
        for (pair, expected) in naive.levels() {
            let level = scene.level(
                SKU(unchecked: pair.sku),
                at: LocationID(unchecked: pair.place)
            )
            guard level == expected else {
                Issue.record("\(pair): got \(level), want \(expected)")
                return false
            }
        }
        if everything { expectRows(scene, naive) }
        return true
    }

    private func expectRows(_ scene: Scene, _ naive: NaiveLedger) {
        let state = scene.state
        for index in naive.holds.indices {
            let expected = naive.reservation(index)
            #expect(state.reservation(expected.id) == expected)
        }
        for item in naive.items.values {
            #expect(state.itemKey(item.sku).flatMap { state.item($0) } == item)
        }
        for place in naive.places.values {
            #expect(state.locationKey(place.id).flatMap { state.location($0) } == place)
        }
        for offer in naive.offers.values {
            guard let item = state.itemKey(offer.sku),
                let place = state.locationKey(offer.location)
            else {
                Issue.record("an offer of what is unknown: \(offer)")
                continue
            }
            #expect(state.offer(LevelKey(location: place, item: item)) == offer)
        }
        for id in naive.receipts.keys.map({ SaleID(unchecked: $0) }) {
            #expect(state.sale(id) == naive.sale(id))
        }
        for id in naive.hauls.keys.map({ TransferID(unchecked: $0) }) {
            #expect(state.transfer(id) == naive.transfer(id))
        }
    }

    /// As a node does it: encoded, stamped, decoded, applied.
    private func viaBytes(_ request: Request, _ scene: inout Scene) throws -> Answer {
        var bytes: [UInt8] = []
        LedgerEntry.encode(request, into: &bytes)
        LedgerEntry.restamp(&bytes, with: LogTime(microseconds: scene.clock))
        let entry = try LedgerEntry.decode(bytes.span.bytes)
        return try #require(scene.apply(entry).answer)
    }

    /// Equal, but for the words in which a malformed field is described.
    private func agree(_ answer: Answer, _ expected: Answer) -> Bool {
        guard case .malformed? = answer.outcome.refusal,
            case .malformed? = expected.outcome.refusal
        else { return answer == expected }
        return answer.position == expected.position && answer.logTime == expected.logTime
            && answer.replayed == expected.replayed && answer.validated == expected.validated
    }

    private static func kind(_ answer: Answer) -> String {
        if let refusal = answer.outcome.refusal {
            return String(String(describing: refusal).prefix { $0 != "(" })
        }
        if let reservation = answer.outcome.reservation { return "\(reservation.state)" }
        if case .transfer(let transfer) = answer.outcome { return "transfer \(transfer.state)" }
        return String(String(describing: answer.outcome).prefix { $0 != "(" })
    }
}
