import AgentCore
package import Ledger
package import LedgerClient
import LedgerStore

/// Tells the ledger what an old disk has beyond what was taken in of its epoch; it is put aside there, for a
/// person to look at.
package struct Salvage: Sendable {
    /// What came of it.
    package struct Report: Equatable, Sendable {
        /// The old epoch.
        package var epoch: UInt32
        /// Facts that were told now, or had been before.
        package var told: UInt64
        /// The last one of the old chain.
        package var last: UInt64
    }

    private static let bytesMax = 524_288
    private let directory: AgentDirectory
    private let location: LocationID

    /// Of an old directory of a store.
    package init(_ directory: AgentDirectory, of location: LocationID) {
        self.directory = directory
        self.location = location
    }

    /// Tells everything that isn't known to have been acknowledged; what was is told again in vain.
    ///
    /// - Parameter client: Speaks for whoever does it.
    /// - Returns: What came of it.
    /// - Throws: What is wrong with the disk, or why the ledger said no.
    package func run(_ client: EstoqueClient) async throws -> Report {
        let rows = try directory.openExisting(location)
        guard case .head(let head)? = try rows.record(.head)
        else {
            throw StoreError(.corrupt, "\(directory.path) doesn't say whose it is")
        }
        var report = Report(epoch: head.epoch, told: 0, last: head.sequence)
        var sequence = head.acknowledged
        var previous = head.acknowledgedHash
        while sequence < head.sequence {
            let facts = try Self.some(try rows.facts(after: sequence, limit: LedgerLimits.factsMax))
            guard let first = facts.first, let last = facts.last, first.previous == previous else {
                throw StoreError(.corrupt, "the chain breaks behind fact \(sequence)")
            }
            _ = try await client.submitFacts(submission(facts, first))
            report.told += UInt64(facts.count)
            sequence = last.sequence
            previous = last.hash
        }
        return report
    }

    private func submission(_ facts: [OutboxRow], _ first: OutboxRow) -> FactSubmission {
        FactSubmission(
            location: location,
            epoch: first.epoch,
            firstSequence: first.sequence,
            previousHash: first.previous,
            facts: facts.map { row in
                WrittenFact(
                    claimedTime: row.claimedTime,
                    kind: row.fact.kind,
                    version: row.fact.version,
                    payload: row.fact.bytes
                )
            },
            isSalvage: true
        )
    }

    /// As many as one submission has room for.
    private static func some(_ rows: [OutboxRow]) throws(StoreError) -> [OutboxRow] {
        var bytes = 0
        return Array(
            rows.prefix { row in
                bytes += row.fact.bytes.count
                return bytes <= bytesMax || bytes == row.fact.bytes.count
            }
        )
    }
}
