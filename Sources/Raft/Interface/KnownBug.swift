/// Mistakes that have cost other systems data or an outage, each of which the tests must find.
///
/// They exist only in debug builds, where a test can switch one on (`RaftConfiguration.knownBug`); in
/// a release build the question is answered with a constant no, and nothing of them is left.
public enum KnownBug: String, CaseIterable, Hashable, Sendable {
    /// Acknowledges entries before they are durable (rule 1).
    case acknowledgesBeforeDurable = "acknowledges-before-durable"
    /// Gives votes before they are durable (rule 1).
    case votesBeforeDurable = "votes-before-durable"
    /// Forgets its vote when it steps down in its own term (rule 2).
    case forgetsVoteOnSteppingDown = "forgets-vote-on-stepping-down"
    /// Votes for whoever asks first, whatever the log (thesis, section 3.6.1).
    case votesForShorterLog = "votes-for-shorter-log"
    /// Commits entries of older terms by counting (rule 5).
    case commitsOldTermByCounting = "commits-old-term-by-counting"
    /// A leader counts what it has not made durable itself (rule 6).
    case countsOwnUndurableEntries = "counts-own-undurable-entries"
    /// While joint, the incoming voters decide alone (rule 6).
    case jointDecidedByIncoming = "joint-decided-by-incoming"
    /// Drops everything after an append's last entry, though nothing conflicts (rule 7).
    case truncatesWithoutConflict = "truncates-without-conflict"
    /// Believes the leader's commit beyond what its message verified (rule 7).
    case commitsBeyondVerified = "commits-beyond-verified"
    /// Truncates below commit in place of halting (rule 7), on the word of a stale leader's append.
    case truncatesBelowCommit = "truncates-below-commit"
    /// Changes members before an own entry and the last change have committed (rule 8).
    case changesMembersTooEarly = "changes-members-too-early"
    /// A configuration counts from its application, not from its appending (rule 9).
    case activatesConfigurationOnApply = "activates-configuration-on-apply"
    /// Keeps its own configuration when it takes a snapshot (rule 11).
    case keepsConfigurationAfterSnapshot = "keeps-configuration-after-snapshot"
    /// Keeps a log that conflicts with the snapshot it takes (rule 12).
    case keepsConflictingSuffix = "keeps-conflicting-suffix"
    /// A write's completion makes durable what has been overwritten meanwhile (rule 13).
    case completionIgnoresOverwriting = "completion-ignores-overwriting"
    /// Answers a linearizable read without a round (rule 14).
    case readsWithoutRound = "reads-without-round"
    /// Answers a linearizable read before an own entry has committed (rule 14).
    case readsBeforeOwnCommit = "reads-before-own-commit"
    /// Takes damage in the middle of the log for a torn tail (rule 19).
    case takesDamageForTornTail = "takes-damage-for-torn-tail"
    /// Answers a request when it is appended, not when it is applied.
    case answersBeforeCommit = "answers-before-commit"
    /// Claims to be fresh because a leader was heard.
    case certifiesByContact = "certifies-by-contact"
}

extension RaftConfiguration {
    /// Whether a mistake is switched on; never in a release build.
    @inlinable
    @inline(__always)
    package func has(_ bug: KnownBug) -> Bool {
        #if KNOWN_BUGS
        knownBug == bug
        #else
        false
        #endif
    }
}
