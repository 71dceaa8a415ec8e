import Ledger
import LedgerAPI
import LedgerClient

/// A store's chain of facts as its agent keeps it.
struct Outbox {
    var location: LocationID
    var epoch: UInt32 = 1
    /// The last fact that was written, and its link.
    private(set) var sequence: UInt64 = 0
    private(set) var hash = FactHash.start

    init(_ location: LocationID, epoch: UInt32 = 1) {
        self.location = location
        self.epoch = epoch
    }

    /// Writes facts, and gives the submission that tells of them.
    mutating func write(_ facts: [WrittenFact]) -> FactSubmission {
        let submission = FactSubmission(
            location: location,
            epoch: epoch,
            firstSequence: sequence + 1,
            previousHash: hash,
            facts: facts
        )
        for fact in facts {
            sequence += 1
            hash = FactChain.link(
                after: hash,
                epoch: epoch,
                sequence: sequence,
                kind: fact.kind,
                version: fact.version,
                payload: fact.payload
            )
        }
        return submission
    }

    /// Says only how things stand.
    func heartbeat() -> FactSubmission {
        FactSubmission(
            location: location,
            epoch: epoch,
            firstSequence: sequence + 1,
            previousHash: hash,
            facts: []
        )
    }
}

extension WrittenFact {
    /// Now, by the store's clock.
    static let time = LogTime(microseconds: 1_690_000_000_000_000)

    init(_ fact: Fact) {
        let written = FactPayload.encode(fact, occurredAt: Self.time)
        self.init(
            claimedTime: Self.time,
            kind: written.kind,
            version: written.version,
            payload: written.bytes
        )
    }

    /// Units were sold.
    static func sale(
        _ name: String,
        _ sku: SKU,
        _ quantity: Quantity,
        at location: LocationID
    ) -> WrittenFact {
        let sell = Sell(
            lines: [Shop.line(sku, location, quantity)],
            sale: SaleID(unchecked: name)
        )
        return WrittenFact(
            Fact(command: .sell(sell), prices: [Money(amount: 250, currency: "GBP")])
        )
    }

    /// What no node can read.
    static let unreadable = WrittenFact(
        claimedTime: time,
        kind: 99,
        version: 7,
        payload: [1, 2, 3]
    )
}
