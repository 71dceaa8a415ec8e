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
