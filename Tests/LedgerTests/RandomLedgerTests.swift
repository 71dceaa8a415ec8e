import Ledger
import Testing

/// Random commands, hostile ones among them, against a model that is too simple to be wrong.
@Suite struct RandomLedgerTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
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
            let expected = naive.apply(request, stamp: scene.clock)
            let answer = try viaBytes(request, &scene)
            kinds[Self.kind(answer), default: 0] += 1
            guard agree(answer, expected) else {
                Issue.record("step \(step): \(request)\n got \(answer)\nwant \(expected)")
                return
            }
            for (pair, expected) in naive.levels() {
                let level = scene.level(
                    SKU(unchecked: pair.sku),
                    at: LocationID(unchecked: pair.place)
                )
                guard level == expected else {
                    Issue.record("step \(step), \(pair): got \(level), want \(expected)")
                    return
                }
            }
            if step % 50 == 49 { #expect(LedgerAudit.check(scene.state) == []) }
        }
        for index in naive.holds.indices {
            let expected = naive.reservation(index)
            #expect(scene.state.reservation(expected.id) == expected)
        }
        // A history in which nothing is granted, or nothing refused, would prove little.
        #expect(kinds.count >= 10, "\(kinds)")
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
            && answer.replayed == expected.replayed
    }

    private static func kind(_ answer: Answer) -> String {
        if let refusal = answer.outcome.refusal {
            return String(String(describing: refusal).prefix { $0 != "(" })
        }
        if let reservation = answer.outcome.reservation { return "\(reservation.state)" }
        return answer.outcome.levels == nil ? "version" : "levels"
    }
}
