import Threads

/// Writes the index of the journal, as a part of the writer's transactions.
///
/// Traces are not put into a sorted table one by one: most rows touch names and levels that no other
/// row near them does, so each would cost a page. A generation's wait as they came, one appended row of
/// `trace_pending`; once enough rows of the journal wait, all their traces are sorted and written
/// as one *segment*, a run of full pages at the table's end, which is never written again. A question looks
/// at what waits and into each segment, the newest first: the price of cheap writes.
final class TraceWriter {
    private let appendPending: Statement
    private let readPending: Statement
    private let dropPending: Statement
    private let insertSegment: Statement
    private let insertLeaf: Statement
    private let segmentRows: UInt64
    private let leafBytes: Int
    /// The last segment, and the last journal row that is in one.
    private var segment: UInt64
    private var covered: UInt64

    init(_ connection: Connection, _ limits: StoreLimits) throws(StoreError) {
        appendPending = try connection.prepare("INSERT INTO trace_pending VALUES (?1, ?2)")
        readPending = try connection.prepare(
            "SELECT first, entries FROM trace_pending ORDER BY first"
        )
        dropPending = try connection.prepare("DELETE FROM trace_pending")
        insertSegment = try connection.prepare("INSERT INTO trace_segment VALUES (?1, ?2, ?3)")
        insertLeaf = try connection.prepare("INSERT INTO trace VALUES (?1, ?2)")
        segmentRows = UInt64(max(limits.traceSegmentRows, 1))
        leafBytes = max(limits.pageBytes - 96, 64)
        let last = try connection.prepare(
            "SELECT number, last FROM trace_segment ORDER BY first DESC LIMIT 1"
        )
        let isThere = try last.step()
        segment = isThere ? last.unsigned(0) : 0
        covered = isThere ? last.unsigned(1) : 0
    }

    /// What a transaction that was not kept must restore.
    var mark: (segment: UInt64, covered: UInt64) {
        get { (segment, covered) }
        set { (segment, covered) = newValue }
    }

    /// Notes what a generation's journal rows concern.
    func note(_ generation: Generation) throws(StoreError) {
        let journal = generation.journal
        guard !journal.rows.isEmpty else { return }
        let first = journal.firstSequence
        precondition(journal.rows.count < 1 << 32, "a generation has less than 2³² rows")
        let packed = TraceBlock.pack(generation.identities, generation.traces, first: first)
        appendPending.bind(1, first)
        try packed.span.bytes.withUnsafeBytes { bytes throws(StoreError) in
            appendPending.bind(2, borrowing: bytes)
            try appendPending.run()
        }
    }

    /// Makes a segment of what waits, if it is enough; `last` is the journal's last row.
    func settle(through last: UInt64) throws(StoreError) {
        guard last - covered >= segmentRows else { return }
        var entries = try waiting()
        TraceSort.sort(&entries)
        segment += 1
        guard segment < 1 << (63 - TraceTerm.prefixBits) else {
            throw StoreError(.corrupt, "the journal's index has no room for another segment")
        }
        insertSegment.bind(1, covered + 1)
        insertSegment.bind(2, last)
        insertSegment.bind(3, segment)
        try insertSegment.run()
        try TraceLeaf.pack(
            entries,
            base: covered + 1,
            bytesMax: leafBytes
        ) { (prefix, leaf) throws(StoreError) in
            insertLeaf.bind(1, segment << TraceTerm.prefixBits | prefix)
            insertLeaf.bind(2, leaf)
            try insertLeaf.run()
        }
        try dropPending.run()
        covered = last
    }

    /// All that waits; a level's traces are its location's too.
    private func waiting() throws(StoreError) -> [TraceEntry] {
        var entries: [TraceEntry] = []
        entries.reserveCapacity(Int(segmentRows) * 5)
        defer { readPending.reset() }
        while try readPending.step() {
            let first = readPending.unsigned(0)
            var found: [TraceEntry] = []
            try readPending.withBytes(1) { bytes throws(StoreError) in
                found.reserveCapacity(bytes.count / TraceBlock.entryBytes * 3 / 2)
                try TraceBlock.forEach(bytes, first: first) { term, sequence in
                    found.append(TraceEntry(term: term, sequence: sequence))
                    guard let location = term.location else { return }
                    found.append(TraceEntry(term: TraceTerm(location), sequence: sequence))
                }
            }
            entries += found
        }
        return entries
    }
}
