import Foundation
import Ledger
import Testing

@testable import Histories

/// The search against every possible order, on many small histories.
@Suite struct RandomHistoryTests {
    /// `HISTORIES_TESTS_SEEDS` asks for more, by hand.
    private static var seeds: Range<UInt64> {
        let asked = ProcessInfo.processInfo.environment["HISTORIES_TESTS_SEEDS"]
        return 0..<(asked.flatMap { UInt64($0) } ?? 1_000)
    }

    /// Histories in which holds last as long as two or three operations.
    private static var shortHolds: RandomPlay.Shape {
        var shape = RandomPlay.Shape()
        shape.ttl = 1...4
        shape.ticks = 30
        shape.changesCatalogue = false
        shape.operations = 7
        return shape
    }

    @Test func `good histories pass`() {
        for seed in Self.seeds {
            #expect(RandomPlay.history(seed: seed).check() == [], "seed \(seed)")
        }
    }

    @Test func `good histories in which holds expire pass`() {
        var shape = Self.shortHolds
        shape.operations = 20
        for seed in Self.seeds {
            #expect(RandomPlay.history(shape, seed: seed).check() == [], "seed \(seed)")
        }
    }

    @Test func `spoilt histories are judged as by trying every order`() {
        var good = 0
        var bad = 0
        for seed in Self.seeds {
            let history = Mutation.spoil(RandomPlay.history(seed: seed), seed: ~seed)
            let isGood = BruteForce.explains(history)
            let kinds = history.check().map(\.kind)
            // Another answer to the same request is found by itself.
            let isFound = kinds.contains(.notLinearizable) || kinds.contains(.answerChanged)
            #expect(isFound == !isGood, "seed \(seed)")
            #expect(!kinds.contains(.undecided), "seed \(seed)")
            // What the commands' answers add up to is no business of the order.
            if isGood { #expect(!kinds.contains(.stockNotConserved), "seed \(seed)") }
            if isGood { good += 1 } else { bad += 1 }
        }
        // Else the comparison says little.
        #expect(good > Self.seeds.count / 6)
        #expect(bad > Self.seeds.count / 6)
    }

    @Test func `spoilt histories in which holds expire are not found bad for nothing`() {
        var found = 0
        var missed = 0
        for seed in Self.seeds {
            let history = Mutation.spoil(
                RandomPlay.history(Self.shortHolds, seed: seed),
                seed: ~seed
            )
            let isBad = history.check().contains { $0.kind == .notLinearizable }
            let isGood = BruteForce.explains(history, .rising)
            #expect(!(isBad && isGood), "seed \(seed)")
            if !isGood { if isBad { found += 1 } else { missed += 1 } }
        }
        // An order against log time is for the check of positions to find.
        #expect(found > 10 * missed, "\(found) found, \(missed) missed")
    }

    @Test func `the verdict does not depend on where the search looks first`() {
        // Many at a time, so that the same configurations are reached in many ways.
        var shape = RandomPlay.Shape()
        shape.operations = 12
        shape.reach = 800
        for seed in Self.seeds {
            let history = Mutation.spoil(RandomPlay.history(shape, seed: seed), seed: ~seed)
            let evidence = Evidence(history, clockRateErrorPPM: 0)
            let problem = SearchProblem(evidence, HistoryOptions())
            let verdicts = [true, false].map { usesHints in
                let search = LinearizabilitySearch(
                    problem,
                    stepsMax: 1_000_000,
                    usesHints: usesHints
                )
                return problem.parts.map { search.judge($0).isLinearizable }
            }
            #expect(verdicts[0] == verdicts[1], "seed \(seed)")
        }
    }
}

extension LinearizabilitySearch.Verdict {
    fileprivate var isLinearizable: Bool? {
        switch self {
        case .linearizable: true
        case .notLinearizable: false
        case .undecided: nil
        }
    }
}
