import Ledger

/// Every answer that any node gave to a request: it is never lost, and never another one.
struct AnswerBook: Sendable {
    private var answers: [RequestID: Answer] = [:]
    /// In the order in which they were given for the first time.
    private(set) var ids: [RequestID] = []

    func isKnown(_ id: RequestID) -> Bool { answers[id] != nil }

    mutating func note(_ id: RequestID, _ answer: Answer) throws(Violation) {
        var first = answer
        first.replayed = false
        guard let known = answers[id] else {
            answers[id] = first
            ids.append(id)
            return
        }
        guard known == first else {
            throw Violation(.answers, "\(id) was answered \(known), and then \(first)")
        }
    }

    /// At the end, all of them are in the ledger as they were given.
    func check(_ state: SimulatedLedgerState) throws(Violation) {
        for id in ids {
            let kept = state.rememberedAnswer(id)?.answer
            guard kept == answers[id] else {
                let given = answers[id].map { "\($0)" } ?? "-"
                let found = kept.map { "\($0)" } ?? "nothing"
                throw Violation(.answers, "\(id) was answered \(given); the ledger has \(found)")
            }
        }
    }
}
