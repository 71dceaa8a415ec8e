import Ledger
import Threads

/// The other side of the indexes: what they say, taken away from what the journal says.
struct IndexCheck {
    let walk: StoreCheckWalk
    let hasher: IdentityHasher
    let forgotten: UInt64

    private var connection: Connection { walk.connection }

    // MARK: - Identities

    /// Walks the index of identities in its order, with those that wait merged in between.
    func identities(_ check: inout some StoreCheckVisitor) throws(StoreError) {
        walk.beginPhase()
        var waiting = try pendingIdentities(&check)[...]
        var last: IdentityEntry?
        let leaves = try connection.prepare("SELECT first, entries FROM identity ORDER BY first")
        while try leaves.step() {
            let entries = try leaf(leaves, &check)
            for entry in entries {
                while let next = waiting.first, next < entry {
                    try take(next, &last, &check)
                    waiting.removeFirst()
                }
                try take(entry, &last, &check)
            }
        }
        for entry in waiting { try take(entry, &last, &check) }
    }

    private func leaf(
        _ leaves: Statement,
        _ check: inout some StoreCheckVisitor
    ) throws(StoreError) -> [IdentityEntry] {
        let first = leaves.unsigned(0)
        var entries: [IdentityEntry] = []
        do throws(StoreError) {
            try leaves.withBytes(1) { bytes throws(StoreError) in
                for index in 0..<(try IdentityLeaf.count(bytes)) {
                    entries.append(IdentityLeaf.entry(bytes, at: index))
                }
            }
        } catch {
            try walk.survive(error, "the leaf \(first) of the index of identities", &check)
        }
        for (index, entry) in entries.enumerated()
        where entry.hash < first || index > 0 && entries[index - 1] >= entry {
            check.fault(8, "the leaf \(first) of the index of identities is out of order")
            return entries.sorted()
        }
        return entries
    }

    /// Those not merged yet; their number is bounded by a share of all.
    private func pendingIdentities(
        _ check: inout some StoreCheckVisitor
    ) throws(StoreError) -> [IdentityEntry] {
        var pending: [IdentityEntry] = []
        let rows = try connection.prepare(
            "SELECT number, entries FROM identity_pending ORDER BY number"
        )
        while try rows.step() {
            var entries: [IdentityEntry] = []
            do throws(StoreError) {
                try rows.withBytes(1) { bytes throws(StoreError) in
                    for index in 0..<(try IdentityLeaf.count(bytes)) {
                        entries.append(IdentityLeaf.entry(bytes, at: index))
                    }
                }
            } catch {
                try walk.survive(error, "identities that wait, row \(rows.unsigned(0))", &check)
            }
            pending += entries
        }
        return pending.sorted()
    }

    private func take(
        _ entry: IdentityEntry,
        _ last: inout IdentityEntry?,
        _ check: inout some StoreCheckVisitor
    ) throws(StoreError) {
        try walk.step("identities", of: 0)
        // One that was merged may wait on disk as well.
        guard entry != last, !entry.isForgotten(through: forgotten) else { return }
        check.visit(entry)
        if let last, last.hash == entry.hash { try compare(last, entry, &check) }
        last = entry
    }

    /// Two rows under one hash: a collision, or one name that was given twice.
    private func compare(
        _ left: IdentityEntry,
        _ right: IdentityEntry,
        _ check: inout some StoreCheckVisitor
    ) throws(StoreError) {
        guard let first = try readable(left.sequence), let second = try readable(right.sequence)
        else { return }
        if left.hash & IdentityHasher.permanent == 0 {
            if case .request(let id, _, _, _) = first.cause,
                case .request(id, _, _, _) = second.cause
            {
                check.fault(
                    8,
                    "request \(id) was answered twice, in rows \(left.sequence) and "
                        + "\(right.sequence)"
                )
            }
        } else if let id = first.reservation?.id, id == second.reservation?.id {
            check.fault(8, "reservation \(id) was made twice")
        } else if let id = first.saleID, id == second.saleID {
            check.fault(8, "sale \(id) was made twice")
        } else if let id = first.transfer?.id, id == second.transfer?.id {
            check.fault(8, "transfer \(id) was made twice")
        }
    }

    /// A row, if it can be read; damage to it is named elsewhere.
    private func readable(_ sequence: UInt64) throws(StoreError) -> JournalRow? {
        do throws(StoreError) {
            return try walk.rows.journalRow(sequence)
        } catch {
            guard error.code == .corrupt, error.sqliteCode == 0 else { throw error }
            return nil
        }
    }

    // MARK: - Traces

    func traces(_ check: inout some StoreCheckVisitor) throws(StoreError) {
        walk.beginPhase()
        let segments = try connection.prepare(
            "SELECT first, last, number FROM trace_segment ORDER BY first"
        )
        var expected: UInt64 = 1
        while try segments.step() {
            if segments.unsigned(0) != expected {
                check.fault(10, "no segment of the journal's index covers row \(expected)")
            }
            expected = segments.unsigned(1) + 1
            let base = segments.unsigned(0)
            try segment(segments.unsigned(2), base: base, through: expected - 1, &check)
        }
        try pendingTraces(&check)
    }

    private func segment(
        _ number: UInt64,
        base: UInt64,
        through last: UInt64,
        _ check: inout some StoreCheckVisitor
    ) throws(StoreError) {
        let leaves = try connection.prepare(
            "SELECT key, entries FROM trace WHERE key BETWEEN ?1 AND ?2 ORDER BY key"
        )
        leaves.bind(1, number << TraceTerm.prefixBits)
        leaves.bind(2, (number + 1) << TraceTerm.prefixBits - 1)
        while try leaves.step() {
            try walk.step("journal's index", of: 0)
            let prefix = leaves.unsigned(0) & (1 << TraceTerm.prefixBits - 1)
            var found: [TraceEntry] = []
            do throws(StoreError) {
                try leaves.withBytes(1) { bytes throws(StoreError) in
                    try TraceLeaf.forEach(bytes, base: base) { found.append($0) }
                }
            } catch {
                let what = "leaf \(prefix) of segment \(number) of the journal's index"
                try walk.survive(error, what, &check)
            }
            if let first = found.first, first.term.prefix != prefix {
                check.fault(10, "leaf \(prefix) of segment \(number) begins elsewhere")
            }
            for entry in found { check.visit(entry) }
        }
    }

    /// What waits for the next segment, which is bounded.
    private func pendingTraces(_ check: inout some StoreCheckVisitor) throws(StoreError) {
        var waiting: [TraceEntry] = []
        let rows = try connection.prepare("SELECT first, entries FROM trace_pending ORDER BY first")
        while try rows.step() {
            let first = rows.unsigned(0)
            var found: [TraceEntry] = []
            do throws(StoreError) {
                try rows.withBytes(1) { bytes throws(StoreError) in
                    try TraceBlock.forEach(bytes, first: first) { term, sequence in
                        found.append(TraceEntry(term: term, sequence: sequence))
                        guard let location = term.location else { return }
                        found.append(TraceEntry(term: TraceTerm(location), sequence: sequence))
                    }
                }
            } catch {
                try walk.survive(error, "traces that wait, from row \(first)", &check)
            }
            waiting += found
        }
        TraceSort.sort(&waiting)
        var last: TraceEntry?
        for entry in waiting where entry != last {
            check.visit(entry)
            last = entry
        }
    }
}
