/// Writes down what clients ask a cluster and what they are told, to be judged afterwards.
///
/// The history begins with an empty ledger: the commands that create the catalogue belong to it.
/// A value, so that a copy is a history as of a moment.
package struct HistoryRecorder: Sendable {
    /// Every call, in the order of their ids.
    package private(set) var calls: [HistoryCall] = []

    /// Nothing has happened yet.
    package init() {}

    /// Begins a call; until it is completed its outcome is unknown.
    package mutating func invoke(
        client: Int,
        _ operation: HistoryOperation,
        at instant: HistoryInstant
    ) -> CallID {
        let id = CallID(calls.count)
        calls.append(
            HistoryCall(
                id: id,
                client: client,
                operation: operation,
                invokedAt: instant,
                returnedAt: nil,
                outcome: .unknown
            )
        )
        return id
    }

    /// Ends a call, once.
    ///
    /// - Precondition: The outcome is of the operation's kind, and no earlier than the invocation.
    package mutating func complete(
        _ id: CallID,
        _ outcome: CallOutcome,
        at instant: HistoryInstant
    ) {
        let call = calls[id.rawValue]
        precondition(call.returnedAt == nil, "a call ends once")
        precondition(call.invokedAt <= instant, "a call ends after it began")
        precondition(call.operation.fits(outcome), "a call is answered in kind")
        calls[id.rawValue].outcome = outcome
        calls[id.rawValue].returnedAt = instant
    }
}

extension HistoryOperation {
    fileprivate func fits(_ outcome: CallOutcome) -> Bool {
        switch (self, outcome) {
        case (_, .notApplied), (_, .unknown), (.command, .answered): true
        case (.command, .read), (.read, .answered): false
        case (.read(let subject, _), .read(let report)): subject.fits(report.value)
        }
    }
}

extension ReadSubject {
    fileprivate func fits(_ value: ReadValue) -> Bool {
        switch (self, value) {
        case (.level, .level), (.item, .item), (.location, .location),
            (.reservation, .reservation):
            true
        case (.availability(let skus, _), .availability(let reports)):
            skus == reports.map(\.sku)
        default: false
        }
    }
}
