import Raft
import Simulation
import Testing

/// Scripts made up by chance, whose every step must keep what Raft promises, and which must converge in
/// the end.
@Suite struct `Random scripts` {
    private static let names = ["n1", "n2", "n3", "n4", "n5"]
    /// How often each step comes; N stands for a node, W for a small number.
    private static let steps: [(weight: Int, text: String)] = [
        (12, "deliver"), (6, "deliver *->N W"), (4, "deliver N->* W"), (6, "stabilize"),
        (6, "tick N W"), (3, "tick all W"), (4, "heartbeat all"), (3, "timeout N"),
        (3, "campaign N"), (3, "lapse all"), (10, "propose N \"x\""), (6, "propose N \"longer\""),
        (4, "read N"), (2, "transfer N"), (2, "crash N"), (5, "restart N"), (3, "compact N W"),
        (3, "compact N 99"), (2, "manual persist N"), (3, "persist N W"), (2, "auto persist N"),
        (1, "manual apply N"), (1, "apply N W"), (1, "auto apply N"), (2, "isolate N"),
        (3, "heal"), (2, "cut N->*"), (2, "drop *->N 1"), (2, "duplicate *->N"),
        (2, "delay *->N"), (2, "shuffle W"), (2, "change N add n4"), (2, "change N add n5"),
        (1, "change N remove N"), (1, "change N promote N"), (1, "change N demote N"),
        (1, "change N replace N n5"), (1, "change N to voters n1 n4 n5 learners n2"),
    ]

    private static func script(seed: UInt64, stepCount: Int) -> String {
        var random = SplitMix64(seed: seed)
        func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
        let total = steps.reduce(0) { $0 + $1.weight }
        var lines = ["nodes n1 n2 n3", "spare n4 n5", "set max-entries 3", "set inflight 4"]
        for _ in 0..<stepCount {
            var ticket = below(total)
            guard
                let step = steps.first(where: { step in
                    ticket -= step.weight
                    return ticket < 0
                })
            else { continue }
            let words = step.text.split(separator: " ").map { word in
                String(word).replacing("N", with: names[below(names.count)])
                    .replacing("W", with: String(1 + below(12)))
            }
            lines.append(words.joined(separator: " "))
        }
        return lines.joined(separator: "\n")
    }

    @Test(arguments: 0..<150 as Range<UInt64>)
    func `nothing that was promised is broken`(_ seed: UInt64) throws {
        let text = Self.script(seed: seed, stepCount: 200) + "\nexpect safe\nexpect running n1"
        let ended = try #require(runText(text))
        let found = ended.printed.first { $0.hasPrefix("  found: ") }
        // A node that the script crashed last is the one thing that may be found.
        #expect(found == nil || found == "  found: n1 down", "\(ended.printed)\n\(text)")
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `trouble that ends is overcome`(_ seed: UInt64) throws {
        let end = "\nauto persist\nauto apply\nheal\nrestart all\nconverge 2000"
        let text = Self.script(seed: 1000 + seed, stepCount: 150) + end
        let ended = try #require(runText(text))
        #expect(ended.tally.failures == 0, "\(ended.printed)\n\(text)")
    }
}
