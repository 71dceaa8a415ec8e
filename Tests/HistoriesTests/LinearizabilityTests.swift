import Histories
import Ledger
import Testing

/// Histories of which it is known whether a correct ledger can have done them.
@Suite struct LinearizabilityTests {
    /// The kinds of faults, without those that positions show.
    private func faults(_ play: Play) -> Set<HistoryFault.Kind> {
        Set(play.history.check().map(\.kind))
    }

    // MARK: - Good

    @Test func `reads in the midst of writes see either side of them`() {
        var play = Play()
        play.read(Play.sku, .linearizable, 100...160)
        play.call(.receive(5), 100...150)
        play.read(Play.sku, .linearizable, 110...120)
        play.call(.sell(2), 100...150)
        play.read(Play.sku, .linearizable, 100...160)
        #expect(play.history.check() == [])
    }

    @Test func `what got no answer may take effect later`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        let sale = play.request(.sell(3))
        play.tell(sale, .unknown, 120...130)
        play.read(Play.sku, .linearizable, 140...150)
        var late = play
        play.read(Play.sku, .linearizable, 200...210)
        #expect(play.history.check() == [])
        late.call(sale, 300...310)
        late.read(Play.sku, .linearizable, 320...330)
        #expect(late.history.check() == [])
    }

    @Test func `what got no answer may have taken effect at once`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.lose(play.request(.sell(3)), 120...130)
        play.read(Play.sku, .linearizable, 140...150)
        play.call(.sell(3), 160...170)
        #expect(play.history.check() == [])
    }

    @Test func `a stale read may show the past`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.read(Play.sku, .stale, 300...310, age: 250)
        play.read(Play.sku, .stale, 300...310, age: nil)
        play.call(.sell(2), 200...210)
        #expect(play.history.check() == [])
    }

    @Test func `a hold that expired gives its stock back`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        let held = play.call(.reserve("a", 5, ttl: 1_000), 120...130)
        play.call(.sell(1), 140...150)
        play.tick(to: held.logTime.advanced(by: Milliseconds(2_000)))
        play.read(Play.sku, .linearizable, 160...170)
        play.call(.sell(5), 180...190)
        play.call(.confirm("a"), 200...210)
        #expect(play.history.check() == [])
    }

    @Test func `refusals on either side of an expiry are told apart by log time`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        let full = play.call(.reserve("a", 5, ttl: 10), 120...130)
        // Refused, so that releasing it is refused, too; but it is about the same stock.
        play.call(.reserve("b", 5), 140...150)
        play.call(.release("b"), 220...400)
        play.call(.release("b"), 200...300, at: full.logTime.advanced(by: Milliseconds(20)))
        play.call(.sell(5), 500...510)
        #expect(play.history.check() == [])
    }

    @Test func `what begins at the very moment at which something ends may come before it`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        let held = play.call(.reserve("a", 2, ttl: 1_000), 120...130)
        play.call(.receive(5), 210...400)
        play.tick(to: held.logTime.advanced(by: Milliseconds(1_000)))
        play.read(Play.sku, .linearizable, 200...210)
        #expect(play.history.check() == [])
    }

    // MARK: - Bad

    @Test func `a stale answer to a linearizable read`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.read(Play.sku, .linearizable, 200...210)
        play.call(.receive(5), 120...130)
        #expect(faults(play).contains(.notLinearizable))
    }

    @Test func `a lost update`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.call(.receive(5), 120...130)
        play.read(Play.sku, .linearizable, 140...150) {
            $0.value = .level(StockLevel(onHand: 5, version: 1))
        }
        #expect(faults(play).contains(.notLinearizable))
    }

    @Test func `the last unit sold twice`() {
        var play = Play()
        play.call(.receive(1), 100...110)
        let first = play.call(.sell(1), 120...140)
        play.call(.sell(1), 120...140) { $0.outcome = first.outcome }
        #expect(faults(play).contains(.notLinearizable))
    }

    @Test func `a read from the future`() {
        var play = Play()
        play.call(.receive(5), 200...210)
        play.read(Play.sku, .linearizable, 100...110)
        #expect(faults(play).contains(.notLinearizable))
    }

    @Test func `reads that go back in time`() {
        var play = Play()
        play.read(Play.sku, .linearizable, 160...170)
        play.call(.receive(5), 100...200)
        play.read(Play.sku, .linearizable, 140...150)
        #expect(faults(play).contains(.notLinearizable))
    }

    @Test func `a stale read that is older than it claims`() {
        var play = Play()
        play.read(Play.sku, .stale, 300...310, age: 150)
        play.call(.receive(5), 100...110)
        #expect(faults(play).isSuperset(of: [.notLinearizable, .staleness]))
    }

    @Test func `what got no answer took effect twice`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.tell(play.request(.sell(2)), .unknown, 120...130)
        play.read(Play.sku, .linearizable, 140...150) {
            $0.value = .level(StockLevel(onHand: 1, version: 3))
        }
        #expect(faults(play).contains(.notLinearizable))
    }

    @Test func `what was not applied took effect`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        let sale = play.request(.sell(2))
        play.lose(sale, 120...130)
        var honest = play
        honest.read(Play.sku, .linearizable, 140...150)
        #expect(honest.history.check() == [])

        var lying = Play()
        lying.call(.receive(5), 100...110)
        let refused = lying.request(.sell(2))
        lying.tell(refused, .notApplied, 120...130)
        lying.read(Play.sku, .linearizable, 140...150) {
            $0.value = .level(StockLevel(onHand: 3, version: 2))
        }
        #expect(faults(lying).contains(.notLinearizable))
    }

    @Test func `half of a reservation`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.call(.receive(5, Play.other), 100...110)
        play.call(.reserve("a", [.line(2), .line(2, Play.other)]), 120...130)
        play.read(Play.sku, .linearizable, 140...150)
        play.read(Play.other, .linearizable, 140...150) {
            $0.value = .level(StockLevel(onHand: 5, version: 1))
        }
        #expect(faults(play).contains(.notLinearizable))
    }

    @Test func `two keys of one read from different moments`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.call(.receive(5, Play.other), 100...110)
        play.call(.reserve("a", [.line(2), .line(2, Play.other)]), 120...130)
        let subject = ReadSubject.availability([Play.sku, Play.other], at: nil)
        play.read(subject, .stale, 140...150) { report in
            guard case .availability(var reports) = report.value else { return }
            reports[1].available = 5
            reports[1].version = 3
            report.value = .availability(reports)
        }
        #expect(faults(play).contains(.notLinearizable))
    }

    @Test func `a refusal without a reason`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.call(.sell(2), 120...130) { answer in
            answer.outcome = .refused(
                .insufficientStock([
                    Shortage(sku: Play.sku, location: Play.store, requested: 2, available: 1)
                ])
            )
        }
        #expect(faults(play).contains(.notLinearizable))
    }

    @Test func `a hold that ends before its time`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.call(.reserve("a", 5, ttl: 1_000), 120...130)
        play.read(Play.sku, .linearizable, 140...150) {
            $0.value = .level(StockLevel(onHand: 5, version: 3))
        }
        // Its log time says that the hold can't have expired by then.
        play.call(.receive(1), 160...170)
        #expect(faults(play).contains(.notLinearizable))
    }

    @Test func `an operation that finds a hold ended which it came before`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.call(.reserve("a", 5, ttl: 1_000), 120...130)
        // Its log time is before the end of the hold, so it can't have had these units.
        let level = StockLevel(onHand: 0, version: 4)
        play.call(.sell(5), 140...150) { answer in
            answer.outcome = .levels([
                LevelView(sku: Play.sku, location: Play.store, level: level)
            ])
        }
        #expect(faults(play).contains(.notLinearizable))
    }

    @Test func `an operation that finds the other line of a hold ended too early`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.call(.receive(5, Play.other), 100...110)
        let lines: [StockLine] = [.line(2), .line(2, Play.other)]
        let held = play.call(.reserve("a", lines, ttl: 1_000), 120...130)
        let level = StockLevel(onHand: 6, version: 4)
        play.call(.receive(1, Play.other), 205...400) { answer in
            answer.outcome = .levels([
                LevelView(sku: Play.other, location: Play.store, level: level)
            ])
        }
        play.tick(to: held.logTime.advanced(by: Milliseconds(1_000)))
        play.read(Play.sku, .linearizable, 200...210)
        #expect(faults(play).contains(.notLinearizable))
    }

    @Test func `a request whose answer was known before a read, and is asked again after it`() {
        var play = Play()
        play.read(Play.sku, .linearizable, 120...130)
        let request = play.request(.receive(5))
        play.call(request, 100...110)
        play.call(request, 140...150)
        #expect(faults(play).contains(.notLinearizable))
    }

    @Test func `what was acknowledged is not found, and no position told`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.call(.reserve("a", 5), 120...130)
        let subject = ReadSubject.reservation(ReservationID(unchecked: "a"))
        play.read(subject, .linearizable, 140...150) {
            $0 = ReadReport(value: .reservation(nil), position: nil, claimedAge: nil)
        }
        #expect(faults(play) == [.notLinearizable])
    }

    @Test func `an id refused to the command that it belongs to`() {
        var play = Play()
        let request = play.request(.receive(5))
        let other = Request(id: request.id, actor: request.actor, command: .receive(6))
        let owner = play.call(request, 100...110)
        play.tell(other, .unknown, 100...110)
        var again = owner
        again.position = Position(owner.position.rawValue + 1)
        again.logTime = LogTime(microseconds: owner.logTime.microseconds + 1)
        again.outcome = .refused(.idempotencyKeyReused(request.id))
        play.tell(request, .answered(again), 120...130)
        #expect(faults(play) == [.notLinearizable])
    }

    @Test func `a hold that lives on after its time`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        let held = play.call(.reserve("a", 5, ttl: 1_000), 120...130)
        let level = StockLevel(onHand: 6, reserved: 5, version: 3)
        let later = held.logTime.advanced(by: Milliseconds(2_000))
        play.call(.receive(1), 140...150, at: later) { answer in
            answer.outcome = .levels([
                LevelView(sku: Play.sku, location: Play.store, level: level)
            ])
        }
        #expect(faults(play).contains(.notLinearizable))
    }
}

extension StockLevel {
    init(onHand: Quantity, reserved: Quantity = 0, version: UInt64) {
        self.init()
        self.onHand = onHand
        self.reserved = reserved
        self.version = version
    }
}
