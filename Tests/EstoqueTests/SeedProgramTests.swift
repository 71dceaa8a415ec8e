import Testing

/// `estoque simulate --seed`, run as people run it.
extension `The program` {
    @Test func `the same seed twice tells the same, and ends with 0`() throws {
        let fingerprints = try (0..<2).map { _ in
            let ended = try run(["simulate", "--seed", "7", "--operations", "40"])
            #expect(ended.status == 0)
            #expect(ended.out.contains("1 worlds, seeds 7…7, 0 broken"))
            return try #require(ended.out.split(separator: "fingerprint ").last?.prefix(16))
        }
        #expect(fingerprints[0] == fingerprints[1])
    }

    @Test func `several seeds are counted together, and a trace has their steps`() throws {
        let ended = try run(["simulate", "--seed", "3", "--seeds", "2", "--operations", "20"])
        #expect(ended.status == 0)
        #expect(ended.out.contains("2 worlds, seeds 3…4, 0 broken"))
        let traced = try run(["simulate", "--seed", "3", "--operations", "5", "--trace"])
        #expect(traced.out.contains("STAGE mending"))
    }

    @Test(arguments: [
        ["--seed", "x"], ["--seed", "1", "--nodes", "6"], ["--seed", "1", "--operations", "0"],
        ["--seed", "1", "--seeds", "0"], ["--seed", "1", "--steps", "0"],
        ["--seed", "1", "--script", "a"],
    ])
    func `seeds and what goes with them are checked`(arguments: [String]) throws {
        let ended = try run(["simulate"] + arguments)
        #expect(ended.status == 2)
        #expect(ended.out.isEmpty)
    }
}
