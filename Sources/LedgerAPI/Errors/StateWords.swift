package import Ledger

extension Reservation.State {
    /// The state in capitals, as people and programs get to see it.
    package var word: String {
        switch self {
        case .held: "HELD"
        case .confirmed: "CONFIRMED"
        case .fulfilled: "FULFILLED"
        case .released: "RELEASED"
        case .expired: "EXPIRED"
        }
    }

    /// The state of that name, if there is one.
    package init?(word: String) {
        switch word {
        case "HELD": self = .held
        case "CONFIRMED": self = .confirmed
        case "FULFILLED": self = .fulfilled
        case "RELEASED": self = .released
        case "EXPIRED": self = .expired
        default: return nil
        }
    }
}

extension Transfer.State {
    /// The state in capitals, as people and programs get to see it.
    package var word: String {
        switch self {
        case .draft: "DRAFT"
        case .inTransit: "IN_TRANSIT"
        case .closed: "CLOSED"
        case .cancelled: "CANCELLED"
        }
    }

    /// The state of that name, if there is one.
    package init?(word: String) {
        switch word {
        case "DRAFT": self = .draft
        case "IN_TRANSIT": self = .inTransit
        case "CLOSED": self = .closed
        case "CANCELLED": self = .cancelled
        default: return nil
        }
    }
}

extension Location.Kind {
    /// The kind in capitals, as people and programs get to see it.
    package var word: String {
        switch self {
        case .store: "STORE"
        case .warehouse: "WAREHOUSE"
        }
    }
}

extension Location.State {
    /// The state in capitals, as people and programs get to see it.
    package var word: String {
        switch self {
        case .active: "ACTIVE"
        case .draining: "DRAINING"
        case .closed: "CLOSED"
        }
    }
}

extension JournalRow.Kind {
    /// The kind in capitals, as people and programs get to see it.
    package var word: String {
        switch self {
        case .upsertItem: "UPSERT_ITEM"
        case .upsertLocation: "UPSERT_LOCATION"
        case .receive: "RECEIVE"
        case .adjust: "ADJUST"
        case .sell: "SELL"
        case .reserve: "RESERVE"
        case .extend: "EXTEND"
        case .confirm: "CONFIRM"
        case .fulfill: "FULFILL"
        case .release: "RELEASE"
        case .expire: "EXPIRE"
        case .markUnavailable: "MARK_UNAVAILABLE"
        case .writeOff: "WRITE_OFF"
        case .setStockPolicy: "SET_STOCK_POLICY"
        case .returnGoods: "RETURN"
        case .count: "COUNT"
        case .createTransfer: "CREATE_TRANSFER"
        case .shipTransfer: "SHIP_TRANSFER"
        case .receiveTransfer: "RECEIVE_TRANSFER"
        case .cancelTransfer: "CANCEL_TRANSFER"
        case .setOffer: "SET_OFFER"
        case .batch: "BATCH"
        case .registerStore: "REGISTER_STORE"
        case .submitFacts: "SUBMIT_FACTS"
        case .grantAllotment: "GRANT_ALLOTMENT"
        case .recallAllotment: "RECALL_ALLOTMENT"
        case .revokeAllotment: "REVOKE_ALLOTMENT"
        case .resolveConflict: "RESOLVE_CONFLICT"
        case .replayFact: "REPLAY_FACT"
        case .returnAllotment: "RETURN_ALLOTMENT"
        case .setAsideFact: "SET_ASIDE_FACT"
        }
    }
}

extension Owner.Kind {
    /// The kind in capitals, as people and programs get to see it.
    package var word: String {
        switch self {
        case .customer: "CUSTOMER"
        case .store: "STORE"
        case .order: "ORDER"
        }
    }

    /// The kind of that name, if there is one.
    package init?(word: String) {
        switch word {
        case "CUSTOMER": self = .customer
        case "STORE": self = .store
        case "ORDER": self = .order
        default: return nil
        }
    }
}

extension Refusal.Reason {
    /// The reason in capitals, as people and programs get to see it.
    package var word: String { label.uppercased() }

    /// The reason of that name, if there is one.
    package init?(word: String) {
        guard let reason = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = reason
    }
}

extension Conflict.Kind {
    /// The kind in capitals, as people and programs get to see it.
    package var word: String {
        switch self {
        case .oversold: "OVERSOLD"
        case .negativeOnHand: "NEGATIVE_ON_HAND"
        case .unknownItem: "UNKNOWN_ITEM"
        case .unmatched: "UNMATCHED"
        case .edit: "EDIT"
        case .fork: "FORK"
        }
    }
}

extension StoreAgent.State {
    /// The state in capitals, as people and programs get to see it.
    package var word: String {
        switch self {
        case .active: "ACTIVE"
        case .frozen: "FROZEN"
        }
    }
}

extension FactFate {
    /// The notes in capitals, as people and programs get to see them; none when it was applied as it is.
    package var words: [String] {
        let words: [(fate: FactFate, word: String)] = [
            (.quarantined, "QUARANTINED"), (.unknownItem, "UNKNOWN_ITEM"),
            (.unmatched, "UNMATCHED"), (.overdrawn, "OVERDRAWN"), (.closedPlace, "CLOSED_PLACE"),
            (.oversold, "OVERSOLD"), (.negativeOnHand, "NEGATIVE_ON_HAND"),
            (.curedHolds, "CURED_HOLDS"),
        ]
        return words.filter { contains($0.fate) }.map(\.word)
    }
}
