import Ledger

/// Something that operations read and change, as clients see it.
enum Variable: Hashable, Sendable {
    /// On hand and reserved, of an item at a location.
    case level(SKU, LocationID)
    case reservation(ReservationID)
    case item(SKU)
    case location(LocationID)
    /// Which command a request id belongs to, where more than one came under it.
    case identity(RequestID)
}

/// The place of a variable in the model's arrays.
struct Slot: Hashable, Comparable, Sendable {
    let index: Int

    static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}

/// All variables of a history, numbered in the order in which they are first named.
struct VariableTable: Sendable {
    private(set) var variables: [Variable] = []
    private var slots: [Variable: Slot] = [:]

    /// The place of a variable, given at its first use.
    mutating func slot(_ variable: Variable) -> Slot {
        if let slot = slots[variable] { return slot }
        let slot = Slot(index: variables.count)
        variables.append(variable)
        slots[variable] = slot
        return slot
    }

    /// The levels that are named anywhere in the history and of which this is true, in order.
    func levels(where isMeant: (SKU, LocationID) -> Bool) -> [Slot] {
        variables.indices.compactMap { index in
            guard case .level(let sku, let location) = variables[index], isMeant(sku, location)
            else { return nil }
            return Slot(index: index)
        }
    }
}
