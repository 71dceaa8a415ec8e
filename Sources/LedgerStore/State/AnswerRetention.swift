package import Ledger

/// Which answers are still remembered: those in the rows behind `forgottenRows`.
///
/// The rules look at no answer that is older than their horizon, so when it is forgotten here shows
/// nowhere; the index of identities drops what is forgotten where it is rewritten anyway.
struct AnswerRetention {
    /// Rows of the journal whose answers are forgotten.
    var forgottenRows: UInt64
    var horizon = LogTime(microseconds: 0)
    /// So many rows are looked at when a generation is closed.
    static let strides = 8

    init(forgottenRows: UInt64) { self.forgottenRows = forgottenRows }
}

/// The answers that a store remembers, for metrics.
package struct RememberedAnswers: Equatable, Sendable {
    /// Rows of the journal that may still be asked for as answers.
    package var count: UInt64
    /// What the index of identities takes for them.
    package var indexBytes: UInt64
}

extension SQLiteLedgerState {
    /// How many answers are remembered.
    package var rememberedAnswers: RememberedAnswers {
        let count = header.journalSequence - answers.forgottenRows
        return RememberedAnswers(count: count, indexBytes: count * UInt64(IdentityLeaf.entryBytes))
    }

    package mutating func forgetAnswers(through horizon: LogTime) {
        answers.horizon = horizon
    }

    /// Moves on what is forgotten, by strides: a few point reads a generation.
    mutating func advanceForgottenRows() throws(StoreError) {
        for _ in 0..<AnswerRetention.strides {
            let next = answers.forgottenRows + UInt64(max(limits.forgottenStrideRows, 1))
            guard next <= header.journalSequence, arena(of: next) == nil,
                let place = try reader.journalPlace(next), place.logTime <= answers.horizon
            else { return }
            answers.forgottenRows = next
        }
    }
}
