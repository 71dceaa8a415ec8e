/// What a Fulfill or a Release takes from each line of a reservation, or why it can't.
enum OpenLines {
    /// The reservation as it is, and a quantity for each of its lines, in their order.
    case taken(Reservation, [Quantity])
    case refused(Refusal)
}

/// What a line is about, by text.
private struct LineName: Hashable {
    let sku: SKU
    let location: LocationID
}

extension LedgerRules {
    /// Matches the lines of a command with those of the reservation; no lines mean all that is open.
    static func openLines<State: LedgerState>(
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
        var names = reservation.lines.map { LineName(sku: $0.sku, location: $0.location) }
        var table = SlotTable<LineName>()
        var sums = [Quantity](repeating: 0, count: names.count)
        for line in lines {
            let name = LineName(sku: line.sku, location: line.location)
            if let slot = table.slot(of: name, in: names, by: \.self) {
                sums[slot] += line.quantity
            } else {
                names.append(name)
                sums.append(line.quantity)
            }
        }
        var excesses: [Shortage] = []
        for (slot, sum) in sums.enumerated() {
            let open = slot < reservation.lines.count ? reservation.lines[slot].open : 0
            guard sum > open else { continue }
            let name = names[slot]
            excesses.append(
                Shortage(sku: name.sku, location: name.location, requested: sum, available: open)
            )
        }
        guard excesses.isEmpty else { return .refused(.exceedsOpenQuantity(excesses)) }
        return .taken(reservation, sums)
    }
}
