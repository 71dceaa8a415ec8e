package import Ledger

/// How an agent behaves, and the limits on everything that it keeps.
package struct AgentSettings: Equatable, Sendable {
    /// What is done about a sale that is beyond the agent's rights while the cluster can't be asked.
    package enum CutOffPolicy: Sendable {
        /// Refused, saying what is left.
        case block
        /// Sold, and flagged: the customer has the goods in hand.
        case overdraw
    }

    /// What is done about a sale beyond the agent's rights while it is cut off.
    package var policy = CutOffPolicy.block
    /// How many units are kept at hand.
    package var marks = AllotmentMarks()
    /// Submissions of facts that may be on their way at once.
    package var submissionsMax = 4
    /// Facts in one submission.
    package var factsPerSubmission = LedgerLimits.factsMax
    /// Bytes of payload in one submission, where it has more than one fact.
    package var submissionBytesMax = 524_288
    /// How long a till waits for a grant, at most; then it is answered as if the cluster were gone.
    package var grantWait = Milliseconds(2_000)
    /// After so long without an answer a call counts as failed.
    package var callTimeout = Milliseconds(10_000)
    /// How often the ledger is told that there is nothing to tell.
    package var headEvery = Milliseconds(3_000)
    /// An outbox that isn't empty and not acknowledged for so long tears the connection down.
    package var stallAfter = Milliseconds(30_000)
    /// The first pause after a failure is a random part of this; each further one of twice as much.
    package var backoffBase = Milliseconds(200)
    /// No pause is longer.
    package var backoffMax = Milliseconds(30_000)
    /// How often all items are held against their marks.
    package var reviewEvery = Milliseconds(300_000)
    /// After the ledger had nothing of an item to grant, it isn't asked again for so long, but for a sale.
    package var dryFor = Milliseconds(15_000)
    /// Facts that aren't acknowledged yet; with more, nothing is sold.
    package var outboxRowsMax: UInt64 = 200_000
    /// Bytes of their payloads.
    package var outboxBytesMax: UInt64 = 256 << 20
    /// Tills that wait for a grant.
    package var waitingMax = 1_000
    /// Edits of prices that aren't sent yet.
    package var editsMax = 10_000
    /// Answers that are no facts, and are kept so that a repeated request gets them again.
    package var answersMax: UInt64 = 20_000
    /// Acknowledged facts that are kept whatever their age.
    package var factsKept = LedgerLimits.factsKept
    /// By the ledger's time: acknowledged facts are kept for so long.
    package var factsKeptFor = Milliseconds(604_800_000)

    /// The usual ones.
    package init() {}
}

/// Between how many units an agent keeps its rights to an item: enough for what is usually sold.
package struct AllotmentMarks: Equatable, Sendable {
    /// What is sold in so many hours is what is asked for when the rights run low.
    package var highHours: Quantity = 8
    /// Rights that last for less than so many hours are low.
    package var lowHours: Quantity = 2
    /// The high mark of an item that isn't sold.
    package var highMin: Quantity = 8
    /// The low mark of an item that isn't sold.
    package var lowMin: Quantity = 2
    /// The high mark of an item that is sold most.
    package var highMax: Quantity = 100_000

    /// The usual ones.
    package init() {}

    /// The two marks of an item of which so many units were sold in the hours before.
    package func marks(sold: Quantity, hours: Quantity) -> (low: Quantity, high: Quantity) {
        let hours = max(1, hours)
        let high = min(highMax, max(highMin, (sold * highHours + hours - 1) / hours))
        let low = min(high, max(lowMin, (sold * lowHours + hours - 1) / hours))
        return (low, high)
    }
}

/// The two clocks of a machine, as the driver reads them.
package struct AgentClock: Equatable, Sendable {
    /// What people call the time; it may jump, and only says when facts are claimed to have happened.
    package var wall: LogTime
    /// Since some moment before the agent was started; never goes back.
    package var steady: Milliseconds

    /// Puts the parts together.
    package init(wall: LogTime, steady: Milliseconds) {
        self.wall = wall
        self.steady = steady
    }
}

extension Milliseconds {
    static func + (left: Milliseconds, right: Milliseconds) -> Milliseconds {
        let (sum, carried) = left.rawValue.addingReportingOverflow(right.rawValue)
        return Milliseconds(carried ? .max : sum)
    }
}
