package import Ledger

/// Documents as they are here, by their names.
extension AgentCore {
    /// A sale that was made here, with what came back here; nil: it is another's, or long ago.
    package mutating func sale(_ id: SaleID) throws(Rows.Failure) -> Sale? {
        guard let row = try staged.fact(selling: id),
            case .sell(let sell)? = codec.decode(row.fact, at: head.location)?.command
        else { return nil }
        var lines: [SaleLine] = []
        var version: UInt64 = 1
        for line in sell.lines {
            let returned = try number(.returned(id, line.sku))
            if returned > 0 { version += 1 }
            lines.append(
                SaleLine(
                    sku: line.sku,
                    location: head.location,
                    sold: line.quantity,
                    returned: returned
                )
            )
        }
        return Sale(id: id, lines: lines, version: version)
    }

    /// A reservation of the copy, with what was handed over here and isn't known yet.
    package mutating func pickUp(_ id: ReservationID) throws(Rows.Failure) -> Reservation? {
        guard var found = try reservation(id) else { return nil }
        for (index, line) in found.lines.enumerated() where line.location == head.location {
            found.lines[index].fulfilled += pending.moved(.reservation(id), line.sku)
        }
        return found
    }

    /// A transfer of the copy, with what went and came here and isn't known yet.
    package mutating func movedTransfer(_ id: TransferID) throws(Rows.Failure) -> Transfer? {
        guard var found = try transfer(id) else { return nil }
        for (index, line) in found.lines.enumerated() {
            found.lines[index].shipped += pending.moved(.shipped(id), line.sku)
            found.lines[index].received += pending.moved(.arrived(id), line.sku)
        }
        return found
    }

    /// What is different about an item at the store, as changed here last; nil when nothing is.
    package mutating func ownOffer(_ sku: SKU) throws(Rows.Failure) -> Offer? {
        let copied = try offer(sku)
        guard let edit = edits[sku] else { return copied }
        return Offer(
            sku: sku,
            location: head.location,
            price: edit.edit.price,
            attributes: copied?.attributes ?? [],
            version: copied?.version ?? 1
        )
    }
}
