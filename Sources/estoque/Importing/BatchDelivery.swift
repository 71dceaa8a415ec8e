import Ledger
import LedgerAPI
import LedgerClient

/// Which commands of a batch have been answered, and what is asked next.
struct BatchDelivery {
    private let entries: [ImportEntry]
    private let start: Position
    private let attemptsMax: Int
    private var told: [EntryOutcome?]
    private var attempts: [Int]
    /// The entries that the last requests were for.
    private var asked: [Int] = []

    init(_ batch: ImportBatch, start: Position, limits: ImportLimits) {
        entries = batch.entries
        self.start = start
        attemptsMax = limits.attemptsMax
        attempts = entries.map { _ in 0 }
        told = entries.map { entry in
            switch entry.content {
            case .command: nil
            case .rejected(let rejection): .refused(rejection)
            }
        }
    }

    /// What has not been answered.
    mutating func requests(actor: Ledger.Actor) -> [Request] {
        asked.removeAll(keepingCapacity: true)
        var requests: [Request] = []
        for (index, entry) in entries.enumerated() {
            guard told[index] == nil, case .command(let command, let identity) = entry.content
            else { continue }
            asked.append(index)
            requests.append(
                Request(
                    id: identity.requestID(attempt: attempts[index]),
                    actor: actor,
                    command: command
                )
            )
        }
        return requests
    }

    /// Takes the answers to the last requests; says why, if none of them brought anything forward.
    mutating func take(_ results: [Result<Answer, EstoqueError>]) -> EstoqueError? {
        var problem: EstoqueError?
        var progress = false
        for (index, result) in zip(asked, results) {
            switch result {
            case .success(let answer):
                let isEarlier = answer.replayed && answer.position <= start
                told[index] = isEarlier ? .alreadyThere : .imported
                progress = true
            case .failure(let error):
                if let refused = error.refused, refused.replayed, refused.position <= start,
                    attempts[index] + 1 < attemptsMax
                {
                    // An earlier run was refused this line: its cause may have been mended since.
                    attempts[index] += 1
                    progress = true
                } else if error.isUnavailable || error.isOutcomeUnknown {
                    problem = error
                } else {
                    told[index] = .refused(
                        Rejection(reason: error.reason.rawValue, message: error.explanation)
                    )
                    progress = true
                }
            }
        }
        return progress ? nil : problem
    }

    /// What became of each entry.
    ///
    /// - Precondition: `requests` is empty.
    var outcomes: [EntryOutcome] { abandoned("not answered") }

    /// What became of each entry when nobody answers any more.
    func abandoned(_ reason: String) -> [EntryOutcome] {
        told.map { $0 ?? .unanswered(reason) }
    }
}
