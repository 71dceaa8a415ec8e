import Ledger
import LedgerAPI
import LedgerClient

/// Sales, transfers, offers and rows of the journal as tables.
extension Table {
    static func sale(_ sale: Sale) -> Table {
        var table = Table(
            ("SALE", .left),
            ("SKU", .left),
            ("LOCATION", .left),
            ("SOLD", .right),
            ("RETURNED", .right)
        )
        for line in sale.lines {
            table.add(
                Cell(sale.id.text),
                Cell(line.sku.text),
                Cell(line.location.text),
                Cell("\(line.sold)"),
                Cell("\(line.returned)")
            )
        }
        return table
    }

    static func transfers(_ transfers: [Transfer]) -> Table {
        var table = Table(
            ("TRANSFER", .left),
            ("FROM", .left),
            ("TO", .left),
            ("STATE", .left),
            ("DOCUMENT", .left),
            ("VERSION", .right)
        )
        for transfer in transfers {
            table.add(
                Cell(transfer.id.text),
                Cell(transfer.from.text),
                Cell(transfer.to.text),
                Cell(transfer.state.word, transfer.state == .inTransit ? .warning : .plain),
                Cell(transfer.document?.text ?? ""),
                Cell("\(transfer.version)")
            )
        }
        return table
    }

    static func lines(_ lines: [TransferLine]) -> Table {
        var table = Table(
            ("SKU", .left),
            ("REQUESTED", .right),
            ("SHIPPED", .right),
            ("IN TRANSIT", .right),
            ("RECEIVED", .right),
            ("REJECTED", .right),
            ("LOST", .right)
        )
        for line in lines {
            table.add(
                Cell(line.sku.text),
                Cell("\(line.requested)"),
                Cell("\(line.shipped)"),
                Cell("\(line.inTransit)"),
                Cell("\(line.received)"),
                Cell("\(line.rejected)", line.rejected > 0 ? .warning : .plain),
                Cell("\(line.lost)", line.lost > 0 ? .bad : .plain)
            )
        }
        return table
    }

    static func offers(_ offers: [Offer]) -> Table {
        var table = Table(
            ("SKU", .left),
            ("LOCATION", .left),
            ("PRICE", .right),
            ("VERSION", .right),
            ("ATTRIBUTES", .left)
        )
        for offer in offers {
            table.add(
                Cell(offer.sku.text),
                Cell(offer.location.text),
                Cell(
                    offer.price.map { Price(amount: $0.amount, currency: $0.currency).text } ?? ""
                ),
                Cell("\(offer.version)"),
                Cell(offer.attributes.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
            )
        }
        return table
    }

    static func items(_ items: [Item]) -> Table {
        var table = Table(
            ("SKU", .left),
            ("TITLE", .left),
            ("PRICE", .right),
            ("STATE", .left)
        )
        for item in items {
            table.add(
                Cell(item.sku.text),
                Cell(item.title),
                Cell(Price(amount: item.price, currency: item.currency).text),
                Cell(item.state.word, item.state == .active ? .plain : .warning)
            )
        }
        return table
    }

    static func locations(_ locations: [Location]) -> Table {
        var table = Table(
            ("ID", .left),
            ("NAME", .left),
            ("KIND", .left),
            ("PRIORITY", .right),
            ("ONLINE", .left),
            ("STATE", .left)
        )
        for location in locations {
            table.add(
                Cell(location.id.text),
                Cell(location.name),
                Cell(location.kind.word),
                Cell("\(location.priority)"),
                Cell(location.sellsOnline ? "yes" : "no"),
                Cell(location.state.word, location.state == .active ? .plain : .warning)
            )
        }
        return table
    }

    /// A line for each movement, or for the row when nothing moved.
    static func journal(_ entries: [JournalEntry]) -> Table {
        var table = Table(
            ("TIME", .left),
            ("POSITION", .right),
            ("WHAT", .left),
            ("SKU", .left),
            ("LOCATION", .left),
            ("ON HAND", .right),
            ("RESERVED", .right),
            ("WHO", .left),
            ("WHY", .left)
        )
        for entry in entries {
            let head: [Cell] = [
                Cell(entry.logTime.text), Cell("\(entry.position.rawValue)"), entry.whatCell,
            ]
            let tail: [Cell] = [Cell(entry.actor?.text ?? ""), Cell(entry.why)]
            for movement in entry.movements {
                table.add(
                    head[0],
                    head[1],
                    head[2],
                    Cell(movement.sku.text),
                    Cell(movement.location.text),
                    Cell(signed(movement.change.onHand)),
                    Cell(signed(movement.change.reserved)),
                    tail[0],
                    tail[1]
                )
            }
            if entry.movements.isEmpty {
                table.add(head[0], head[1], head[2], "", "", "", "", tail[0], tail[1])
            }
        }
        return table
    }

    private static func signed(_ change: Quantity) -> String {
        change == 0 ? "" : (change > 0 ? "+\(change)" : "\(change)")
    }
}

extension JournalEntry {
    var whatCell: Table.Cell {
        switch result {
        case .refused(let problem): Table.Cell("\(kind): \(problem.reason)", .bad)
        case .expired, .cured: Table.Cell(kind, .warning)
        case .done where fact?.fate.isConflict == true: Table.Cell(kind, .warning)
        case .done, .unknown: Table.Cell(kind)
        }
    }

    /// The reason, the document and the request that caused it.
    fileprivate var why: String {
        var words = [reason?.text, document?.text].compactMap { $0 }
        if let fact {
            words.append("fact \(fact.mark.epoch).\(fact.mark.sequence)")
            words += fact.fate.words
        }
        if case .cured(_, let mark) = result {
            words.append("for fact \(mark.epoch).\(mark.sequence) of \(mark.location)")
        }
        if let request {
            words.append(request.text + (batchIndex.map { "#\($0)" } ?? ""))
        }
        return words.joined(separator: " ")
    }
}
