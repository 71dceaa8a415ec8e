import Ledger
import Testing

extension Reference {
    static let till = Reference(unchecked: "database-1")
    static let otherTill = Reference(unchecked: "database-2")
    static let decided = Reference(unchecked: "DECIDED")
}

extension SKU {
    static let late = SKU(unchecked: "late-item")
}

/// What an agent would keep: its chain, for tests that speak for one.
struct Chain {
    var location = LocationID.north
    var epoch: UInt32 = 1
    var sequence: UInt64 = 0
    var hash = FactHash.start
    /// Told apart from other chains by it.
    var salt: UInt64 = 0

    /// The next fact, linked.
    mutating func link(_ content: SubmittedFact.Content) -> SubmittedFact {
        sequence += 1
        // Any function of what was before does for a link here.
        hash = FactHash(
            words: (hash.words.0 &+ 1, hash.words.1 ^ sequence, salt, hash.words.3 &+ UInt64(epoch))
        )
        return SubmittedFact(
            hash: hash,
            claimedTime: LogTime(microseconds: 7 * sequence),
            content: content
        )
    }

    /// A submission of the next facts.
    mutating func submit(_ facts: Fact..., complete: LogTime? = nil) -> Command {
        submit(facts.map { .known($0) }, complete: complete)
    }

    mutating func submit(
        _ contents: [SubmittedFact.Content],
        complete: LogTime? = nil,
        salvage: Bool = false
    ) -> Command {
        let (first, previous) = (sequence + 1, hash)
        let facts = contents.map { link($0) }
        return .submitFacts(
            SubmitFacts(
                location: location,
                epoch: epoch,
                firstSequence: first,
                previousHash: previous,
                facts: facts,
                completeThrough: complete,
                isSalvage: salvage
            )
        )
    }
}

extension Fact {
    /// A sale of apples.
    static func sale(
        _ quantity: Quantity,
        _ sku: SKU = .apple,
        rights: Quantity = 0,
        epoch: UInt32 = 1,
        as sale: String
    ) -> Fact {
        Fact(
            command: .sell(
                Sell(lines: [.line(quantity, sku)], sale: SaleID(unchecked: sale))
            ),
            rightsEpoch: epoch,
            rights: [rights],
            prices: [Money(amount: 250, currency: "EUR")]
        )
    }

    static func told(_ command: Command, rights: [Quantity] = [], epoch: UInt32 = 1) -> Fact {
        Fact(command: command, rightsEpoch: epoch, rights: rights)
    }
}

extension Command {
    static func register(
        _ instance: Reference = .till,
        at location: LocationID = .north,
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

    static func grant(
        _ quantity: Quantity,
        _ sku: SKU = .apple,
        epoch: UInt32 = 1,
        at location: LocationID = .north
    ) -> Command {
        .grantAllotment(
            GrantAllotment(
                location: location,
                epoch: epoch,
                lines: [ItemLine(sku: sku, quantity: quantity)]
            )
        )
    }

    static func revoke(_ skus: SKU..., epoch: UInt32 = 1, reason: Reference? = .decided) -> Command
    {
        .revokeAllotment(
            RevokeAllotment(location: .north, epoch: epoch, skus: skus, reason: reason)
        )
    }

    static func decide(
        _ key: StoreRecordKey,
        _ decision: ResolveConflict.Decision,
        reason: Reference? = .decided
    ) -> Command {
        .resolveConflict(ResolveConflict(conflict: key, decision: decision, reason: reason))
    }
}

extension Scene {
    /// The stocked scene with an agent in the north.
    static func withStore(settings: StoreSettings? = nil) -> Scene {
        var scene = Scene.stocked()
        scene.run(.register(settings: settings))
        return scene
    }

    func storeAgent(at location: LocationID = .north) throws -> StoreAgent {
        let key = try #require(state.locationKey(location))
        guard case .agent(let agent)? = state.storeRecord(.agent(key)) else {
            throw MissingRecord()
        }
        return agent
    }

    func allotment(_ sku: SKU = .apple, at location: LocationID = .north) throws -> Allotment {
        guard
            case .allotment(let allotment)? = state.storeRecord(.allotment(try key(sku, location)))
        else { throw MissingRecord() }
        return allotment
    }

    func key(_ sku: SKU = .apple, _ location: LocationID = .north) throws -> LevelKey {
        LevelKey(
            location: try #require(state.locationKey(location)),
            item: try #require(state.itemKey(sku))
        )
    }

    func conflict(_ key: StoreRecordKey) -> Conflict? {
        if case .conflict(let conflict)? = state.storeRecord(key) { conflict } else { nil }
    }

    struct MissingRecord: Error {}
}

extension Outcome {
    var receipt: FactsReceipt? {
        if case .facts(let receipt) = self { receipt } else { nil }
    }
}
