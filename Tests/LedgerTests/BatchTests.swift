import Ledger
import Testing

/// Several commands as one, and what would come of a command.
@Suite struct BatchTests {
    @Test func `each command sees what those before it did`() throws {
        var scene = Scene()
        let answer = scene.send(
            .batch(
                .item(.apple),
                .location(.north),
                .receive(.line(5)),
                .sell(as: .sale, .line(2)),
                .back(.back(1)),
                .reserve(.first, .line(4)),
                .fulfill(.first, .line(1)),
                .location(.south),
                .release(.first),
                .create(.of(3)),
                .ship(),
                .arrive(.haul, .of(2, lost: 1)),
                .offer(),
                .policy(safety: 1),
                .count(.counted(1, book: 0)),
                .sell(.line(1)),
                .location(.north, state: .closed)
            ),
            id: "b"
        )
        let parts = try #require(answer.outcome.parts)
        #expect(parts.count == 17)
        #expect(parts[0] == .version(1))
        #expect(parts[4].sale?.lines.map(\.returned) == [1])
        #expect(parts[11].transfer?.state == .closed)
        #expect(parts[16] == .version(2))
        #expect(scene.level().onHand == 0)
        #expect(scene.level(at: .south).onHand == 2)
        #expect(scene.state.sale(SaleID(unchecked: "b#15"))?.lines.map(\.sold) == [1])
        #expect(scene.changes.items == [ItemKey(1)])
        #expect(scene.changes.offers.count == 1)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a batch sells out, archives and closes`() {
        var scene = Scene.stocked()
        scene.run(
            .batch(
                .sell(.line(10)),
                .item(.apple, state: .archived),
                .location(.north, state: .closed)
            )
        )
        #expect(scene.state.item(ItemKey(1))?.state == .archived)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a batch places where it has made room, and nowhere else`() throws {
        var scene = Scene.stocked()
        let gone = scene.send(.batch(.site(.north, online: false), .place(.first, .of(1))))
        #expect(
            gone.outcome
                == .refused(
                    .batchRefused(
                        index: 1,
                        .insufficientStock([shortage(at: nil, asked: 1, available: 0)])
                    )
                )
        )
        scene.run(
            .batch(
                .receive(.line(5, at: .south)),
                .site(.south, priority: 1),
                .place(.first, .of(1))
            )
        )
        #expect(try scene.reservation(.first).lines.map(\.location) == [.south])
        // Both locations would do, were the edited one looked at twice or as it was.
        scene.run(.batch(.site(.south, priority: 200), .place(.second, .of(12), placement: .split)))
        #expect(try scene.reservation(.second).lines.map(\.requested) == [10, 2])
    }

    @Test func `a batch counts the holds that it takes`() {
        var scene = Scene.stocked()
        for number in 1..<LedgerLimits.openHoldsPerOwnerMax {
            scene.state.setReservation(
                Reservation(
                    id: ReservationID(unchecked: "held-\(number)"),
                    owner: .ann,
                    state: .confirmed,
                    lines: [],
                    expireTime: LogTime(microseconds: .max),
                    maxExpireTime: LogTime(microseconds: .max),
                    orderReference: nil,
                    version: 1
                ),
                previous: nil
            )
        }
        let quota = Refusal.holdQuotaExceeded(.ann, limit: LedgerLimits.openHoldsPerOwnerMax)
        let answer = scene.send(
            .batch(.reserve(.first, .line(1)), .reserve(.second, .line(1)))
        )
        #expect(answer.outcome == .refused(.batchRefused(index: 1, quota)))
        scene.run(
            .batch(.reserve(.first, .line(1)), .release(.first), .reserve(.second, .line(1)))
        )
    }

    @Test func `the journal has a row for each part, and one for the whole`() throws {
        var scene = Scene.stocked()
        let before = scene.state.journal.count
        scene.send(.batch(.receive(.line(1)), .adjust(.line(-1)), .sell(.line(1))), id: "b")
        let rows = scene.state.journal.dropFirst(before)
        #expect(rows.map(\.kind) == [.receive, .adjust, .sell, .batch])
        #expect(rows.map(\.reason) == [nil, .damaged, nil, nil])
        #expect(Set(rows.map(\.position)).count == 1)
        for (index, row) in rows.enumerated().prefix(3) {
            guard case .part(of: let id, let place, let actor, let outcome) = row.cause else {
                Issue.record("\(row.cause)")
                continue
            }
            #expect(id == RequestID(unchecked: "b"))
            #expect(place == index)
            #expect(actor == Actor(unchecked: "till"))
            #expect(outcome.levels?.count == 1)
            #expect(row.movements.count == 1)
        }
        let whole = try #require(rows.last)
        #expect(whole.outcome?.parts == rows.dropLast().map(\.outcome))
        #expect(whole.movements == [])
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a batch is answered once, as a whole`() {
        var scene = Scene.stocked()
        let batch = Command.batch(.receive(.line(1)), .sell(.line(2)))
        let first = scene.send(batch, id: "b")
        let before = scene.state.digest()
        let second = scene.send(batch, id: "b")
        #expect(second.replayed)
        #expect(second.outcome == first.outcome)
        #expect(scene.state.digest().journal == before.journal)
        #expect(
            scene.send(.receive(.line(1)), id: "b").outcome
                == .refused(.idempotencyKeyReused(RequestID(unchecked: "b")))
        )
        #expect(scene.state.rememberedAnswer(RequestID(unchecked: "b#1")) == nil)
    }

    @Test func `a refused batch is remembered as such`() {
        var scene = Scene.stocked()
        let batch = Command.batch(.receive(.line(1)), .sell(.line(50)))
        let first = scene.send(batch, id: "b")
        scene.run(.receive(.line(100)))
        let second = scene.send(batch, id: "b")
        #expect(second.replayed)
        #expect(second.outcome == first.outcome)
        #expect(second.outcome.isRefusal)
    }

    @Test func `a hold that a refused batch found due expires with the next entry`() throws {
        var scene = Scene.stocked()
        for number in 0...LedgerLimits.expiriesPerEntryMax {
            let id = ReservationID(unchecked: "r-\(number)")
            scene.state.setReservation(
                Reservation(
                    id: id,
                    owner: .ann,
                    state: .held,
                    lines: [],
                    expireTime: LogTime(microseconds: scene.clock + 5_000),
                    maxExpireTime: LogTime(microseconds: .max),
                    orderReference: nil,
                    version: 1
                ),
                previous: nil
            )
        }
        scene.clock += 10_000
        let last = ReservationID(unchecked: "r-\(LedgerLimits.expiriesPerEntryMax)")
        let answer = scene.send(.batch(.fulfill(last)))
        #expect(
            answer.outcome == .refused(.batchRefused(index: 0, .reservationExpired(last)))
        )
        #expect(try scene.reservation(last).state == .held)
        scene.pass(milliseconds: 0)
        #expect(try scene.reservation(last).state == .expired)
    }

    @Test(arguments: 40...47 as ClosedRange<UInt64>)
    func `a batch does what its commands do one by one`(seed: UInt64) {
        var whole = Scene()
        for command in CommandGenerator.opening { whole.send(command) }
        var generator = CommandGenerator(seed: seed)
        for _ in 0..<60 { _ = whole.send(generator.request()) }
        var single = whole
        var commands: [Command] = []
        while commands.count < LedgerLimits.batchCommandsMax {
            let request = generator.request()
            if case .batch = request.command { continue }
            var attempt = single
            // Names of sales come from requests, which differ.
            if case .sell(let sell) = request.command, sell.sale == nil { continue }
            guard !attempt.send(request.command).outcome.isRefusal else { continue }
            single = attempt
            commands.append(request.command)
        }
        let answer = whole.send(.batch(Batch(commands: commands)))
        #expect(answer.outcome.parts?.count == commands.count, "\(answer.outcome)")
        #expect(LedgerAudit.check(whole.state) == [])
        let (left, right) = (whole.state.digest(), single.state.digest())
        #expect(left.items == right.items)
        #expect(left.locations == right.locations)
        #expect(left.levels == right.levels)
        #expect(left.offers == right.offers)
        #expect(left.sales == right.sales)
        #expect(left.transfers == right.transfers)
    }

    // MARK: what would come of it

    @Test func `a dry run tells the answer and does nothing`() throws {
        let scene = Scene.stocked()
        let commands: [Command] = [
            .sell(.line(4)), .sell(.line(11)), .reserve(.first, .line(1)),
            .item(.pear, expected: 9),
            .batch(.receive(.line(1)), .sell(.line(11))), .batch(.sell(.line(11))), .receive(),
        ]
        for (index, command) in commands.enumerated() {
            let request = Request(
                id: RequestID(unchecked: "dry-\(index)"),
                actor: Actor(unchecked: "till"),
                command: command
            )
            var state = scene.state
            let answer = LedgerRules.validate(request, on: &state)
            #expect(state.digest() == scene.state.digest())
            #expect(state.journal.count == scene.state.journal.count)
            #expect(answer.validated)
            #expect(!answer.replayed)
            #expect(answer.position == scene.state.header.position)
            #expect(answer.logTime == scene.state.header.logTime)
            var real = scene
            let done = real.send(request)
            #expect(!done.validated)
            #expect(answer.outcome.isRefusal == done.outcome.isRefusal)
            if done.outcome.reservation == nil { #expect(answer.outcome == done.outcome) }
        }
    }

    @Test func `a dry run of a known request tells its answer`() {
        var scene = Scene.stocked()
        let first = scene.send(.sell(.line(4)), id: "known")
        var request = Request(
            id: RequestID(unchecked: "known"),
            actor: Actor(unchecked: "till"),
            command: .sell(.line(4))
        )
        let again = LedgerRules.validate(request, on: &scene.state)
        #expect(again.replayed)
        #expect(again.outcome == first.outcome)
        request.command = .sell(.line(5))
        let other = LedgerRules.validate(request, on: &scene.state)
        #expect(other.outcome == .refused(.idempotencyKeyReused(request.id)))
    }
}
