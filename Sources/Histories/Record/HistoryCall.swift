package import Ledger

/// Names a call within its history.
package struct CallID: Hashable, Comparable, Sendable {
    /// 0, 1, 2, … in the order in which calls were recorded.
    package let rawValue: Int

    init(_ rawValue: Int) { self.rawValue = rawValue }

    /// By number.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What became of a call, as far as its client knows.
package enum CallOutcome: Equatable, Sendable {
    /// The ledger's answer: done, or refused by a rule of the business.
    case answered(Answer)
    /// The answer to a read.
    case read(ReadReport)
    /// It certainly never reaches the log, or it was a read that found nobody to answer.
    case notApplied
    /// It may take effect at any later time, or never.
    case unknown
}

/// One call of a client, from its invocation to its return.
package struct HistoryCall: Equatable, Sendable {
    /// Its name.
    package let id: CallID
    /// Who called.
    package let client: Int
    /// What was asked for.
    package let operation: HistoryOperation
    /// Just before it was sent.
    package let invokedAt: HistoryInstant
    /// When the client knew; nil while it doesn't.
    package internal(set) var returnedAt: HistoryInstant?
    /// What the client knew then.
    package internal(set) var outcome: CallOutcome
}
