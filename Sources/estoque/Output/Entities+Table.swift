import Ledger
import LedgerAPI
import LedgerClient

/// The ledger's things as tables.
extension Table {
    static func levels(_ levels: [LevelView]) -> Table {
        var table = Table(
            ("SKU", .left),
            ("LOCATION", .left),
            ("ON HAND", .right),
            ("RESERVED", .right),
            ("AVAILABLE", .right),
            ("VERSION", .right)
        )
        for view in levels {
            table.add(
                Cell(view.sku.text),
                Cell(view.location.text),
                Cell("\(view.level.onHand)", view.level.onHand < 0 ? .bad : .plain),
                Cell("\(view.level.reserved)"),
                Cell("\(view.level.available)", view.level.available < 0 ? .bad : .plain),
                Cell("\(view.level.version)")
            )
        }
        return table
    }

    static func item(_ item: Item) -> Table {
        var table = Table(
            ("SKU", .left),
            ("TITLE", .left),
            ("PRICE", .right),
            ("STATE", .left),
            ("VERSION", .right),
            ("ATTRIBUTES", .left)
        )
        table.add(
            Cell(item.sku.text),
            Cell(item.title),
            Cell(Price(amount: item.price, currency: item.currency).text),
            Cell(item.state.word, item.state == .active ? .plain : .warning),
            Cell("\(item.version)"),
            Cell(item.attributes.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
        )
        return table
    }

    static func location(_ location: Location) -> Table {
        var table = Table(
            ("ID", .left),
            ("NAME", .left),
            ("KIND", .left),
            ("PRIORITY", .right),
            ("ONLINE", .left),
            ("STATE", .left),
            ("VERSION", .right)
        )
        table.add(
            Cell(location.id.text),
            Cell(location.name),
            Cell(location.kind.word),
            Cell("\(location.priority)"),
            Cell(location.sellsOnline ? "yes" : "no"),
            Cell(location.state.word, location.state == .active ? .plain : .warning),
            Cell("\(location.version)")
        )
        return table
    }

    static func reservation(_ reservation: Reservation) -> Table { reservations([reservation]) }

    static func reservations(_ reservations: [Reservation]) -> Table {
        var table = Table(
            ("RESERVATION", .left),
            ("OWNER", .left),
            ("STATE", .left),
            ("EXPIRES", .left),
            ("ORDER", .left),
            ("VERSION", .right)
        )
        for reservation in reservations {
            table.add(
                Cell(reservation.id.text),
                Cell("\(reservation.owner.kind.word.lowercased()):\(reservation.owner.reference)"),
                Cell(reservation.state.word, reservation.state.tone),
                Cell(reservation.state == .held ? reservation.expireTime.text : ""),
                Cell(reservation.orderReference?.text ?? ""),
                Cell("\(reservation.version)")
            )
        }
        return table
    }

    static func lines(_ lines: [ReservationLine]) -> Table {
        var table = Table(
            ("SKU", .left),
            ("LOCATION", .left),
            ("REQUESTED", .right),
            ("OPEN", .right),
            ("FULFILLED", .right),
            ("RELEASED", .right),
            ("RETURNED", .right)
        )
        for line in lines {
            table.add(
                Cell(line.sku.text),
                Cell(line.location.text),
                Cell("\(line.requested)"),
                Cell("\(line.open)"),
                Cell("\(line.fulfilled)"),
                Cell("\(line.released)"),
                Cell("\(line.returned)", line.returned > 0 ? .warning : .plain)
            )
        }
        return table
    }

    static func availabilities(_ availabilities: [ItemAvailability]) -> Table {
        var table = Table(
            ("SKU", .left),
            ("STATUS", .left),
            ("AVAILABLE", .right),
            ("PRICE", .right)
        )
        for entry in availabilities {
            table.add(
                Cell(entry.sku.text),
                Cell(entry.status.word, entry.status.tone),
                Cell("\(entry.available)"),
                Cell(Price(amount: entry.price, currency: entry.currency).text)
            )
        }
        return table
    }
}

extension Reservation.State {
    fileprivate var tone: Table.Tone {
        switch self {
        case .held: .warning
        case .confirmed, .fulfilled: .good
        case .released: .plain
        case .expired: .bad
        }
    }
}

extension ItemAvailability.Status {
    fileprivate var tone: Table.Tone {
        switch self {
        case .inStock: .good
        case .lowStock, .backorder: .warning
        case .outOfStock, .unknownItem: .bad
        }
    }
}
