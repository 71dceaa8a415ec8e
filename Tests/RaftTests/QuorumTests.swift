import Raft
import Testing

/// Rule 6 of the consensus page: the arithmetic of majorities.
struct QuorumTests {
    /// Against the definition: the highest index that more than half of each set has.
    @Test func `rule 6: the commit index agrees with brute force`() {
        var random = SplitMix64(seed: 6)
        for _ in 0..<20_000 {
            let voters = values(&random, countMax: 7)
            let outgoing = values(&random, countMax: 5)
            let found = Quorum.reached(voters: voters, outgoing: outgoing)
            let sets = [voters, outgoing].filter { !$0.isEmpty }
            guard !sets.isEmpty else {
                #expect(found == nil)
                continue
            }
            let expected = (UInt64(0)...8).map { LogIndex($0) }.last { index in
                sets.allSatisfy { set in set.count { $0 >= index } * 2 > set.count }
            }
            #expect(found == expected, "\(voters) \(outgoing)")
        }
    }

    @Test func `rule 6: an election agrees with brute force over the missing votes`() {
        var random = SplitMix64(seed: 66)
        for _ in 0..<20_000 {
            let voters = ballots(&random, countMax: 5)
            let outgoing = ballots(&random, countMax: 4)
            let sets = [voters, outgoing].filter { !$0.isEmpty }
            let isWon = { (missing: Bool) in
                !sets.isEmpty
                    && sets.allSatisfy { set in
                        set.count { $0 ?? missing } * 2 > set.count
                    }
            }
            let expected: Quorum.Election = isWon(false) ? .won : isWon(true) ? .pending : .lost
            #expect(Quorum.election(voters: voters, outgoing: outgoing) == expected)
        }
    }

    private func values(_ random: inout SplitMix64, countMax: UInt64) -> [LogIndex] {
        (0..<random.next() % (countMax + 1)).map { _ in LogIndex(random.next() % 9) }
    }

    private func ballots(_ random: inout SplitMix64, countMax: UInt64) -> [Bool?] {
        (0..<random.next() % (countMax + 1)).map { _ in [true, false, nil][Int(random.next() % 3)] }
    }
}
