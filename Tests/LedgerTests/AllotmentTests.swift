import Ledger
import Testing

/// Who speaks for a store, and what it may sell without asking.
@Suite struct AllotmentTests {
    @Test func `invariant 1: what is allotted is what agents hold`() throws {
        var scene = Scene.withStore()
        scene.run(.grant(4), .grant(3))
        #expect(scene.level().allotted == 7 && scene.level().available == 3)
        #expect(try scene.allotment().granted == 7)
        #expect(try scene.storeAgent().allottedUnits == 7)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `as much is granted as is there, and nothing at all is refused`() throws {
        var scene = Scene.withStore()
        scene.run(.reserve(.first, .line(4)))
        let answer = scene.send(.grant(50))
        guard case .allotments(1, let views) = answer.outcome else {
            Issue.record("\(answer)")
            return
        }
        #expect(views.map(\.allotment.granted) == [6])
        #expect(
            scene.send(.grant(1)).outcome
                == .refused(.insufficientStock([shortage(asked: 1, available: 0)]))
        )
    }

    @Test func `the digital channel's share of a shelf is not allotted`() throws {
        var scene = Scene.withStore(settings: StoreSettings(onlineShare: 30))
        scene.run(.grant(99))
        #expect(scene.level().allotted == 7)
        scene.run(.register(settings: StoreSettings(onlineShare: 0)), .grant(99))
        #expect(scene.level().allotted == 10)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `another agent needs an operator's word`() throws {
        var scene = Scene.withStore()
        scene.run(.register(.till))
        #expect(try scene.storeAgent().epoch == 1)
        let answer = scene.send(.register(.otherTill))
        #expect(
            answer.outcome == .refused(.storeTaken(.north, instance: .till, epoch: 1))
        )
        scene.run(.register(.otherTill, takeover: true))
        #expect(try scene.storeAgent().epoch == 2)
        #expect(try scene.storeAgent().instance == .otherTill)
    }

    @Test func `rights of an epoch that is over are nobody's until they are freed`() throws {
        var scene = Scene.withStore()
        scene.run(.grant(6), .register(.otherTill, takeover: true))
        #expect(scene.level().available == 4)
        scene.run(.grant(2, epoch: 2))
        #expect(try scene.allotment().frozen == 6 && scene.allotment().open == 2)
        scene.run(.revoke(.apple, epoch: 1))
        #expect(try scene.storeAgent().epoch == 2)
        #expect(scene.level().allotted == 2)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a frozen store is handed to another agent, and to no other`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        var clone = chain
        clone.salt = 1
        scene.run(chain.submit(.sale(1, as: "a")))
        scene.send(clone.submit(.sale(1, as: "b")))
        #expect(scene.send(.register()).outcome == .refused(.storeFrozen(.north)))
        #expect(scene.send(.grant(1)).outcome == .refused(.storeFrozen(.north)))
        scene.run(.register(.otherTill, takeover: true))
        #expect(try scene.storeAgent().state == .active)
        #expect(scene.state.storeRecords(.fork).isEmpty)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a price that was changed on both sides keeps the ledger's and both are known`()
        throws
    {
        var scene = Scene.withStore()
        func edit(from base: SetOffer.BasePrice, to amount: Int64) -> Command {
            .setOffer(
                SetOffer(
                    sku: .apple,
                    location: .north,
                    price: Money(amount: amount, currency: "EUR"),
                    fields: .price,
                    basePrice: base
                )
            )
        }
        let key = StoreRecordKey.editConflict(try scene.key())
        scene.run(edit(from: .nothing, to: 200))
        #expect(scene.state.offer(try scene.key())?.price?.amount == 200)
        scene.run(edit(from: .price(Money(amount: 150, currency: "EUR")), to: 170))
        #expect(scene.state.offer(try scene.key())?.price?.amount == 200)
        #expect(scene.conflict(key)?.wanted?.amount == 170)
        scene.run(.decide(key, .apply))
        #expect(scene.state.offer(try scene.key())?.price?.amount == 170)
        #expect(scene.conflict(key) == nil)
        // Both wanted the same.
        scene.run(edit(from: .nothing, to: 170))
        #expect(scene.conflict(key) == nil)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test(arguments: AllotmentTests.refusals)
    func `a refusal about stores names its reason and changes nothing`(
        _ refused: RefusalCase
    ) throws {
        var scene = Scene.withStore()
        for command in refused.before { scene.run(command) }
        let before = scene.state.digest()
        #expect(scene.send(refused.command).outcome == .refused(refused.refusal))
        let after = scene.state.digest()
        #expect(after.stores == before.stores && after.levels == before.levels)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    static let refusals: [RefusalCase] = [
        RefusalCase("an agent nowhere", .register(at: .unknown), .locationNotFound(.unknown)),
        RefusalCase(
            "an agent at a closed place",
            after: [.location(.south, state: .closed)],
            .register(at: .south),
            .locationClosed(.south)
        ),
        RefusalCase(
            "rights for nobody",
            .grant(1, at: .south),
            .storeNotRegistered(.south)
        ),
        RefusalCase("rights nowhere", .grant(1, at: .unknown), .locationNotFound(.unknown)),
        RefusalCase(
            "rights to the unknown",
            .grant(1, .unknown),
            .itemNotFound(.unknown)
        ),
        RefusalCase(
            "rights in another epoch",
            .grant(1, epoch: 2),
            .staleEpoch(.north, current: 1)
        ),
        RefusalCase(
            "revoking what is to come",
            .revoke(.apple, epoch: 2),
            .staleEpoch(.north, current: 1)
        ),
        RefusalCase("revoking without a reason", .revoke(.apple, reason: nil), .reasonRequired),
        RefusalCase("revoking the unknown", .revoke(.unknown), .itemNotFound(.unknown)),
        RefusalCase(
            "recalling from nobody",
            .recallAllotment(
                RecallAllotment(location: .south, lines: [ItemLine(sku: .apple, quantity: 1)])
            ),
            .storeNotRegistered(.south)
        ),
        RefusalCase(
            "facts of nobody",
            .submitFacts(
                SubmitFacts(
                    location: .south,
                    epoch: 1,
                    firstSequence: 1,
                    previousHash: .start,
                    facts: []
                )
            ),
            .storeNotRegistered(.south)
        ),
        RefusalCase(
            "deciding what isn't open",
            .decide(.fork(LocationKey(1)), .dismiss),
            .conflictNotFound(.fork(LocationKey(1)))
        ),
        RefusalCase(
            "deciding without a reason",
            .decide(.fork(LocationKey(1)), .dismiss, reason: nil),
            .reasonRequired
        ),
        RefusalCase(
            "talking a shortage away",
            after: [.adjust(.line(-11))],
            .decide(
                .negativeOnHand(LevelKey(location: LocationKey(1), item: ItemKey(1))),
                .dismiss
            ),
            .conflictStands(
                .negativeOnHand(LevelKey(location: LocationKey(1), item: ItemKey(1)))
            )
        ),
    ]

    @Test func `commands about stores stand alone`() {
        for command in [Command.register(), .grant(1), .revoke(.apple), Chain().heard] {
            let batch = Request(
                id: RequestID(unchecked: "r"),
                actor: Actor(unchecked: "a"),
                command: .batch(Batch(commands: [command]))
            )
            #expect(!batch.validate().isEmpty, "\(command)")
        }
    }
}

extension Chain {
    fileprivate var heard: Command {
        var copy = self
        return copy.submit([])
    }
}
