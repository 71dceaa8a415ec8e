import Ledger

/// Whether a request breaks a limit, as one would write it down from the list of limits.
enum NaiveForm {
    static func isMalformed(_ request: Request) -> Bool {
        guard case .batch(let batch) = request.command else { return bad(request.command) }
        var unplaced = 0
        for (index, command) in batch.commands.enumerated() {
            if case .batch = command { return true }
            if case .sell(let sell) = command, sell.sale == nil,
                "\(request.id.text)#\(index)".utf8.count > 64
            {
                return true
            }
            if case .reserve(let reserve) = command { unplaced += reserve.unplaced.count }
            if bad(command) { return true }
        }
        return batch.commands.isEmpty || batch.commands.count > 100 || unplaced > 100
    }

    private static func bad(_ command: Command) -> Bool {
        switch command {
        case .upsertItem, .upsertLocation, .confirm, .cancelTransfer, .batch: false
        case .receive(let command): bad(command.lines.map(\.quantity))
        case .adjust(let command): bad(command.lines.map(\.quantity.size))
        case .markUnavailable(let command): bad(command.lines.map(\.quantity.size))
        case .sell(let command): bad(command.lines.map(\.quantity))
        case .writeOff(let command): bad(command.lines.map(\.quantity))
        case .reserve(let command):
            bad(command.lines.map(\.quantity) + command.unplaced.map(\.quantity))
                || command.unplaced.count > 100 || bad(command.ttl)
        case .extend(let command): bad(command.ttl)
        case .fulfill(let command): bad(command.lines.map(\.quantity), empty: true)
        case .release(let command): bad(command.lines.map(\.quantity), empty: true)
        case .setStockPolicy(let command):
            command.safetyStock == nil && command.backorderLimit == nil
                || [command.safetyStock ?? 0, command.backorderLimit ?? 0].contains {
                    $0 < 0 || $0 > 1_000_000_000
                }
        case .returnGoods(let command): bad(command.lines.map(\.quantity))
        case .count(let command): bad(command.lines)
        case .createTransfer(let command):
            command.from == command.to || bad(command.lines.map(\.quantity))
        case .shipTransfer(let command): bad(command.lines.map(\.quantity), empty: true)
        case .receiveTransfer(let command): bad(command.lines)
        case .setOffer(let command):
            command.price.map { $0.amount < 0 || $0.amount > 1_000_000_000_000 } ?? false
                || command.price.map { !["EUR", "USD"].contains($0.currency) } ?? false
        case .registerStore, .submitFacts, .grantAllotment, .recallAllotment, .revokeAllotment,
            .resolveConflict, .replayFact, .returnAllotment:
            preconditionFailure("stores have tests of their own")
        }
    }

    private static func bad(_ quantities: [Int64], empty: Bool = false) -> Bool {
        quantities.isEmpty
            ? !empty
            : quantities.count > 1_000 || quantities.contains { $0 < 1 || $0 > 1_000_000_000 }
    }

    private static func bad(_ lines: [CountLine]) -> Bool {
        let names = lines.map { "\($0.sku) \($0.location)" }
        return lines.isEmpty || Set(names).count < names.count
            || lines.contains {
                $0.counted < 0 || $0.counted > 1_000_000_000_000_000
                    || $0.book < -1_000_000_000_000_000 || $0.book > 1_000_000_000_000_000
            }
    }

    private static func bad(_ lines: [ArrivalLine]) -> Bool {
        lines.contains { line in
            let parts = [line.ok, line.rejected, line.lost]
            return parts.contains { $0 < 0 || $0 > 1_000_000_000 } || parts == [0, 0, 0]
        }
    }

    private static func bad(_ ttl: Milliseconds) -> Bool {
        ttl.rawValue < 1 || ttl.rawValue > 86_400_000
    }
}

extension Int64 {
    /// Its distance from zero, as far as that can be said.
    fileprivate var size: Int64 { self == .min ? .max : abs(self) }
}
