import Ledger
import LedgerAPI
import LedgerClient

/// What takes an import's commands to the ledger.
protocol BatchSender: Sendable {
    /// A position that includes everything acknowledged so far.
    func position() async throws(EstoqueError) -> Position

    /// Sends requests together, each for itself; says what became of each, in their order.
    func batch(
        _ requests: [Request],
        timeout: Duration?
    ) async throws(EstoqueError) -> [Result<Answer, EstoqueError>]
}

/// Sends the lines of a source, several batches at a time, and tells in the file's order what became
/// of them.
struct ImportRun<Sender: BatchSender>: Sendable {
    let sender: Sender
    let actor: Ledger.Actor
    let limits: ImportLimits

    private struct Finished: Sendable {
        var number: Int
        var batch: ImportBatch
        var outcomes: [EntryOutcome]
    }

    /// Runs until the source ends or the cluster stays silent.
    func run(
        _ source: some EntrySource,
        onBatch: (ImportBatch, [EntryOutcome]) throws -> Void
    ) async throws {
        // Replays from behind it are this run's own, asked again after a lost answer.
        let start = try await sender.position()
        try await withThrowingTaskGroup(of: Finished.self) { group in
            var sent = 0
            var told = 0
            var keysInFlight: Set<OrderKey> = []
            var finished: [Int: Finished] = [:]
            var next = try await source.next()
            var isSilent = false
            while next != nil || told < sent {
                if let batch = next, !isSilent, sent - told < limits.batchesInFlightMax,
                    batch.orderKeys.isDisjoint(with: keysInFlight)
                {
                    let number = sent
                    group.addTask {
                        Finished(
                            number: number,
                            batch: batch,
                            outcomes: await deliver(batch, after: start)
                        )
                    }
                    sent += 1
                    keysInFlight.formUnion(batch.orderKeys)
                    next = try await source.next()
                    continue
                }
                guard let done = try await group.next() else { break }
                keysInFlight.subtract(done.batch.orderKeys)
                finished[done.number] = done
                while let oldest = finished.removeValue(forKey: told) {
                    told += 1
                    try onBatch(oldest.batch, oldest.outcomes)
                    isSilent = isSilent || oldest.outcomes.contains { $0.isUnanswered }
                }
                // What has been read already is told too, so that the books balance.
                if isSilent, told == sent, let batch = next {
                    try onBatch(batch, batch.entries.map(\.unsent))
                    next = nil
                }
            }
        }
    }

    /// Sends a batch until each of its commands is answered or patience is over.
    private func deliver(_ batch: ImportBatch, after start: Position) async -> [EntryOutcome] {
        var delivery = BatchDelivery(batch, start: start, limits: limits)
        var silence = ContinuousClock.now
        var pause = limits.pauseMin
        while true {
            let requests = delivery.requests(actor: actor)
            guard !requests.isEmpty else { return delivery.outcomes }
            let problem: EstoqueError?
            do throws(EstoqueError) {
                let results = try await sender.batch(requests, timeout: limits.patience)
                problem = delivery.take(results)
            } catch {
                problem = error
            }
            guard let problem else {
                (silence, pause) = (.now, limits.pauseMin)
                continue
            }
            guard problem.isUnavailable, ContinuousClock.now - silence < limits.patience else {
                return delivery.abandoned("\(problem.reason): \(problem.explanation)")
            }
            do {
                try await Task.sleep(for: pause)
            } catch {
                return delivery.abandoned("cancelled")
            }
            pause = min(pause * 2, limits.pauseMax)
        }
    }
}

extension EntryOutcome {
    var isUnanswered: Bool {
        if case .unanswered = self { true } else { false }
    }
}

extension ImportEntry {
    /// What is told of a line that was read and not sent.
    fileprivate var unsent: EntryOutcome {
        switch content {
        case .command: .unanswered("not sent")
        case .rejected(let rejection): .refused(rejection)
        }
    }
}
