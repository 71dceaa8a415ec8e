import SystemPackage

/// Where the lines are named that were not imported: a CSV file, or standard error.
struct RejectSink {
    private let file: FileDescriptor?

    /// Begins the file, in place of one that was there.
    init(path: String?) throws(ImportFileError) {
        guard let path else {
            file = nil
            return
        }
        do {
            file = try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .truncate],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        } catch {
            throw ImportFileError("\(path) can't be written: \(error)")
        }
        try write("line,reason,message\n")
    }

    /// Names the lines of a batch that were refused or not answered.
    func name(
        _ batch: ImportBatch,
        _ outcomes: [EntryOutcome],
        before: () -> Void
    ) throws(ImportFileError) {
        var text = ""
        for (entry, outcome) in zip(batch.entries, outcomes) {
            guard let (reason, message) = outcome.complaint else { continue }
            let name = entry.name
            text +=
                file == nil
                ? "\(name): \(reason): \(Printable.text(message))\n"
                : "\(entry.line),\(reason),\(Self.quoted(message))\n"
        }
        guard !text.isEmpty else { return }
        guard file == nil else { return try write(text) }
        before()
        Terminal.err(String(text.dropLast()))
    }

    private func write(_ text: String) throws(ImportFileError) {
        do {
            _ = try file?.writeAll(text.utf8)
        } catch {
            throw ImportFileError("the file of rejects can't be written: \(error)")
        }
    }

    func close() throws(ImportFileError) {
        do {
            try file?.close()
        } catch {
            throw ImportFileError("the file of rejects can't be closed: \(error)")
        }
    }

    static func quoted(_ text: String) -> String {
        "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}

extension EntryOutcome {
    /// What is said about a line that was not imported.
    fileprivate var complaint: (reason: String, message: String)? {
        switch self {
        case .imported, .alreadyThere: nil
        case .refused(let rejection): (rejection.reason, rejection.message)
        case .unanswered(let reason): ("UNANSWERED", reason)
        }
    }
}

extension ImportEntry {
    /// What a message calls it.
    fileprivate var name: String {
        guard line == 0, case .command(let command, _) = content, let key = OrderKey(command)
        else { return "line \(line)" }
        return switch key {
        case .item(let sku): "item \(sku)"
        case .location(let id): "location \(id)"
        case .offer(let sku, let location): "offer \(sku) at \(location)"
        }
    }
}
