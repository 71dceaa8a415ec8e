package import Ledger

/// What is known of all stores together, for those who watch over them.
package struct StoreSummary: Equatable, Sendable {
    /// A store that wasn't heard of for longer is silent; what is known of it is old then, too.
    package static let silence = Milliseconds(60_000)
    /// Stores that are looked at, and conflicts of a kind that are counted.
    package static let countMax = 100_000

    /// The ledger's time: ages are told by it.
    package var logTime = LogTime(microseconds: 0)
    package var stores = 0
    package var frozen = 0
    /// Stores that were not heard of for longer than ``silence``.
    package var silent = 0
    /// Stores of which what is known is older than ``silence``, or that never told all.
    package var outdated = 0
    /// The greatest age of what is known of a store that has told all at least once.
    package var ageMax = Milliseconds(0)
    /// Facts taken in, since the ledger began.
    package var facts: UInt64 = 0
    /// Facts that opened a conflict, since the ledger began.
    package var conflicted: UInt64 = 0
    /// Facts that were put aside, since the ledger began.
    package var setAside: UInt64 = 0
    /// Conflicts that are open, by kind; those about documents and unknown items are one kind of row.
    package var openConflicts: [OpenConflicts] = []
    /// Facts that are put aside now.
    package var quarantined = 0
    package var allottedUnits: Quantity = 0
    /// Of them those of stores that are silent.
    package var allottedSilent: Quantity = 0

    /// So many conflicts of one kind.
    package struct OpenConflicts: Equatable, Sendable {
        package var kind: StoreRecordKey.Kind
        package var count: Int
        package init(kind: StoreRecordKey.Kind, count: Int) {
            self.kind = kind
            self.count = count
        }
    }

    package init() {}
}

extension StoreReader {
    /// What is known of all stores, in one look at the rows of their agents.
    package func storeSummary() throws(QuestionError) -> (summary: StoreSummary, position: Position)
    {
        try asking { reader in
            let header = try reader.header().ledger
            var summary = StoreSummary()
            summary.logTime = header.logTime
            for agent in try reader.agents(limit: StoreSummary.countMax) { summary.add(agent) }
            for kind in StoreRecordKey.Kind.conflicts {
                let count = try reader.count([kind], nil, limit: StoreSummary.countMax)
                summary.openConflicts.append(.init(kind: kind, count: count))
            }
            summary.quarantined = try reader.count(
                [.quarantined],
                nil,
                limit: StoreSummary.countMax
            )
            return (summary, header.position)
        }
    }
}

extension StoreSummary {
    fileprivate mutating func add(_ agent: StoreAgent) {
        let horizon = logTime.earlier(by: Self.silence)
        stores += 1
        if agent.state == .frozen { frozen += 1 }
        if agent.knownThrough < horizon { outdated += 1 }
        if agent.knownThrough.microseconds > 0 {
            let age =
                logTime.microseconds - min(logTime.microseconds, agent.knownThrough.microseconds)
            ageMax = max(ageMax, Milliseconds(age / 1_000))
        }
        facts += agent.factCount
        conflicted += agent.conflictCount
        setAside += agent.quarantineCount
        allottedUnits += agent.allottedUnits
        guard agent.lastSeen < horizon else { return }
        silent += 1
        allottedSilent += agent.allottedUnits
    }
}
