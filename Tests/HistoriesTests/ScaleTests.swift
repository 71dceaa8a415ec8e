import Histories
import Ledger
import Testing

/// Histories of the size that clusters produce.
@Suite struct ScaleTests {
    /// Some thirty operations at any time, on few keys, in one part by reservations of two lines.
    private static func busy(_ operations: Int) -> RandomPlay.Shape {
        var shape = RandomPlay.Shape()
        shape.operations = operations
        shape.skus = 8
        shape.locations = 2
        shape.reach = 1_600
        shape.lost = 2
        shape.changesCatalogue = false
        shape.ttl = 50...2_000
        shape.ticks = 5
        return shape
    }

    @Test func `ten thousand operations of thirty clients are judged`() {
        #expect(RandomPlay.history(Self.busy(10_000), seed: 1).check() == [])
    }

    @Test func `one wrong answer among thousands is found`() {
        var history = RandomPlay.history(Self.busy(3_000), seed: 2)
        let subject = ReadSubject.level(SKU(unchecked: "sku-0"), LocationID(unchecked: "store-0"))
        let late = HistoryInstant(nanoseconds: 2_000_000)
        let call = history.invoke(client: 1, .read(subject, .linearizable), at: late)
        let report = ReadReport(
            value: .level(StockLevel(onHand: 1, version: 1)),
            position: Position(20_000),
            claimedAge: nil
        )
        history.complete(call, .read(report), at: HistoryInstant(nanoseconds: 2_000_001))
        var options = HistoryOptions()
        options.searchStepsMax = 300_000
        let kinds = history.check(options).map(\.kind)
        #expect(kinds.contains(.notLinearizable) || kinds.contains(.undecided), "\(kinds)")
    }

    @Test func `a search that runs out of steps says so`() {
        var options = HistoryOptions()
        options.searchStepsMax = 100
        let faults = RandomPlay.history(Self.busy(1_000), seed: 1).check(options)
        #expect(faults.map(\.kind) == [.undecided])
    }
}
