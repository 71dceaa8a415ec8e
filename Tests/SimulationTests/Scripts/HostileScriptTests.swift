import Raft
import Simulation
import Testing

/// Nothing that is handed in as a script stops or hangs the runner.
@Suite struct `Hostile scripts` {
    private static let sources = ScenarioFiles.names.compactMap {
        try? ScenarioFiles.content(of: $0)
    }

    /// Reads, and runs what can be read.
    private func attempt(_ bytes: [UInt8]) {
        guard case .success(let script) = Script.read(file: "x", bytes) else { return }
        let ended = runScript(script)
        #expect(ended.tally.failures <= ended.tally.scenarios)
    }

    @Test
    func `random bytes`() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<500 {
            let count = Int(random.next() % 400)
            attempt((0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        }
    }

    @Test
    func `random words`() {
        let words =
            """
            nodes n1 n2 n3 learners spare log after term vote applied set election heartbeat tick all \
            timeout campaign lapse deliver stabilize converge drop duplicate delay shuffle cut isolate \
            partition heal manual auto persist persist-fail apply crash restart compact propose "x" as \
            p1 read r1 transfer to change add remove promote demote replace voters inject append vote \
            pre-vote vote-reply append-reply timeout-now snapshot expect not role leader follower entry \
            config message sent refused accepted running halted proposal committed at safe converged \
            show network quorum commit confchange n1->n2 n2->n1 *->* 1 2 5@2 = ( ) , -> | >= 3
            """
            .split(separator: " ")
        var random = SplitMix64(seed: 2)
        for _ in 0..<3000 {
            let count = 1 + Int(random.next() % 6)
            let line = (0..<count).map { _ in words[Int(random.next() % UInt64(words.count))] }
            attempt(Array("nodes n1 n2 n3\n\(line.joined(separator: " "))".utf8))
        }
    }

    @Test
    func `scripts that end anywhere`() {
        var random = SplitMix64(seed: 3)
        for source in Self.sources {
            for _ in 0..<5 {
                attempt(Array(source[..<Int(random.next() % UInt64(source.count))]))
            }
        }
    }

    @Test
    func `scripts whose lines are in another order, or gone`() {
        var random = SplitMix64(seed: 4)
        for source in Self.sources {
            let lines = source.split(separator: UInt8(ascii: "\n"))
            for _ in 0..<3 {
                var mixed = lines.filter { _ in random.next() % 8 > 0 }
                for _ in 0..<3 where mixed.count > 1 {
                    mixed.swapAt(
                        Int(random.next() % UInt64(mixed.count)),
                        Int(random.next() % UInt64(mixed.count))
                    )
                }
                attempt(Array(mixed.joined(separator: [UInt8(ascii: "\n")])))
            }
        }
    }

    @Test
    func `random steps with numbers of every size`() {
        let names = ["n1", "n2", "n3", "n4"]
        let numbers = ["0", "1", "2", "3", "7", "1000000000000000"]
        let steps = [
            "tick N", "timeout N", "campaign N", "lapse N", "stabilize", "deliver", "crash N",
            "restart N", "restart N applied 9", "compact N 9", "propose N \"x\"", "read N",
            "transfer N", "transfer N to N", "change N add n4", "change N remove N",
            "change N promote N", "change N demote N", "change N to voters N N learners n4",
            "change N replace N n4", "manual persist N", "auto persist N", "persist N",
            "persist N 9", "persist-fail N", "manual apply N", "apply N 9", "auto apply",
            "isolate N", "heal", "drop", "shuffle 9", "converge 9",
            "inject N->M append term=9 prev=9@9 entries=(9,9) commit=9",
            "inject N->M snapshot term=9 last=9@9", "inject N->M heartbeat term=9 commit=9",
            "inject N->M append-reply term=9 match=9 ok=yes",
            "inject N->M append-reply term=9 match=9 prev=9@9 last=9@9 ok=no",
            "inject N->M vote term=9 last=9@9 forced=yes", "inject N->M timeout-now",
            "inject N->M vote-reply granted=yes", "inject N->M pre-vote-reply granted=yes",
            "inject N->M pre-vote term=9 last=9@9", "inject N->M heartbeat-reply term=9",
        ]
        var random = SplitMix64(seed: 5)
        func pick<Item>(_ items: [Item]) -> Item { items[Int(random.next() % UInt64(items.count))] }
        for _ in 0..<300 {
            var lines = ["nodes n1 n2 n3", "spare n4", "log n2 after 1000000000000000@3"]
            for _ in 0..<40 {
                let from = pick(names)
                let to = pick(names.filter { $0 != from })
                var line = pick(steps).replacing("N->M", with: "\(from)->\(to)")
                // With the largest number of turns that would take very long.
                if line.hasPrefix("converge") { line = "converge 3" }
                line = line.split(separator: " ").map { word in
                    word == "N"
                        ? pick(names) : String(word).replacing("9", with: pick(numbers))
                }
                .joined(separator: " ")
                lines.append(line)
            }
            attempt(Array(lines.joined(separator: "\n").utf8))
        }
    }
}
