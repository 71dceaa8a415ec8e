import Ledger
import NIOPosix
import Synchronization

/// The lines of a CSV file, read and mapped on a thread that may wait for a disk or a pipe.
final class FileEntries<Rows: RowMapping, Source: ByteSource>: EntrySource {
    private struct State: Sendable {
        var reader: CSVReader<Source>
        var identities: ImportIdentities
        var rows: Rows?
        var record = CSVRecord()
        /// Read already, for the next batch.
        var held: ImportEntry?
        var recordsRead = 0
        var isAtEnd = false
    }

    private let state: Mutex<State>
    private let limits: ImportLimits

    init(
        _ source: Source,
        as rows: Rows.Type = Rows.self,
        importID: String,
        limits: ImportLimits,
        csvLimits: CSVLimits = CSVLimits()
    ) {
        self.limits = limits
        state = Mutex(
            State(
                reader: CSVReader(source, limits: csvLimits),
                identities: ImportIdentities(kind: rows.kind, importID: importID)
            )
        )
    }

    /// How many records the file had so far, without its header and blank lines.
    var recordsRead: Int { state.withLock { $0.recordsRead } }

    func next() async throws -> ImportBatch? {
        try await NIOThreadPool.singleton.runIfActive { [self] in
            try state.withLock { state in try nextBatch(&state) }
        }
    }

    private func nextBatch(_ state: inout State) throws -> ImportBatch? {
        let rows = try rows(&state)
        var batch = ImportBatch()
        let start = state.reader.bytesConsumed
        while batch.entries.count < limits.entriesPerBatchMax,
            state.reader.bytesConsumed - start < limits.bytesPerBatchMax,
            let entry = try state.held ?? entry(&state, rows)
        {
            state.held = nil
            if case .command(let command, _) = entry.content, let key = OrderKey(command) {
                guard batch.orderKeys.insert(key).inserted else {
                    state.held = entry
                    break
                }
            }
            batch.entries.append(entry)
        }
        batch.bytesConsumed = state.reader.fileBytesConsumed
        return batch.entries.isEmpty ? nil : batch
    }

    private func rows(_ state: inout State) throws -> Rows {
        if let rows = state.rows { return rows }
        repeat {
            guard try state.reader.next(&state.record) else {
                throw ImportFileError("the file is empty; its first line must name the columns")
            }
        } while state.record.isBlank
        let rows = try Rows(CSVHeader(state.record, of: Rows.self))
        state.rows = rows
        return rows
    }

    private func entry(_ state: inout State, _ rows: Rows) throws -> ImportEntry? {
        repeat {
            guard !state.isAtEnd, try state.reader.next(&state.record) else {
                state.isAtEnd = true
                return nil
            }
        } while state.record.isBlank
        state.recordsRead += 1
        let content: ImportEntry.Content
        do throws(Rejection) {
            let command = try rows.checkedCommand(of: state.record)
            content = .command(command, state.identities.identity(of: state.record))
        } catch {
            content = .rejected(error)
        }
        return ImportEntry(line: state.record.line, content: content)
    }
}
