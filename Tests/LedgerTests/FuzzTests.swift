import Ledger
import TestSupport
import Testing

/// Damaged bytes give an error or another value, never a trap; and what decodes has these bytes.
@Suite struct FuzzTests {
    private static func check<Record: LedgerRecord>(_ type: Record.Type, _ bytes: [UInt8]) {
        guard let value = try? Record.decode(bytes.span.bytes) else { return }
        var again: [UInt8] = []
        value.encode(into: &again)
        // No #expect: its bookkeeping would cost more than the trial, some hundred thousand times.
        if again != bytes { Issue.record("\(value) has other bytes than \(bytes)") }
    }

    private static func checkEntry(_ bytes: [UInt8]) {
        guard let entry = try? LedgerEntry.decode(bytes.span.bytes) else { return }
        var again: [UInt8] = []
        entry.encode(into: &again)
        if again != bytes { Issue.record("\(entry) has other bytes than \(bytes)") }
    }

    /// Every prefix, every flipped bit, and some random splices.
    private static func damaged(
        _ bytes: [UInt8],
        _ random: inout SplitMix,
        _ check: ([UInt8]) -> Void
    ) {
        for count in 0..<bytes.count { check(Array(bytes.prefix(count))) }
        var flipped = bytes
        for bit in 0..<bytes.count * 8 {
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            check(flipped)
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        for _ in 0..<100 where !bytes.isEmpty {
            var spliced = bytes
            let start = Int.random(in: 0..<bytes.count, using: &random)
            let end = Int.random(in: start...bytes.count, using: &random)
            let patch = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                UInt8(truncatingIfNeeded: random.next())
            }
            spliced.replaceSubrange(start..<end, with: patch)
            check(spliced)
        }
    }

    private static func trial<Record: LedgerRecord>(
        _ make: (inout Samples) -> Record,
        seed: UInt64
    ) throws {
        var samples = Samples(seed: seed)
        for _ in 0..<4 {
            let value = make(&samples)
            var bytes: [UInt8] = []
            value.encode(into: &bytes)
            #expect(try Record.decode(bytes.span.bytes) == value)
            guard bytes.count < 600 else { continue }
            var random = samples.random
            damaged(bytes, &random) { check(Record.self, $0) }
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `rows of a store`(seed: UInt64) throws {
        try Self.trial({ $0.item() }, seed: seed)
        try Self.trial({ $0.location() }, seed: seed)
        try Self.trial({ $0.level() }, seed: seed)
        try Self.trial({ $0.reservation() }, seed: seed)
        try Self.trial({ $0.sale() }, seed: seed)
        try Self.trial({ $0.transfer() }, seed: seed)
        try Self.trial({ $0.offer() }, seed: seed)
        try Self.trial({ $0.outcome() }, seed: seed)
        try Self.trial({ $0.answer() }, seed: seed)
        try Self.trial({ $0.row() }, seed: seed)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `entries of the log`(seed: UInt64) {
        var samples = Samples(seed: seed)
        for _ in 0..<20 {
            var bytes: [UInt8] = []
            samples.entry().encode(into: &bytes)
            guard bytes.count < 600 else { continue }
            var random = samples.random
            Self.damaged(bytes, &random) { Self.checkEntry($0) }
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `whatever decodes can be applied`(seed: UInt64) {
        var samples = Samples(seed: seed)
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(2)), .reserve(.second, .line(1)), .confirm(.second))
        for _ in 0..<60 {
            var bytes: [UInt8] = []
            samples.entry().encode(into: &bytes)
            guard bytes.count < 400 else { continue }
            var random = samples.random
            var chance = SplitMix(seed: random.next())
            Self.damaged(bytes, &random) { damaged in
                guard chance.once(in: 16) else { return }
                guard let entry = try? LedgerEntry.decode(damaged.span.bytes) else { return }
                _ = scene.apply(entry)
            }
        }
        #expect(LedgerAudit.check(scene.state) == [])
    }
}
