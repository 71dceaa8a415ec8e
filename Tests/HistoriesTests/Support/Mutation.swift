import Histories
import Ledger
import TestSupport

/// Spoils a history in one place.
struct Mutation {
    private var random: SplitMix

    /// The history with one thing changed; whether it is still good is for others to say.
    static func spoil(_ history: HistoryRecorder, seed: UInt64) -> HistoryRecorder {
        var mutation = Mutation(random: SplitMix(seed: seed))
        return mutation.spoil(history)
    }

    private mutating func spoil(_ history: HistoryRecorder) -> HistoryRecorder {
        var calls = history.calls.map(Call.init)
        let index = Int.random(in: calls.indices, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0: move(&calls[index])
        case 1: swapOutcomes(&calls, index)
        case 2: calls[index].outcome = .unknown
        case 3: calls[index].outcome = .notApplied
        case 4: rejuvenate(&calls[index])
        default: calls[index].outcome = changed(calls[index].outcome)
        }
        return Self.history(calls)
    }

    private struct Call {
        var operation: HistoryOperation
        var outcome: CallOutcome
        var begin: UInt64
        var end: UInt64

        init(_ call: HistoryCall) {
            operation = call.operation
            outcome = call.outcome
            begin = call.invokedAt.nanoseconds
            end = call.returnedAt?.nanoseconds ?? .max
        }
    }

    private static func history(_ calls: [Call]) -> HistoryRecorder {
        var history = HistoryRecorder()
        for call in calls.sorted(by: { $0.begin < $1.begin }) {
            let id = history.invoke(
                client: 1,
                call.operation,
                at: HistoryInstant(nanoseconds: call.begin)
            )
            history.complete(id, call.outcome, at: HistoryInstant(nanoseconds: call.end))
        }
        return history
    }

    private mutating func move(_ call: inout Call) {
        let length = call.end - call.begin
        call.begin = UInt64.random(in: 9_800..<11_500, using: &random)
        call.end = call.begin + length
    }

    /// Two answers are told to each other's clients.
    private mutating func swapOutcomes(_ calls: inout [Call], _ index: Int) {
        let others = calls.indices.filter { other in
            switch (calls[index].operation, calls[other].operation) {
            case (.command, .command): true
            case (.read(let first, _), .read(let second, _)): first == second
            default: false
            }
        }
        guard let other = others.randomElement(using: &random) else { return }
        // Without their times: the checks on times are another matter.
        guard case .answered(let first) = calls[index].outcome,
            case .answered(let second) = calls[other].outcome
        else {
            let outcome = calls[index].outcome
            if case .read = calls[other].outcome, case .read = outcome {
                calls[index].outcome = calls[other].outcome
                calls[other].outcome = outcome
            }
            return
        }
        if case .reservation = first.outcome { return }
        if case .reservation = second.outcome { return }
        calls[index].outcome = .answered(first.telling(second.outcome))
        calls[other].outcome = .answered(second.telling(first.outcome))
    }

    private func rejuvenate(_ call: inout Call) {
        guard case .read(var report) = call.outcome else { return }
        report.claimedAge = 0
        call.outcome = .read(report)
    }

    private mutating func changed(_ outcome: CallOutcome) -> CallOutcome {
        switch outcome {
        case .answered(var answer):
            answer.outcome = changed(answer.outcome)
            return .answered(answer)
        case .read(var report):
            report.value = changed(report.value)
            return .read(report)
        case .notApplied: return .unknown
        case .unknown: return .notApplied
        }
    }

    private mutating func changed(_ outcome: Outcome) -> Outcome {
        switch outcome {
        case .version(let version): return .version(version + 1)
        case .levels(var views):
            let index = Int.random(in: views.indices, using: &random)
            views[index].level = changed(views[index].level)
            return .levels(views)
        case .reservation(let reservation):
            return Bool.random(using: &random)
                ? .reservation(changed(reservation))
                : .refused(.reservationExpired(reservation.id))
        case .refused(.insufficientStock(var shortages)):
            shortages[0].available += Bool.random(using: &random) ? 1 : -1
            return .refused(.insufficientStock(shortages))
        case .refused, .counted, .sale, .transfer, .offer, .batch, .store, .facts, .allotments,
            .done:
            return .refused(.itemNotFound(SKU(unchecked: "sku-0")))
        }
    }

    private mutating func changed(_ level: StockLevel) -> StockLevel {
        var level = level
        let change: Quantity = Bool.random(using: &random) ? 1 : -1
        switch Int.random(in: 0..<4, using: &random) {
        case 0: level.onHand += change
        case 1: level.reserved += change
        case 2: level.allotted += change
        default: level.version += 1
        }
        return level
    }

    private mutating func changed(_ reservation: Reservation) -> Reservation {
        var reservation = reservation
        switch Int.random(in: 0..<3, using: &random) {
        case 0: reservation.version += 1
        case 1: reservation.lines[0].fulfilled += 1
        default: reservation.state = reservation.state == .held ? .confirmed : .held
        }
        return reservation
    }

    private mutating func changed(_ value: ReadValue) -> ReadValue {
        switch value {
        case .level(let level): return .level(level.map { changed($0) })
        case .item(let item, var levels):
            guard !levels.isEmpty else { return .item(nil, levels: []) }
            levels[0].level = changed(levels[0].level)
            return .item(item, levels: levels)
        case .location: return .location(nil)
        case .reservation(let reservation): return .reservation(reservation.map { changed($0) })
        case .availability(var reports):
            reports[0].available += 1
            return .availability(reports)
        }
    }
}

extension Answer {
    fileprivate func telling(_ outcome: Outcome) -> Answer {
        Answer(position: position, logTime: logTime, outcome: outcome, replayed: replayed)
    }
}
