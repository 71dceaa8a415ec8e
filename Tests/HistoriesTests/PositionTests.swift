import Histories
import Ledger
import Testing

/// Positions tell the order of everything, and clients see when things happen.
@Suite struct PositionTests {
    @Test func `what returned first comes first in the log`() {
        var play = Play()
        play.call(.receive(5), 200...210)
        play.call(.receive(5), 100...110)
        #expect(play.history.check().map(\.kind).contains(.positionOrder))
    }

    @Test func `what overlaps may come in either order`() {
        var play = Play()
        play.call(.receive(5), 200...210)
        play.call(.receive(5, Play.other), 100...200)
        #expect(play.history.check() == [])
    }

    @Test func `two requests do not share an entry`() {
        var play = Play()
        let first = play.call(.receive(5), 100...110)
        play.call(.receive(5, Play.other), 100...110) { $0.position = first.position }
        #expect(play.history.check().map(\.kind).contains(.positionShared))
    }

    @Test func `log time rises with the position`() {
        var play = Play()
        let first = play.call(.receive(5), 100...110)
        play.call(.receive(5, Play.other), 100...110) { $0.logTime = first.logTime }
        #expect(play.history.check().map(\.kind).contains(.positionOrder))
    }

    @Test func `a read does not show what is asked for only after it`() {
        var play = Play()
        play.read(Play.sku, .linearizable, 100...110) { $0.position = Position(4) }
        play.call(.receive(5), 120...130)
        #expect(play.history.check().map(\.kind).contains(.positionOrder))
    }

    @Test func `a linearizable read includes what was acknowledged before it`() {
        var play = Play()
        play.read(Play.sku, .linearizable, 120...130)
        play.call(.receive(5), 100...110)
        #expect(play.history.check().map(\.kind).contains(.staleness))
    }

    @Test func `a linearizable read includes what another read has shown before`() {
        var play = Play()
        play.read(Play.sku, .linearizable, 140...150)
        play.call(.receive(5), 100...200)
        play.read(Play.sku, .stale, 120...130)
        #expect(play.history.check().map(\.kind).contains(.staleness))
    }

    @Test(arguments: [(9, false), (10, true), (11, true)])
    func `a claimed age covers all that was acknowledged before`(age: UInt64, isFine: Bool) {
        var play = Play()
        play.read(Play.sku, .stale, 120...130, age: age)
        // Acknowledged at 110: a state that is complete as of 110 need not have it.
        play.call(.receive(5), 100...110)
        #expect(play.history.check().isEmpty == isFine)
        var unknown = Play()
        unknown.read(Play.sku, .stale, 120...130, age: nil)
        unknown.call(.receive(5), 100...110)
        #expect(unknown.history.check() == [])
    }

    @Test func `clocks that may run slow stretch a claim`() {
        var play = Play()
        play.read(Play.sku, .stale, 2_000_100...2_000_110, age: 1_000_000)
        play.call(.receive(5, Play.other), 1_000_000...1_000_050)
        #expect(play.history.check().map(\.kind) == [.staleness])
        var options = HistoryOptions()
        options.clockRateErrorPPM = 100
        #expect(play.history.check(options) == [])
    }

    @Test func `a clock that runs a tenth slow shows nine tenths of an age`() {
        var options = HistoryOptions()
        options.clockRateErrorPPM = 100_000
        for (age, isFine) in [(899, false), (900, true)] as [(UInt64, Bool)] {
            var play = Play()
            play.read(Play.sku, .stale, 1_002...1_010, age: age)
            play.call(.receive(5, Play.other), 1...2)
            #expect(play.history.check(options).contains { $0.kind == .staleness } != isFine)
        }
    }

    @Test func `a bounded read is as young as it was asked to be, whatever it claims`() {
        var play = Play()
        play.read(Play.sku, .bounded(maxAge: 5), 120...130, age: 40)
        play.call(.receive(5, Play.other), 100...110)
        #expect(play.history.check().map(\.kind) == [.staleness])
        var silent = Play()
        silent.read(Play.sku, .bounded(maxAge: 5), 120...130, age: nil)
        #expect(silent.history.check().map(\.kind) == [.staleness])
    }

    @Test func `a session read includes the position it was asked for`() {
        var play = Play()
        play.read(Play.sku, .session(minPosition: Position(4)), 120...130)
        play.call(.receive(5, Play.other), 100...140)
        #expect(play.history.check().map(\.kind) == [.sessionBehind])
    }
}
