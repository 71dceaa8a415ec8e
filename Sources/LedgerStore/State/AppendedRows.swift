package import Ledger

/// Neighbouring rows of the journal as bytes, for whoever follows the ledger before SQLite has them.
package struct AppendedRows: Sendable {
    /// The sequence of the first row.
    package let firstSequence: UInt64
    /// The position of each row.
    package let positions: [Position]
    /// Where each row ends in ``bytes``.
    let ends: [Int]
    let bytes: [UInt8]

    /// Takes what is there already.
    init(firstSequence: UInt64, positions: [Position], ends: [Int], bytes: [UInt8]) {
        self.firstSequence = firstSequence
        self.positions = positions
        self.ends = ends
        self.bytes = bytes
    }

    /// Neighbouring rows, at least one, as their bytes.
    package init(_ rows: [JournalRow]) {
        precondition(!rows.isEmpty, "there are rows")
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for row in rows {
            row.encode(into: &bytes)
            ends.append(bytes.count)
        }
        self.init(
            firstSequence: rows[0].sequence,
            positions: rows.map(\.position),
            ends: ends,
            bytes: bytes
        )
    }

    /// The sequences of the rows; never empty.
    package var sequences: ClosedRange<UInt64> {
        firstSequence...firstSequence + UInt64(positions.count) - 1
    }

    /// What they take in memory, roughly.
    package var byteCount: Int { bytes.count + positions.count * 16 }

    /// The row with a sequence that is here.
    package func row(_ sequence: UInt64) throws(StoreError) -> JournalRow {
        let index = Int(sequence - firstSequence)
        let start = index == 0 ? 0 : ends[index - 1]
        return try bytes.span.bytes.extracting(start..<ends[index]).journalRow(sequence)
    }
}

extension SQLiteLedgerState {
    /// Copies of the rows behind a sequence that are not in SQLite for certain, in order.
    package func appendedRows(after sequence: UInt64) -> [AppendedRows] {
        guard header.journalSequence > sequence else { return [] }
        var copies: [AppendedRows] = []
        let first = sealed.lastIndex { $0.generation.header.ledger.journalSequence <= sequence }
        for sealed in sealed[(first.map { $0 + 1 } ?? 0)...] {
            sealed.generation.journal.append(to: &copies, after: sequence)
        }
        open.journal.append(to: &copies, after: sequence)
        return copies
    }
}

extension JournalArena {
    fileprivate func append(to copies: inout [AppendedRows], after sequence: UInt64) {
        guard !rows.isEmpty, sequences.upperBound > sequence + 1 else { return }
        copies.append(copy(from: max(firstSequence, sequence + 1)))
    }
}
