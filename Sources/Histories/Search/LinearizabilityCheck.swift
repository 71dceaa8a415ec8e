import Ledger

/// Whether some order of all operations, in which each takes effect between its call and its return,
/// gives every client the answers that it got.
struct LinearizabilityCheck {
    let evidence: Evidence
    let problem: SearchProblem
    let options: HistoryOptions

    /// The faults, by parts of the history; ends with the first part that can't be decided.
    func faults() -> [HistoryFault] {
        if let fault = limitFault() ?? modelFault() { return [fault] }
        let search = LinearizabilitySearch(problem, stepsMax: options.searchStepsMax)
        var faults: [HistoryFault] = []
        for part in problem.parts {
            switch search.judge(part) {
            case .linearizable: continue
            case .notLinearizable(let end):
                faults.append(fault(.notLinearizable, end))
            case .undecided(let end):
                return faults + [fault(.undecided, end)]
            }
        }
        return faults
    }

    /// The model does not count the open holds of an owner; more than that quota can't be judged.
    private func limitFault() -> HistoryFault? {
        var holds: [Owner: Int] = [:]
        for request in evidence.requests {
            guard case .reserve(let reserve) = request.command else { continue }
            holds[reserve.owner, default: 0] += 1
            guard holds[reserve.owner] == LedgerLimits.openHoldsPerOwnerMax else { continue }
            return HistoryFault(
                .undecided,
                "\(reserve.owner.reference) takes more holds than the ledger allows one owner",
                calls: request.calls
            )
        }
        return nil
    }

    /// Without a model of every command nothing can be said of any order.
    private func modelFault() -> HistoryFault? {
        guard let request = evidence.requests.first(where: { !$0.command.isModelled }) else {
            return nil
        }
        return HistoryFault(
            .undecided,
            "the search has no model of \(evidence.words(for: request.calls))",
            calls: request.calls
        )
    }

    private func fault(
        _ kind: HistoryFault.Kind,
        _ end: LinearizabilitySearch.DeadEnd
    ) -> HistoryFault {
        let call = problem.operations[end.returning].call
        let why =
            kind == .undecided
            ? "the search gave up; the longest order found" : "no order explains it; the longest"
        let state = replay(end.order).words(
            for: problem.operations[end.returning].footprint,
            problem.variables
        )
        let placed = end.order.compactMap { placed -> Int? in
            guard case .operation(let operation) = placed else { return nil }
            return operation
        }
        let latest = placed.suffix(8).map { problem.operations[$0].call }
        return HistoryFault(
            kind,
            "\(why) has \(placed.count) of \(end.total) operations and then, with \(state), "
                + "must find a place for \(evidence.words(for: [call])). The last of that order: "
                + evidence.words(for: latest),
            calls: [call]
        )
    }

    /// The ledger after an order that was found.
    private func replay(_ order: [Configuration.Placed]) -> ModelState {
        let configuration = Configuration(problem)
        let ever = Deadline(HistoryInstant(nanoseconds: .max), problem)
        for placed in order {
            let isDone =
                switch placed {
                case .operation(let index): configuration.execute(index, by: ever)
                case .expiry(let slot): configuration.expire(slot, by: ever)
                }
            precondition(isDone, "what the search did can be done again")
        }
        return configuration.state
    }
}

extension ModelState {
    /// What these variables hold, for people.
    fileprivate func words(for slots: [Slot], _ table: VariableTable) -> String {
        slots.map { words(for: $0, table.variables[$0.index]) }.joined(separator: "; ")
    }

    private func words(for slot: Slot, _ variable: Variable) -> String {
        switch variable {
        case .level(let sku, let location):
            "\(sku) at \(location): \(levels[slot.index].words)"
        case .reservation(let id):
            "\(id): " + (reservations[slot.index]?.reservation.words ?? "none")
        case .item(let sku): "\(sku): version \(items[slot.index]?.item.version ?? 0)"
        case .location(let id): "\(id): version \(locations[slot.index]?.location.version ?? 0)"
        case .identity(let id):
            "\(id): command \(identities[slot.index].map(String.init) ?? "none")"
        }
    }
}
