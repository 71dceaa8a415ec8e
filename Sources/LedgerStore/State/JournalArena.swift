import Ledger

/// Journal rows, encoded one behind the other, in the order of their sequences.
struct JournalArena: Sendable {
    struct Row: Sendable {
        var position: Position
        var logTime: LogTime
        var kind: JournalRow.Kind
        /// Where the row's bytes end; they begin where those of the row before end.
        var end: Int
    }

    /// The sequence of the first row.
    private(set) var firstSequence: UInt64 = 0
    private(set) var rows: [Row] = []
    private(set) var bytes: [UInt8] = []

    /// The sequences of the rows.
    var sequences: Range<UInt64> { firstSequence..<firstSequence + UInt64(rows.count) }

    mutating func append(_ row: JournalRow) {
        if rows.isEmpty { firstSequence = row.sequence }
        precondition(
            row.sequence == sequences.upperBound,
            "journal rows are appended without a gap"
        )
        row.encode(into: &bytes)
        rows.append(
            Row(
                position: row.position,
                logTime: row.logTime,
                kind: row.kind,
                end: bytes.count
            )
        )
    }

    /// Copies the rows from a sequence that is here on.
    func copy(from sequence: UInt64) -> AppendedRows {
        let first = Int(sequence - firstSequence)
        let start = extent(first).lowerBound
        return AppendedRows(
            firstSequence: sequence,
            positions: rows[first...].map(\.position),
            ends: rows[first...].map { $0.end - start },
            bytes: Array(bytes[start...])
        )
    }

    /// Where the bytes of the row with an index are.
    @inline(__always)
    func extent(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : rows[index - 1].end)..<rows[index].end
    }

    /// The row with a sequence that is here.
    func row(_ sequence: UInt64) throws(StoreError) -> JournalRow {
        let extent = extent(Int(sequence - firstSequence))
        return try bytes.span.bytes.extracting(extent).journalRow(sequence)
    }
}

extension RawSpan {
    /// The journal row that these bytes are.
    func journalRow(_ sequence: UInt64) throws(StoreError) -> JournalRow {
        let row: JournalRow
        do throws(LedgerCodecError) {
            row = try JournalRow.decode(self)
        } catch {
            throw StoreError(.corrupt, "journal row \(sequence): \(error)")
        }
        guard row.sequence == sequence else {
            throw StoreError(.corrupt, "journal row \(sequence) says it is \(row.sequence)")
        }
        return row
    }
}
