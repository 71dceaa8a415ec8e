import Ledger
import LedgerAPI
import LedgerClient
import Testing

/// A shop whose store has an agent, and what the commands about it can be refused for.
enum StoreShop {
    static let agent = Reference(unchecked: "db-1")
    static let other = Reference(unchecked: "db-2")
    static let asideMark = FactMark(location: Shop.depot, epoch: 2, sequence: 2)
    /// Less than nothing of the mugs is at the depot.
    static let standing = StoreRecordKey.negativeOnHand(
        LevelKey(location: LocationKey(2), item: ItemKey(2))
    )

    static func register(
        _ location: LocationID,
        _ instance: Reference = agent,
        takeover: Bool = false,
        settings: StoreSettings? = nil
    ) -> Command {
        .registerStore(
            RegisterStore(
                location: location,
                instance: instance,
                takeover: takeover,
                settings: settings
            )
        )
    }

    static func facts(
        _ location: LocationID,
        epoch: UInt32 = 1,
        first: UInt64 = 1,
        isSalvage: Bool = false
    ) -> Command {
        .submitFacts(
            SubmitFacts(
                location: location,
                epoch: epoch,
                firstSequence: first,
                previousHash: .start,
                facts: [],
                isSalvage: isSalvage
            )
        )
    }

    static func grant(
        _ location: LocationID,
        epoch: UInt32 = 1,
        _ lines: [ItemLine] = [ItemLine(sku: Shop.tea, quantity: 1)]
    ) -> Command {
        .grantAllotment(GrantAllotment(location: location, epoch: epoch, lines: lines))
    }

    static func recall(_ location: LocationID, _ sku: SKU = Shop.tea) -> Command {
        .recallAllotment(
            RecallAllotment(location: location, lines: [ItemLine(sku: sku, quantity: 1)])
        )
    }

    static func revoke(
        _ location: LocationID,
        epoch: UInt32 = 1,
        _ skus: [SKU] = [],
        reason: Reference? = Shop.why
    ) -> Command {
        .revokeAllotment(
            RevokeAllotment(location: location, epoch: epoch, skus: skus, reason: reason)
        )
    }

    static func resolve(
        _ key: StoreRecordKey,
        _ decision: ResolveConflict.Decision = .dismiss,
        reason: Reference? = Shop.why
    ) -> Command {
        .resolveConflict(ResolveConflict(conflict: key, decision: decision, reason: reason))
    }

    /// As a client says it: the node looks for the fact itself.
    static func drop(_ mark: FactMark, reason: Reference? = Shop.why) -> Command {
        .replayFact(ReplayFact(mark: mark, hash: .start, fact: nil, reason: reason))
    }

    /// An agent at the store; at the depot a second one, that has sold a mug too many and told what
    /// nobody can read.
    static func open(_ client: EstoqueClient) async throws {
        _ = try await client.send(register(Shop.store))
        _ = try await client.send(grant(Shop.store))
        _ = try await client.send(register(Shop.depot, other))
        _ = try await client.send(register(Shop.depot, agent, takeover: true))
        var outbox = Outbox(Shop.depot, epoch: 2)
        let taken = try await client.submitFacts(
            outbox.write([.sale("late-1", Shop.mug, 1, at: Shop.depot), .unreadable])
        )
        #expect(
            taken.value.receipt.fates == [
                [.overdrawn, .oversold, .negativeOnHand], [.quarantined],
            ]
        )
    }
}

extension Refused {
    static let stores: [Refused] = registrations + submissions + allotments + words

    private static func row(
        _ command: Command,
        _ code: StatusCode,
        _ reason: Reason,
        _ metadata: [String: String] = [:]
    ) -> Refused {
        Refused(command: command, code: code, reason: reason, metadata: metadata)
    }

    private static let registrations: [Refused] = [
        row(
            StoreShop.register(Shop.nowhere),
            .notFound,
            .locationNotFound,
            ["location_id": "nowhere"]
        ),
        row(
            StoreShop.register(Shop.shut),
            .failedPrecondition,
            .locationClosed,
            ["location_id": "shut"]
        ),
        row(
            StoreShop.register(Shop.store, StoreShop.other),
            .failedPrecondition,
            .storeTaken,
            ["location_id": "store", "instance": "db-1", "epoch": "1"]
        ),
        row(
            StoreShop.register(Shop.store, settings: StoreSettings(onlineShare: 101)),
            .invalidArgument,
            .malformed
        ),
    ]

