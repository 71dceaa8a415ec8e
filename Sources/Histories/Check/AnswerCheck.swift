/// What was acknowledged once is found again, unchanged, and was applied once.
struct AnswerCheck {
    let evidence: Evidence

    /// Everything that is wrong.
    func faults() -> [HistoryFault] {
        evidence.requests.compactMap { request in
            if !request.differing.isEmpty {
                return HistoryFault(
                    .answerChanged,
                    "request \(request.id) was answered in different ways: "
                        + evidence.words(for: request.calls),
                    calls: request.calls
                )
            }
            guard request.firsts.count > 1 else { return nil }
            return HistoryFault(
                .answerChanged,
                "request \(request.id) was applied for the first time more than once: "
                    + evidence.words(for: request.firsts),
                calls: request.firsts
            )
        }
    }
}
