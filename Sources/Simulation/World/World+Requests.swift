import Histories
import Ledger
import Raft
import Replica

/// A node's side of clients: what production's loop does with requests and reads.
extension World {
    /// An attempt reaches its node, or finds nobody there.
    func arrive(_ attempt: Attempt, _ wish: ClientWish) throws(Violation) {
        let node = nodes[Int(attempt.slot)]
        guard node.core != nil else {
            // A machine that is up refuses the connection, one without power is silent.
            if node.chance.once(in: 2) { tell(.notApplied, attempt) }
            return
        }
        let call = ClientCall(attempt: attempt, wish: wish, arrivedAt: now)
        switch wish.content {
        case .command(_, let entry), .boundary(let entry): submit(call, entry, node)
        case .read(_, let promise): try read(call, promise, node)
        }
    }

    private func tell(_ reply: ClientReply, _ attempt: Attempt) {
        desk.reply(reply, to: attempt, at: now, &queue)
    }

    private func submit(_ call: ClientCall, _ entry: [UInt8], _ node: SimulatedNode) {
        guard !node.isShortOfSpace else {
            tell(.notApplied, call.attempt)
            return
        }
        node.lastToken += 1
        let token = SubmitToken(rawValue: node.lastToken)
        node.submitted[token] = call
        stepCore(node, .submit(token, entry: entry, deadline: deadline(on: node)))
    }

    private func deadline(on node: SimulatedNode) -> NodeInstant {
        node.clock.reading(at: now).advanced(byNanoseconds: 2 * plan.clients.patience)
    }

    private func read(
        _ call: ClientCall,
        _ promise: ReadPromise,
        _ node: SimulatedNode
    ) throws(Violation) {
        switch promise {
        case .stale:
            try answerRead(call, node)
        case .bounded(let maxAge):
            if let age = age(of: node), age <= maxAge {
                try answerRead(call, node)
            } else {
                tell(.readRefused, call.attempt)
            }
        case .session(let position):
            let index = LogIndex(position.rawValue)
            let latest = node.clock.reading(at: now).advanced(
                byNanoseconds: Span.milliseconds(250)
            )
            if let applied = node.core?.appliedIndex, index <= applied {
                try answerRead(call, node)
            } else {
                wait(call, .applied(index), min(latest, deadline(on: node)), node)
            }
        case .linearizable:
            wait(call, .quorumRound, deadline(on: node), node)
        }
    }

    private func wait(
        _ call: ClientCall,
        _ requirement: ReadRequirement,
        _ deadline: NodeInstant,
        _ node: SimulatedNode
    ) {
        node.lastTicket += 1
        let ticket = ReadTicket(rawValue: node.lastTicket)
        node.readers[ticket] = call
        stepCore(node, .read(ticket, requirement, deadline: deadline))
    }

    /// The age that the node claims for its state.
    private func age(of node: SimulatedNode) -> Nanoseconds? {
        guard let core = node.core, !core.isSoleAuthority else { return 0 }
        return core.completeAsOf.map { node.clock.reading(at: now).nanoseconds(since: $0) }
    }

    // MARK: - Answers

    func answerClients(_ node: SimulatedNode) throws(Violation) {
        for (token, verdict) in node.effects.verdicts {
            guard let call = node.submitted.removeValue(forKey: token) else { continue }
            tell(try reply(to: call, verdict), call.attempt)
        }
        for (ticket, verdict) in node.effects.reads {
            guard let call = node.readers.removeValue(forKey: ticket) else { continue }
            switch verdict {
            case .ready: try answerRead(call, node)
            case .timedOut, .overloaded: tell(.readRefused, call.attempt)
            }
        }
    }

    private func reply(
        to call: ClientCall,
        _ verdict: SubmitVerdict
    ) throws(Violation) -> ClientReply {
        switch verdict {
        case .result(.answered(let answer)):
            try checks.answered(call.wish, answer, at: now)
            return .answered(answer)
        case .boundary(let position):
            try checks.reached(position, call.wish, at: now)
            return .boundary(position)
        case .result(.noLeader), .result(.overloaded): return .notApplied
        case .result(.unknown): return .unknown
        }
    }

    private func answerRead(_ call: ClientCall, _ node: SimulatedNode) throws(Violation) {
        // While the state is being exchanged there is none to be read.
        guard node.exchange == nil else {
            tell(.readRefused, call.attempt)
            return
        }
        guard case .read(let subject, let promise) = call.wish.content, let core = node.core
        else { return }
        let position = Position(core.appliedIndex.rawValue)
        // A node that decides alone is never older than itself.
        let completeAsOf =
            core.isSoleAuthority ? now : core.completeAsOf.map { node.clock.trueTime(of: $0) }
        try checks.read(
            position,
            promise,
            completeAsOf: completeAsOf,
            arrivedAt: call.arrivedAt,
            on: node
        )
        let report = ReadReport(
            value: core.state.value(of: subject),
            position: position,
            claimedAge: age(of: node)
        )
        tell(.read(report), call.attempt)
    }
}

extension SimulatedLedgerState {
    /// What a read of the state finds.
    fileprivate func value(of subject: ReadSubject) -> ReadValue {
        switch subject {
        case .level(let sku, let place):
            guard let item = itemKey(sku), let location = locationKey(place) else {
                return .level(nil)
            }
            return .level(level(LevelKey(location: location, item: item)))
        case .item(let sku):
            guard let key = itemKey(sku) else { return .item(nil, levels: []) }
            return .item(item(key), levels: views(ofItem: key, sku))
        case .location(let place): return .location(locationKey(place).flatMap { location($0) })
        case .reservation(let id): return .reservation(reservation(id))
        case .availability: return .availability([])
        }
    }

    private func views(ofItem key: ItemKey, _ sku: SKU) -> [LevelView] {
        levels(ofItem: key).compactMap { entry in
            location(entry.key.location).map {
                LevelView(sku: sku, location: $0.id, level: entry.level)
            }
        }.sorted { $0.location < $1.location }
    }
}
