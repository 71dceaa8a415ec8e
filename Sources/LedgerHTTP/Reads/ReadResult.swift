import Ledger
import NIOCore
import Replica

/// What the node gave for a read, and when.
struct ReadResult: Sendable {
    enum Outcome: Sendable {
        case items(Stamped<[ItemView?]>)
        /// Items at a location where none of them ever was: it may not even exist.
        case located(items: Stamped<[ItemView?]>, location: Stamped<Location?>)
        /// A body, or nil and what is not there.
        case document(Stamped<ByteBuffer?>, missing: ProblemReason)
        case refused(Problem)
        case failed(ReadFailure)
    }

    var outcome: Outcome
    /// When the node answered: the stamps were true then and have aged since.
    var at: NIODeadline
}
