package import Ledger

/// Something that the agent asks of the cluster; whoever carries it answers it once, or not at all.
package struct CentreCall: Equatable, Sendable {
    /// What is asked.
    package enum Question: Equatable, Sendable {
        /// A command, to be sent with this one id until there is an answer.
        indirect case command(Request)
        /// Facts.
        indirect case submit(OutboxSubmission)
        /// A page of the location's books, no older than the position.
        case page(CopyBook, token: String?, atLeast: Position)
        /// An item as it is, no older than the position; nil when there is none.
        case item(SKU, atLeast: Position)
    }

    /// Names the call, among those of one run of the agent.
    package var id: UInt64
    /// What is asked.
    package var question: Question

    /// Puts the parts together.
    package init(id: UInt64, question: Question) {
        self.id = id
        self.question = question
    }
}

/// Facts on their way, as the agent keeps them: a node makes the links again.
package struct OutboxSubmission: Equatable, Sendable {
    /// Names the request.
    package var request: RequestID
    /// The store.
    package var location: LocationID
    /// The epoch of the links.
    package var epoch: UInt32
    /// The first fact's; without facts, that of the next one to come.
    package var firstSequence: UInt64
    /// The link before the first.
    package var previousHash: FactHash
    /// In order.
    package var facts: [OutboxRow]
    /// See `SubmitFacts`.
    package var completeThrough: LogTime?

    /// Puts the parts together.
    package init(
        request: RequestID,
        location: LocationID,
        epoch: UInt32,
        firstSequence: UInt64,
        previousHash: FactHash,
        facts: [OutboxRow],
        completeThrough: LogTime?
    ) {
        self.request = request
        self.location = location
        self.epoch = epoch
        self.firstSequence = firstSequence
        self.previousHash = previousHash
        self.facts = facts
        self.completeThrough = completeThrough
    }
}

extension OutboxSubmission {
    /// The command that a node makes of it, with links of its own.
    package func command(by codec: some FactCodec) -> SubmitFacts {
        var link = previousHash
        let facts = self.facts.map { row in
            link = codec.link(after: link, epoch: epoch, sequence: row.sequence, row.fact)
            let unread = UnreadFact(
                kind: row.fact.kind,
                version: row.fact.version,
                payload: row.fact.bytes
            )
            let known = codec.decode(row.fact, at: location)
            return SubmittedFact(
                hash: link,
                claimedTime: row.claimedTime,
                content: known.map { .known($0) } ?? .unknown(unread)
            )
        }
        return SubmitFacts(
            location: location,
            epoch: epoch,
            firstSequence: firstSequence,
            previousHash: previousHash,
            facts: facts,
            completeThrough: completeThrough
        )
    }
}

/// What a call gave.
package enum CentreAnswer: Equatable, Sendable {
    /// The ledger's answer to a command or to facts, a refusal too; to facts with how many of them may
    /// be under way from now on, if it says.
    indirect case applied(Answer, credit: Int? = nil)
    indirect case page(CopyPage)
    /// Nil: there is no such item.
    indirect case item(Item?)
    /// Nobody knows what became of it, or nothing did.
    case failed
}

/// The books of a location of which the agent has a copy.
package enum CopyBook: UInt8, CaseIterable, Sendable {
    case items = 1
    case offers = 2
    case levels = 3
    case allotments = 4
    /// Open reservations that name the location.
    case reservations = 5
    /// Open transfers from or to it.
    case transfers = 6
}

/// A page of one of the books.
package struct CopyPage: Equatable, Sendable {
    /// The rows of one of the books.
    package enum Rows: Equatable, Sendable {
        case items([Item])
        case offers([Offer])
        case levels([LevelView])
        case allotments([AllotmentView])
        case reservations([Reservation])
        case transfers([Transfer])
    }

    /// The position at which it holds.
    package var position: Position
    /// What is on it.
    package var rows: Rows
    /// Nil: it is the last one.
    package var nextToken: String?

    /// Puts the parts together.
    package init(position: Position, rows: Rows, nextToken: String?) {
        self.position = position
        self.rows = rows
        self.nextToken = nextToken
    }
}
