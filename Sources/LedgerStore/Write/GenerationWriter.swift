import Ledger

/// Writes generations, each in one transaction with the position that it brings the store to.
///
/// Confined to one thread; it is the only writer of the file. After an error nothing of the
/// generation is kept, and the same generation may be written again.
package final class GenerationWriter {
    private let connection: Connection
    private let rows: RowWriter
    private let identities: IdentityMerger
    private let traces: TraceWriter
    private let setHeader: Statement
    private let cluster: String
    private let begin: Statement
    private let commit: Statement
    private let rollback: Statement
    /// What the store is at.
    package private(set) var header: StoreHeader

    init(_ connection: Connection, _ limits: StoreLimits) throws(StoreError) {
        self.connection = connection
        rows = try RowWriter(connection)
        identities = try IdentityMerger(connection, pageBytes: limits.pageBytes)
        traces = try TraceWriter(connection, limits)
        setHeader = try connection.prepare(StoreHeader.update)
        begin = try connection.prepare("BEGIN IMMEDIATE")
        commit = try connection.prepare("COMMIT")
        rollback = try connection.prepare("ROLLBACK")
        (header, cluster) = try StoreHeader.readWithOwner(connection)
        connection.countWalPages()
    }

    /// Pages in the write-ahead log after the last generation.
    package var walPages: Int { connection.walPages }

    /// Commits generations in one transaction; durable once a checkpoint after it is complete.
    ///
    /// A row that several of them changed is written once, and pages that they share are too.
    ///
    /// - Precondition: they follow each other, and the last one that was written, in the order in
    ///   which they were sealed.
    package func write(_ generations: [Generation]) throws(StoreError) {
        guard let last = generations.last else { return }
        let rowCount = generations.reduce(0) { $0 + $1.journal.rows.count }
        precondition(
            last.header.ledger.position >= header.ledger.position
                && last.header.ledger.journalSequence
                    == header.ledger.journalSequence + UInt64(rowCount),
            "generations are written in order, and none is left out"
        )
        let tracesBefore = traces.mark
        try begin.run()
        do throws(StoreError) {
            try writeRows(generations)
            try write(last.header)
            try commit.run()
        } catch {
            // After some errors SQLite has rolled back already.
            if connection.isInTransaction { try? rollback.run() }
            traces.mark = tracesBefore
            throw error
        }
        header = last.header
    }

    private func writeRows(_ generations: [Generation]) throws(StoreError) {
        for generation in generations {
            try rows.write(generation.journal)
            try traces.note(generation)
            for row in generation.items { try rows.write(row) }
            for row in generation.locations { try rows.write(row) }
        }
        try writeLevels(generations)
        for row in Self.newest(generations.map(\.reservations), by: \.key) {
            try rows.write(row)
        }
        for row in Self.newest(generations.map(\.documents), by: \.key) { try rows.write(row) }
        for row in Self.newest(generations.map(\.offers), by: \.key.rawValue) {
            try rows.write(row)
        }
        for row in Self.newest(generations.map(\.storeRecords), by: \.key) {
            try rows.write(row)
        }
        for row in Self.newest(generations.map(\.holds), by: \.chunk) { try rows.write(row) }
        for generation in generations {
            if !generation.identities.isEmpty {
                try identities.note(generation.identities, row: generation.pendingRow)
            }
            if let slice = generation.merge {
                try identities.merge(slice, forgotten: generation.forgottenRows)
            }
        }
        if let last = generations.last {
            try traces.settle(through: last.header.ledger.journalSequence)
        }
    }

    /// Appends what changed, before any level's own row is written: what is dropped is in those rows.
    private func writeLevels(_ generations: [Generation]) throws(StoreError) {
        let changes = generations.map { generation in
            generation.levels.enumerated().map {
                (number: generation.firstLevelNumber + UInt64($0.offset), row: $0.element)
            }
        }
        let newest = Self.newest(changes, by: \.row.key.rawValue)
        try rows.append(newest.sorted { $0.number < $1.number })
        let own = generations.flatMap { [$0.newLevels, $0.settledLevels] }
        try rows.write(Self.newest(own, by: \.key.rawValue))
        if let last = generations.last { try rows.dropLevels(through: last.settledLevelNumber) }
    }

    /// The newest row under each key, by key: neighbours share pages, so each page is visited once.
    private static func newest<Row, Key: Comparable>(
        _ parts: [[Row]],
        by key: (Row) -> Key
    ) -> [Row] {
        // What is sorted is small; the rows themselves are not.
        var order: [(key: Key, part: Int32, index: Int32)] = []
        order.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for (part, rows) in parts.enumerated() {
            for (index, row) in rows.enumerated() {
                order.append((key(row), Int32(part), Int32(index)))
            }
        }
        order.sort { ($0.key, $0.part) < ($1.key, $1.part) }
        var newest: [Row] = []
        newest.reserveCapacity(order.count)
        for (place, entry) in order.enumerated() {
            let isLast = place + 1 == order.count || order[place + 1].key != entry.key
            if isLast { newest.append(parts[Int(entry.part)][Int(entry.index)]) }
        }
        return newest
    }

    private func write(_ header: StoreHeader) throws(StoreError) {
        header.bind(to: setHeader, cluster: cluster)
        try setHeader.run()
    }
}
