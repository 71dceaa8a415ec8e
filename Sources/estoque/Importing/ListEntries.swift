import Ledger
import Synchronization

/// Commands that were put together beforehand.
final class ListEntries: EntrySource {
    private let entries: [ImportEntry]
    private let limits: ImportLimits
    private let sent = Mutex(0)

    /// - Precondition: no two replace the same thing.
    init(_ commands: [Command], kind: String, importID: String, limits: ImportLimits) {
        var identities = ImportIdentities(kind: kind, importID: importID)
        entries = commands.map { command in
            ImportEntry(line: 0, content: .command(command, identities.identity(of: command)))
        }
        self.limits = limits
    }

    var count: Int { entries.count }

    func next() async -> ImportBatch? {
        sent.withLock { sent in
            guard sent < entries.count else { return nil }
            let end = min(entries.count, sent + limits.entriesPerBatchMax)
            let batch = ImportBatch(entries: Array(entries[sent..<end]))
            sent = end
            return batch
        }
    }
}
