import Ledger

/// Units neither appear nor vanish: once everything has settled, what is on hand is what came less what
/// went, and what is reserved is what is still promised.
///
/// Looks at reads that begin after the last command on their level has returned, at levels of which
/// every command was answered. Says less than the search, but needs no model to say it.
struct ConservationCheck {
    private struct Place: Hashable {
        let sku: SKU
        let location: LocationID
    }

    /// What is known of one level.
    fileprivate struct Books {
        var onHand: Quantity = 0
        /// Promised for certain, and promised until holds expire.
        var confirmed: Quantity = 0
        var held: Quantity = 0
        var lastEnd = HistoryInstant(nanoseconds: 0)
        var isUnclear = false
    }

    let evidence: Evidence

    /// Everything that is wrong.
    func faults() -> [HistoryFault] {
        // What other commands move is not added up here.
        guard evidence.requests.allSatisfy(\.command.isModelled) else { return [] }
        let books = settle()
        return evidence.reads.compactMap { read in
            guard case .level(let sku, let location) = read.subject,
                case .level(let level?) = read.report.value,
                let known = books[Place(sku: sku, location: location)], !known.isUnclear,
                let asOf = read.completeAsOf, asOf > known.lastEnd
            else { return nil }
            let promised = known.confirmed...(known.confirmed + known.held)
            let isFine =
                level.onHand == known.onHand && promised.contains(level.reserved + level.allotted)
            guard !isFine else { return nil }
            return HistoryFault(
                .stockNotConserved,
                "commands add up to \(known.onHand) on hand and \(promised.lowerBound) to "
                    + "\(promised.upperBound) promised: " + evidence.words(for: [read.call]),
                calls: [read.call]
            )
        }
    }

    private func settle() -> [Place: Books] {
        var books: [Place: Books] = [:]
        var latest: [ReservationID: Reservation] = [:]
        var lines: [ReservationID: [StockLine]] = [:]
        for request in evidence.requests {
            guard case .reserve(let reserve) = request.command else { continue }
            lines[reserve.reservation, default: []] += reserve.lines
        }
        for request in evidence.requests {
            for line in request.command.touchedLines(lines) {
                let place = Place(sku: line.sku, location: line.location)
                books[place, default: Books()].note(request)
            }
            switch request.answer?.outcome {
            case .levels?:
                for (line, sign) in request.command.moves {
                    let place = Place(sku: line.sku, location: line.location)
                    books[place, default: Books()].onHand += sign * line.quantity
                }
            case .reservation(let told)?:
                if latest[told.id].map({ $0.version < told.version }) ?? true {
                    latest[told.id] = told
                }
                if case .reserve(let reserve) = request.command, let id = reserve.replaces {
                    // What it left of the other one, no answer tells.
                    for line in lines[id] ?? [] {
                        let place = Place(sku: line.sku, location: line.location)
                        books[place, default: Books()].isUnclear = true
                    }
                }
            case .version?, .refused?, nil: break
            case .counted?, .sale?, .transfer?, .offer?, .batch?: break
            case .store?, .facts?, .allotments?, .done?: break
            }
        }
        for reservation in latest.values { Self.count(reservation, in: &books) }
        return books
    }

    private static func count(_ reservation: Reservation, in books: inout [Place: Books]) {
        for line in reservation.lines {
            let place = Place(sku: line.sku, location: line.location)
            books[place, default: Books()].onHand -= line.fulfilled
            switch reservation.state {
            case .confirmed: books[place, default: Books()].confirmed += line.open
            case .held: books[place, default: Books()].held += line.open
            case .fulfilled, .released, .expired: break
            }
        }
    }
}

extension ConservationCheck.Books {
    fileprivate mutating func note(_ request: RequestEvidence) {
        guard let end = request.end else {
            isUnclear = true
            return
        }
        lastEnd = max(lastEnd, end)
    }
}

extension Command {
    /// What it moves if it succeeds, and in which direction.
    fileprivate var moves: [(line: StockLine, sign: Quantity)] {
        switch self {
        case .receive(let command): command.lines.map { ($0, 1) }
        case .adjust(let command): command.lines.map { ($0, 1) }
        case .sell(let command): command.lines.map { ($0, -1) }
        default: []
        }
    }

    /// Lines that it may have to do with, given those of each reservation.
    fileprivate func touchedLines(_ reserved: [ReservationID: [StockLine]]) -> [StockLine] {
        switch self {
        case .receive, .adjust, .sell: moves.map(\.line)
        case .reserve(let command):
            command.lines + (command.replaces.flatMap { reserved[$0] } ?? [])
        case .extend(let command): reserved[command.reservation] ?? []
        case .confirm(let command): reserved[command.reservation] ?? []
        case .fulfill(let command): reserved[command.reservation] ?? []
        case .release(let command): reserved[command.reservation] ?? []
        default: []
        }
    }
}