    private static let submissions: [Refused] = [
        row(
            StoreShop.facts(Shop.nowhere),
            .notFound,
            .locationNotFound,
            ["location_id": "nowhere"]
        ),
        row(
            StoreShop.facts(Shop.full),
            .notFound,
            .storeNotRegistered,
            ["location_id": "full"]
        ),
        row(
            StoreShop.facts(Shop.depot, epoch: 1),
            .failedPrecondition,
            .epochFenced,
            ["location_id": "depot", "current_epoch": "2"]
        ),
        row(
            StoreShop.facts(Shop.store, epoch: 2),
            .failedPrecondition,
            .epochFenced,
            ["location_id": "store", "current_epoch": "1"]
        ),
        row(
            StoreShop.facts(Shop.store, isSalvage: true),
            .failedPrecondition,
            .epochFenced,
            ["location_id": "store", "current_epoch": "1"]
        ),
        row(
            StoreShop.facts(Shop.depot, epoch: 1, first: 2, isSalvage: true),
            .outOfRange,
            .sequenceGap,
            ["location_id": "depot", "expected_sequence": "1"]
        ),
        row(
            StoreShop.facts(Shop.depot, epoch: 2, first: 7),
            .outOfRange,
            .sequenceGap,
            ["location_id": "depot", "expected_sequence": "3"]
        ),
        row(StoreShop.facts(Shop.store, epoch: 0), .invalidArgument, .malformed),
        row(StoreShop.facts(Shop.store, first: 0), .invalidArgument, .malformed),
    ]

    private static let allotments: [Refused] = [
        row(
            StoreShop.grant(Shop.full),
            .notFound,
            .storeNotRegistered,
            ["location_id": "full"]
        ),
        row(
            StoreShop.grant(Shop.nowhere),
            .notFound,
            .locationNotFound,
            ["location_id": "nowhere"]
        ),
        row(
            StoreShop.grant(Shop.store, epoch: 2),
            .failedPrecondition,
            .staleEpoch,
            ["location_id": "store", "current_epoch": "1"]
        ),
        Refused(
            command: StoreShop.grant(Shop.store, [ItemLine(sku: Shop.mug, quantity: 4)]),
            code: .failedPrecondition,
            reason: .insufficientStock,
            shortages: short(Shop.mug, Shop.store, 4, 0)
        ),
        row(
            StoreShop.grant(Shop.store, [ItemLine(sku: Shop.none, quantity: 1)]),
            .notFound,
            .itemNotFound,
            ["sku": "none"]
        ),
        row(
            StoreShop.grant(Shop.store, [ItemLine(sku: Shop.old, quantity: 1)]),
            .failedPrecondition,
            .itemArchived,
            ["sku": "old"]
        ),
        row(StoreShop.grant(Shop.store, []), .invalidArgument, .malformed),
        row(
            StoreShop.recall(Shop.full),
            .notFound,
            .storeNotRegistered,
            ["location_id": "full"]
        ),
        row(
            StoreShop.recall(Shop.nowhere),
            .notFound,
            .locationNotFound,
            ["location_id": "nowhere"]
        ),
        row(StoreShop.recall(Shop.store, Shop.none), .notFound, .itemNotFound, ["sku": "none"]),
        row(
            StoreShop.revoke(Shop.full),
            .notFound,
            .storeNotRegistered,
            ["location_id": "full"]
        ),
        row(
            StoreShop.revoke(Shop.nowhere),
            .notFound,
            .locationNotFound,
            ["location_id": "nowhere"]
        ),
        row(
            StoreShop.revoke(Shop.store, epoch: 9),
            .failedPrecondition,
            .staleEpoch,
            ["location_id": "store", "current_epoch": "1"]
        ),
        row(StoreShop.revoke(Shop.store, [Shop.none]), .notFound, .itemNotFound, ["sku": "none"]),
        row(StoreShop.revoke(Shop.store, reason: nil), .invalidArgument, .reasonRequired),
        row(
            StoreShop.revoke(Shop.store, [Shop.tea, Shop.tea]),
            .invalidArgument,
            .malformed
        ),
    ]

    private static let words: [Refused] = [
        row(
            StoreShop.resolve(.fork(LocationKey(1))),
            .notFound,
            .conflictNotFound,
            ["conflict_id": "9-100000000-0-0"]
        ),
        row(
            StoreShop.resolve(StoreShop.standing, .apply),
            .failedPrecondition,
            .conflictStands,
            ["conflict_id": "6-200000002-0-0"]
        ),
        row(
            StoreShop.resolve(StoreShop.standing, reason: nil),
            .invalidArgument,
            .reasonRequired
        ),
        row(
            StoreShop.drop(FactMark(location: Shop.depot, epoch: 2, sequence: 9)),
            .notFound,
            .factNotFound,
            ["location_id": "depot", "epoch": "2", "sequence": "9"]
        ),
        row(
            StoreShop.drop(FactMark(location: Shop.nowhere, epoch: 1, sequence: 1)),
            .notFound,
            .factNotFound,
            ["location_id": "nowhere", "epoch": "1", "sequence": "1"]
        ),
        row(
            StoreShop.drop(StoreShop.asideMark, reason: nil),
            .invalidArgument,
            .reasonRequired
        ),
    ]
}
