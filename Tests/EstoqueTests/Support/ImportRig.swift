import Ledger
import Testing

@testable import estoque

/// What an import told.
struct Told {
    var tally = ImportTally()
    var read = 0
    /// By line, in the order told.
    var lines: [(line: Int, outcome: EntryOutcome)] = []
    var tallyAddsUp: Bool { tally.total == read && lines.count == read }

    func outcome(of line: Int) -> EntryOutcome? { lines.first { $0.line == line }?.outcome }
}

/// Imports a text into a cluster, in small batches.
func runImport<Rows: RowMapping>(
    _ text: String,
    as rows: Rows.Type,
    into cluster: FakeCluster,
    importID: String = "file.csv",
    entriesPerBatch: Int = 7,
    patience: Duration = .milliseconds(200)
) async throws -> Told {
    var limits = ImportLimits()
    limits.entriesPerBatchMax = entriesPerBatch
    limits.patience = patience
    limits.pauseMin = .milliseconds(1)
    limits.pauseMax = .milliseconds(2)
    let entries = FileEntries<Rows, ChunkedSource>(
        ChunkedSource(text, sizes: [13, 64]),
        importID: importID,
        limits: limits
    )
    let run = ImportRun(
        sender: cluster,
        actor: Ledger.Actor(unchecked: "test"),
        limits: limits
    )
    var told = Told()
    try await run.run(entries) { batch, outcomes in
        #expect(batch.entries.count == outcomes.count)
        for (entry, outcome) in zip(batch.entries, outcomes) {
            told.lines.append((entry.line, outcome))
            told.tally.count(outcome)
        }
    }
    told.read = entries.recordsRead
    return told
}

extension FakeCluster {
    /// Items `a`, `b`, `c` and locations `s1`, `s2`.
    func stocked() -> FakeCluster {
        for sku in ["a", "b", "c"] {
            apply(.upsertItem(UpsertItem(sku: SKU(unchecked: sku), title: sku)))
        }
        for id in ["s1", "s2"] {
            apply(.upsertLocation(UpsertLocation(id: LocationID(unchecked: id), name: id)))
        }
        return self
    }
}
