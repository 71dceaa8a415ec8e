/// Something in a history that no correct ledger could have done, in words for people.
package struct HistoryFault: Hashable, Sendable, CustomStringConvertible {
    /// Which promise is broken.
    package enum Kind: String, Sendable {
        /// No order of the operations explains what clients were told.
        case notLinearizable
        /// The search ran out of steps, or the history is beyond what it can judge.
        case undecided
        /// Positions, or log times, contradict the order in which things happened.
        case positionOrder
        /// Two requests were answered as applied by one and the same entry of the log.
        case positionShared
        /// The same request was answered differently, or as applied for the first time twice.
        case answerChanged
        /// Replaying the commands in the order of their positions gives another answer.
        case witnessDiffers
        /// A read is older than it claimed or was asked to be.
        case staleness
        /// A read lacks what its session had seen.
        case sessionBehind
        /// Stock appeared or vanished.
        case stockNotConserved
    }

    /// Which promise is broken.
    package let kind: Kind
    /// What was seen and what should have been.
    package let description: String
    /// The calls to look at, in the order of their ids.
    package let calls: [CallID]

    init(_ kind: Kind, _ description: String, calls: [CallID]) {
        self.kind = kind
        self.description = "\(kind.rawValue): \(description)"
        self.calls = calls.sorted()
    }
}
