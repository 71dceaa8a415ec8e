import Ledger
import LedgerAPI
import LedgerClient

/// What came of telling facts.
struct FactTally: Sendable {
    var facts = 0
    var submissions = 0
    var retries = 0

    mutating func add(_ other: Self) {
        facts += other.facts
        submissions += other.submissions
        retries += other.retries
    }
}

/// The facts of one store in its outbox, each with its link.
struct StoreChain: Sendable {
    let location: LocationID
    let epoch: UInt32
    private var facts: [WrittenFact] = []
    /// The link before each fact, and at last that of the last one.
    private var links: [FactHash] = [.start]
    /// Units sold of each item.
    private(set) var sold: [SKU: Quantity] = [:]

    init(location: LocationID, epoch: UInt32) {
        self.location = location
        self.epoch = epoch
    }

    /// A sale.
    mutating func append(_ line: StockLine, _ number: Int) {
        let time = LogTime(microseconds: UInt64(1_700_000_000_000_000 + number * 1_000_000))
        let command = Command.sell(
            Sell(lines: [line], sale: SaleID(unchecked: "\(location.text)-\(number)"))
        )
        let written = FactPayload.encode(
            Fact(
                command: command,
                rightsEpoch: epoch,
                prices: [Money(amount: 250, currency: "EUR")]
            ),
            occurredAt: time
        )
        links.append(
            FactChain.link(
                after: links[links.count - 1],
                epoch: epoch,
                sequence: UInt64(links.count),
                kind: written.kind,
                version: written.version,
                payload: written.bytes
            )
        )
        facts.append(
            WrittenFact(
                claimedTime: time,
                kind: written.kind,
                version: written.version,
                payload: written.bytes
            )
        )
        sold[line.sku, default: 0] += line.quantity
    }

    /// Tells all of them, as many at once as the credit allows and an agent has under way.
    func tell(_ client: EstoqueClient) async throws -> FactTally {
        var tally = FactTally()
        var next = 0
        var size = 16
        while next < facts.count {
            let end = min(next + size, facts.count)
            let submission = FactSubmission(
                location: location,
                epoch: epoch,
                firstSequence: UInt64(next + 1),
                previousHash: links[next],
                facts: Array(facts[next..<end])
            )
            do {
                let taken = try await client.submitFacts(submission, timeout: .seconds(60))
                size = max(1, min(LedgerLimits.factsMax, taken.value.credit))
                next = Int(taken.value.receipt.lastSequence)
                tally.submissions += 1
            } catch {
                guard [.resourceExhausted, .unavailable].contains(error.code) else { throw error }
                tally.retries += 1
                try await Task.sleep(for: error.retryDelay ?? .milliseconds(200))
            }
        }
        tally.facts = facts.count
        return tally
    }
}
