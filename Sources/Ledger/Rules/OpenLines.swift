/// What a Fulfill or a Release takes from each line of a reservation, or why it can't.
enum OpenLines {
    /// The reservation as it is, and a quantity for each of its lines, in their order.
    case taken(Reservation, [Quantity])
    case refused(Refusal)
}

/// What a line is about, by text.
struct LineName: Hashable {
    let sku: SKU
    let location: LocationID
}

/// The lines of a command, added up by name: for the names that are known first, in their order, then
/// for all others.
struct LineSums {
    private(set) var names: [LineName]
    private(set) var quantities: [Quantity]

    init(_ lines: [StockLine], known: [LineName]) {
        names = known
        quantities = [Quantity](repeating: 0, count: known.count)
        var table = SlotTable<LineName>()
        for line in lines {
            let name = LineName(sku: line.sku, location: line.location)
            if let slot = table.slot(of: name, in: names, by: \.self) {
                quantities[slot] += line.quantity
            } else {
                names.append(name)
                quantities.append(line.quantity)
            }
        }
    }

    /// The sums that are more than is left; of an unknown name nothing is left.
    func excesses(over left: [Quantity]) -> [Shortage] {
        quantities.indices.compactMap { slot in
            let available = slot < left.count ? left[slot] : 0
            guard quantities[slot] > available else { return nil }
            return Shortage(
                sku: names[slot].sku,
                location: names[slot].location,
                requested: quantities[slot],
                available: available
            )
        }
    }
}

extension LedgerRules {
    /// Matches the lines of a command with those of the reservation; no lines mean all that is open.
    static func openLines<State: LedgerRows>(
        _ lines: [StockLine],
        of id: ReservationID,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> OpenLines {
        guard let reservation = try current(id, &state, &changes) else {
            return .refused(.reservationNotFound(id))
        }
        switch reservation.state {
        case .held, .confirmed: break
        case .expired: return .refused(.reservationExpired(id))
        case .fulfilled, .released: return .refused(.reservationClosed(id, reservation.state))
        }
        guard !lines.isEmpty else { return .taken(reservation, reservation.lines.map(\.open)) }
        return match(lines, with: reservation)
    }

    /// Sums the lines asked for by name; a name that the reservation doesn't have is open by 0.
    private static func match(_ lines: [StockLine], with reservation: Reservation) -> OpenLines {
        let names = reservation.lines.map { LineName(sku: $0.sku, location: $0.location) }
        let sums = LineSums(lines, known: names)
        let excesses = sums.excesses(over: reservation.lines.map(\.open))
        guard excesses.isEmpty else { return .refused(.exceedsOpenQuantity(excesses)) }
        return .taken(reservation, sums.quantities)
    }
}
