package import Ledger

/// One of the small rows that an agent keeps beside its outbox; found by their key.
package enum AgentRecord: Equatable, Sendable {
    indirect case head(AgentHead)
    indirect case item(Item)
    case offer(Offer)
    case level(StockLevel)
    indirect case reservation(Reservation)
    indirect case transfer(Transfer)
    case allotment(Allotment)
    indirect case answer(AnsweredTill)
    case edit(PriceEdit)
    /// Units of a sale that came back; the position at which an item was edited; and the like.
    case number(Int64)
    /// The name of another row.
    case name(String)
}

/// Where an `AgentRecord` is kept.
package struct AgentKey: Hashable, Comparable, Sendable {
    /// The kinds; a number is never used again for something else.
    package enum Kind: UInt8, CaseIterable, Sendable {
        case head = 1
        case item = 2
        case offer = 3
        case level = 4
        case reservation = 5
        case transfer = 6
        case allotment = 7
        /// By the request's name: answers that are no facts.
        case answer = 8
        /// By number: the names of their requests, so that the oldest can be forgotten.
        case answerOrder = 9
        /// By number.
        case edit = 10
        /// By the sale's name and the item: units of own sales that came back.
        case returned = 11
        /// Items that were edited, and whose new text isn't here yet: where in the log.
        case stale = 12
        // A copy that isn't complete yet.
        case nextItem = 18
        case nextOffer = 19
        case nextLevel = 20
        case nextReservation = 21
        case nextTransfer = 22

        /// The kind that it becomes when the copy is complete.
        package var promoted: Kind? {
            self.rawValue < 16 ? nil : Kind(rawValue: rawValue - 16)
        }

        /// Those of a copy that isn't complete.
        package static let next: [Kind] = [
            .nextItem, .nextOffer, .nextLevel, .nextReservation, .nextTransfer,
        ]
    }

    /// What is kept there.
    package var kind: Kind
    /// Its name among those of its kind.
    package var name: String

    /// Puts the parts together.
    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// The only one of its kind.
    package static let head = AgentKey(.head, "head")

    /// Of a row that has a number: in the order of numbers.
    package init(_ kind: Kind, number: UInt64) {
        let digits = String(number)
        self.init(kind, String(repeating: "0", count: 20 - digits.utf8.count) + digits)
    }

    /// By kind, then name.
    package static func < (left: Self, right: Self) -> Bool {
        (left.kind.rawValue, left.name) < (right.kind.rawValue, right.name)
    }
}
