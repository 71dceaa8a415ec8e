import Histories
import Ledger
import Testing

/// Replaying in the order of positions finds what the search can't, and nothing that isn't there.
@Suite struct WitnessTests {
    private func kinds(
        _ play: Play,
        _ options: HistoryOptions = HistoryOptions()
    ) -> [HistoryFault.Kind] {
        play.history.check(options).map(\.kind)
    }

    @Test func `a read of any age shows exactly what was there at its position`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.call(.receive(5), 120...130)
        var wrong = play
        play.read(Play.sku, .stale, 140...150)
        #expect(play.history.check() == [])
        // It was so once, but not at this position.
        wrong.read(Play.sku, .stale, 140...150) {
            $0.value = .level(StockLevel(onHand: 5, version: 1))
        }
        #expect(kinds(wrong) == [.witnessDiffers])
    }

    @Test func `what was not told is not compared`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        let skus = [Play.sku, SKU(unchecked: "unknown")]
        for told in [nil, 0] as [UInt64?] {
            play.read(.availability(skus, at: nil), .stale, 120...130) {
                guard case .availability(var reports) = $0.value else { return }
                if told == nil { reports[0].version = nil }
                reports[1].version = told
                reports[1].price = told.map { Int64($0) }
                $0.value = .availability(reports)
            }
        }
        #expect(play.history.check() == [])
        play.read(.availability(skus, at: nil), .stale, 120...130) {
            guard case .availability(var reports) = $0.value else { return }
            reports[0].version = 7
            $0.value = .availability(reports)
        }
        #expect(Set(kinds(play)) == [.witnessDiffers, .notLinearizable])
    }

    @Test func `an answer that belongs to another place in the log is found`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        let first = play.request(.sell(4))
        let second = play.request(.sell(1))
        // Both orders explain the answers, but only one of them agrees with the positions.
        let before = play.apply(first)
        let after = play.apply(second)
        play.tell(first, .answered(before.moved(to: after)), 120...130)
        play.tell(second, .answered(after.moved(to: before)), 120...130)
        #expect(kinds(play) == [.witnessDiffers])
    }

    @Test func `what shares variables with an unknown outcome is not judged`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.lose(play.request(.receive(2)), 120...130)
        play.call(.receive(5), 140...150)
        play.read(Play.sku, .stale, 160...170)
        #expect(play.history.check() == [])
    }

    @Test func `holds may expire unseen between two entries, when there is room for it`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        let held = play.call(.reserve("a", 2, ttl: 10), 120...130)
        play.call(.reserve("b", 2, ttl: 20), 120...130)
        play.read(Play.sku, .stale, 140...150)
        // One entry that no client sees lets both expire.
        play.tick(to: held.logTime.advanced(by: Milliseconds(30)))
        play.read(Play.sku, .stale, 160...170)
        play.call(.sell(5), 180...190)
        #expect(play.history.check() == [])
    }

    @Test func `reads at one position may need different unseen expiries of one entry`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        let held = play.call(.reserve("a", 2, ttl: 10), 120...130)
        play.call(.reserve("b", 2, ttl: 20), 120...130)
        play.tick(to: held.logTime.advanced(by: Milliseconds(30)))
        play.read(.reservation(ReservationID(unchecked: "a")), .stale, 140...150)
        var wrong = play
        play.read(.reservation(ReservationID(unchecked: "b")), .stale, 160...170)
        #expect(play.history.check() == [])
        // But all of them see one state.
        play.read(Play.sku, .stale, 180...190) {
            $0.value = .level(StockLevel(onHand: 5, reserved: 2, version: 4))
        }
        #expect(kinds(play) == [.witnessDiffers])
        wrong.read(Play.sku, .stale, 160...170) {
            $0.value = .level(StockLevel(onHand: 5, reserved: 4, version: 3))
        }
        #expect(kinds(wrong) == [.witnessDiffers])
    }

    @Test func `holds don't expire where there is no room for it`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.call(.reserve("a", 2, ttl: 10), 120...130)
        let expired = ReadValue.level(StockLevel(onHand: 5, version: 3))
        var early = play
        play.read(Play.sku, .stale, 140...150) { $0.value = expired }
        #expect(kinds(play) == [.witnessDiffers])
        // A position later, but the next entry's log time says that it is not yet due.
        early.tick(to: LogTime(microseconds: 0))
        early.read(Play.sku, .stale, 140...150) { $0.value = expired }
        early.call(.receive(1, Play.other), 160...170)
        #expect(Set(kinds(early)) == [.witnessDiffers, .notLinearizable])
    }

    @Test func `holds don't expire later than the ledger's time can be`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        let held = play.call(.reserve("a", 2, ttl: 10), 120...130)
        play.tick(to: held.logTime.advanced(by: Milliseconds(10)))
        play.read(Play.sku, .linearizable, 140...150)
        var options = HistoryOptions()
        options.latestLogTime = held.logTime.advanced(by: Milliseconds(10))
        #expect(kinds(play, options) == [])
        options.latestLogTime = held.logTime.advanced(by: Milliseconds(9))
        #expect(Set(kinds(play, options)) == [.witnessDiffers, .notLinearizable])
    }

    /// One entry expires 256 holds; ticks that nobody sees may have expired more.
    @Test(arguments: [0, 1, 2, 3], [true, false])
    func `more holds than one entry lets expire`(ticks: Int, isSeen: Bool) {
        var play = Play()
        play.call(.receive(1_000), 100...110)
        for number in 0..<600 as Range<UInt64> {
            play.call(.reserve("h\(number)", 1, ttl: 1_000), (200 + number)...(200 + number))
        }
        let late = play.ledger.time.advanced(by: Milliseconds(5_000))
        for _ in 0..<ticks { play.tick(to: late) }
        if isSeen { play.read(Play.sku, .linearizable, 1_000...1_010) }
        play.call(.receive(1), 1_020...1_030, at: late.advanced(by: Milliseconds(1)))
        play.call(.release("h599"), 1_040...1_050)
        play.call(.receive(1), 1_060...1_070)
        play.read(Play.sku, .linearizable, 1_080...1_090)
        #expect(play.history.check() == [])
    }
}

extension Answer {
    /// The same, at the place of another one.
    fileprivate func moved(to other: Answer) -> Answer {
        Answer(position: other.position, logTime: other.logTime, outcome: outcome)
    }
}
