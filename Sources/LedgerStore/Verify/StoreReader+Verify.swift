import Ledger

extension StoreReader {
    /// Checks every invariant of the ledger, as of one position, and that the indexes say what the rows say.
    ///
    /// It reads everything at least once and writes nothing; what it takes of memory doesn't grow with the
    /// journal. Throws `.cancelled` soon after `isCancelled` says so.
    package func verify(
        progress: @escaping (VerifyProgress) -> Void = { _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws(StoreError) -> VerifyReport {
        try snapshot { (reader) throws(StoreError) in
            let header = try reader.header().ledger
            let (connection, rows) = reader.parts
            let walk = StoreCheckWalk(
                connection,
                rows,
                try reader.overlay(),
                progress: progress,
                isCancelled: isCancelled
            )
            let horizon = header.logTime.earlier(by: LedgerLimits.answerRetention)
            // What a missing row makes unknown is forgotten: the row is named anyway.
            let forgotten = (try? rows.rows(through: horizon, of: header.journalSequence)) ?? 0
            let tracer = TraceTerms(reader.hasher, rows)
            let index = IndexCheck(walk: walk, hasher: reader.hasher, forgotten: forgotten)
            var check = LedgerCheck(
                header,
                hasher: reader.hasher,
                forgotten: forgotten,
                describe: { walk.describe($0) },
                tracer: tracer
            )
            try walk.walk(header, "journal", &check)
            try walk.visitUncarried { check.checkUncarried($0) }
            try index.identities(&check)
            try index.traces(&check)
            var report = check.finish()
            var search = DamageSearch(
                check,
                hasher: reader.hasher,
                forgotten: forgotten,
                tracer: tracer,
                describe: { walk.describe($0) }
            )
            guard search.isNeeded else { return report }
            try walk.walk(header, "journal, for what differs", &search)
            try index.identities(&search)
            try index.traces(&search)
            for fault in search.finish() { report.add(fault.invariant, fault.detail) }
            return report
        }
    }
}
