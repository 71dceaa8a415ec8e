import Ledger
import LedgerClient

/// One import from beginning to end: sends or tries the lines, names those that fail, shows how far
/// it is, and balances the books.
struct ImportJob {
    private let options: ImportOptions
    private let kind: String
    private var progress: ProgressLine
    private let rejects: RejectSink
    private var lines = ImportTally()
    private var catalogue: ImportTally?
    private var effects: DryRunEffects?

    init(_ options: ImportOptions, kind: String, fileBytes: Int?) throws(ImportFileError) {
        self.options = options
        self.kind = kind
        progress = ProgressLine(total: fileBytes, isShown: Terminal.errIsTerminal)
        rejects = try RejectSink(path: options.rejects)
    }

    /// Imports a file of one kind.
    static func run<Rows: RowMapping>(_ rows: Rows.Type, _ options: ImportOptions) async throws {
        try await reportingFailures {
            let file = try FileSource(options.file)
            defer { file.close() }
            var job = try ImportJob(options, kind: rows.kind, fileBytes: file.bytes)
            let entries = FileEntries<Rows, FileSource>(
                file,
                importID: options.importID,
                limits: options.limits
            )
            try await job.run(catalogue: nil, entries)
        }
    }

    /// Runs the catalogue, if there is one, and then the file's lines.
    mutating func run<Rows: RowMapping>(
        catalogue commands: ListEntries?,
        _ entries: FileEntries<Rows, FileSource>
    ) async throws {
        try await options.connection.withClient(
            actor: options.actor ?? CommandLineActor.current(),
            attemptTimeout: .seconds(5)
        ) { client in
            if options.dryRun {
                try await tryOut(catalogue: commands, entries, at: client)
            } else {
                try await send(catalogue: commands, entries, to: client)
            }
        }
        progress.clear()
        try rejects.close()
        try finish(read: entries.recordsRead, catalogueRead: commands?.count)
    }

    private mutating func send(
        catalogue commands: ListEntries?,
        _ entries: some EntrySource,
        to client: EstoqueClient
    ) async throws {
        let run = ImportRun(sender: client, actor: client.actor, limits: options.limits)
        if let commands {
            var tally = ImportTally()
            try await run.run(commands) { batch, outcomes in
                for outcome in outcomes { tally.count(outcome) }
                try rejects.name(batch, outcomes, before: progress.clear)
            }
            catalogue = tally
            guard tally.unanswered == 0 else { return }
        }
        try await run.run(entries) { batch, outcomes in try take(batch, outcomes) }
    }

    private mutating func tryOut(
        catalogue commands: ListEntries?,
        _ entries: some EntrySource,
        at client: EstoqueClient
    ) async throws {
        var dryRun = try await DryRun(client)
        if let commands {
            var tally = ImportTally()
            while let batch = await commands.next() {
                for outcome in try await dryRun.take(batch) { tally.count(outcome) }
            }
            catalogue = tally
        }
        while let batch = try await entries.next() {
            try take(batch, try await dryRun.take(batch))
        }
        effects = dryRun.effects
    }

    private mutating func take(_ batch: ImportBatch, _ outcomes: [EntryOutcome]) throws {
        for outcome in outcomes { lines.count(outcome) }
        try rejects.name(batch, outcomes, before: progress.clear)
        progress.show(bytes: batch.bytesConsumed, lines: lines.total)
    }

    // MARK: - The end

    private func finish(read: Int, catalogueRead: Int?) throws {
        let seconds = max(Double(progress.elapsed.milliseconds) / 1_000, 0.001)
        let rate = Int(Double(lines.total) / seconds)
        var json: JSONValue = [
            "kind": .string(kind),
            "importID": .string(options.importID),
            "dryRun": .bool(options.dryRun),
        ]
        if let catalogue, let catalogueRead {
            json = json + ["catalogue": catalogue.json(read: catalogueRead)]
        }
        json =
            json
            + [
                "lines": lines.json(read: read),
                "milliseconds": .integer(progress.elapsed.milliseconds),
                "linesPerSecond": .integer(Int64(rate)),
            ]
        if let effects { json = json + ["effects": effects.json] }
        let summary = ImportSummary(
            lines: lines,
            read: read,
            catalogue: catalogue,
            catalogueRead: catalogueRead,
            isDryRun: options.dryRun
        )
        Report(
            json: json,
            tables: (effects?.tables ?? []) + summary.tables,
            notes: (effects?.notes ?? [])
                + ["\(lines.total) lines in \(progress.elapsed.milliseconds) ms, \(rate)/s."]
        ).print(as: options.connection.output)
        let failure = summary.failure(
            acceptRefused: options.acceptRefused,
            rejects: options.rejects
        )
        if let failure { throw failure }
    }

    /// Gives the failures of files the command line's form.
    static func reportingFailures(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as ByteSourceError {
            throw CommandFailure(error.description)
        } catch let error as ImportFileError {
            throw CommandFailure(error.description)
        }
    }
}
