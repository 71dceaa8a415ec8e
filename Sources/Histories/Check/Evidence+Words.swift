import Ledger

extension Evidence {
    /// Some calls and what they were told, for people.
    func words(for calls: [CallID]) -> String {
        calls.map { self.calls[$0.rawValue].words }.joined(separator: "; ")
    }
}

extension HistoryCall {
    /// The call and what it was told, on one line.
    var words: String {
        let returned = returnedAt.map { "\($0.nanoseconds)" } ?? "…"
        return "#\(id.rawValue) client \(client) [\(invokedAt.nanoseconds), \(returned)] "
            + "\(operation.words) -> \(outcome.words)"
    }
}

extension HistoryOperation {
    var words: String {
        switch self {
        case .command(let request): "\(request.id): \(request.command.words)"
        case .read(let subject, let promise): "read \(subject.words) (\(promise.words))"
        }
    }
}

extension ReadSubject {
    fileprivate var words: String {
        switch self {
        case .level(let sku, let location): "the stock of \(sku) at \(location)"
        case .item(let sku): "item \(sku)"
        case .location(let id): "location \(id)"
        case .reservation(let id): "reservation \(id)"
        case .availability(let skus, let location):
            "the availability of \(skus.map(\.text).joined(separator: ", "))"
                + (location.map { " at \($0)" } ?? "")
        }
    }
}

extension ReadPromise {
    fileprivate var words: String {
        switch self {
        case .stale: "stale"
        case .bounded(let age): "at most \(age) ns old"
        case .session(let position): "session, from \(position.rawValue) on"
        case .linearizable: "linearizable"
        }
    }
}

extension CallOutcome {
    fileprivate var words: String {
        switch self {
        case .answered(let answer): answer.words
        case .read(let report):
            "\(report.value.words) at \(report.position.map { "\($0.rawValue)" } ?? "?"), "
                + (report.claimedAge.map { "at most \($0) ns old" } ?? "of unknown age")
        case .notApplied: "not applied"
        case .unknown: "unknown"
        }
    }
}

extension Answer {
    fileprivate var words: String {
        "\(outcome.words) at \(position.rawValue), \(logTime.microseconds) us"
            + (replayed ? ", again" : "")
    }
}

extension ReadValue {
    var words: String {
        switch self {
        case .level(let level): level?.words ?? "none"
        case .item(let item, let levels):
            (item.map { "\($0)" } ?? "none") + ", " + levels.map(\.words).joined(separator: ", ")
        case .location(let location): location.map { "\($0)" } ?? "none"
        case .reservation(let reservation): reservation?.words ?? "none"
        case .availability(let reports):
            reports.map { "\($0.available) of \($0.sku) (\($0.status))" }.joined(separator: ", ")
        }
    }
}

extension Outcome {
    var words: String {
        switch self {
        case .version(let version): "version \(version)"
        case .levels(let levels): levels.map(\.words).joined(separator: ", ")
        case .reservation(let reservation): reservation.words
        case .refused(let refusal): "refused: \(refusal)"
        case .counted(let applied, let outdated):
            "counted \(applied.map(\.words)), not \(outdated.map(\.words))"
        case .sale(let sale): "\(sale)"
        case .transfer(let transfer): "\(transfer)"
        case .offer(let offer): "\(offer)"
        case .store(let agent): "\(agent)"
        case .facts(let receipt): "\(receipt)"
        case .allotments(let epoch, let views): "in epoch \(epoch): \(views)"
        case .done: "done"
        case .batch(let outcomes): outcomes.map(\.words).joined(separator: "; ")
        }
    }
}

extension LevelView {
    fileprivate var words: String { "\(sku) at \(location): \(level.words)" }
}

extension StockLevel {
    var words: String {
        "\(onHand) on hand, \(reserved) reserved, \(allotted) allotted, version \(version)"
    }
}

extension Reservation {
    var words: String {
        "\(state) until \(expireTime.microseconds), version \(version), of "
            + lines.map { "\($0.open)/\($0.requested) \($0.sku) at \($0.location)" }
            .joined(separator: ", ")
    }
}

extension Command {
    fileprivate var words: String {
        switch self {
        case .upsertItem(let command): "item \(command.sku), \(command.state)"
        case .upsertLocation(let command): "location \(command.id), \(command.state)"
        case .receive(let command): "receive \(command.lines.words)"
        case .adjust(let command): "adjust \(command.lines.words)"
        case .sell(let command): "sell \(command.lines.words)"
        case .reserve(let command):
            "reserve \(command.reservation) of \(command.lines.words)"
                + (command.replaces.map { " instead of \($0)" } ?? "")
        case .extend(let command): "extend \(command.reservation) by \(command.ttl.rawValue) ms"
        case .confirm(let command): "confirm \(command.reservation)"
        case .fulfill(let command): "fulfill \(command.reservation) \(command.lines.words)"
        case .release(let command): "release \(command.reservation) \(command.lines.words)"
        default: "\(self)"
        }
    }
}

extension [StockLine] {
    fileprivate var words: String {
        map { "\($0.quantity) \($0.sku) at \($0.location)" }.joined(separator: ", ")
    }
}
