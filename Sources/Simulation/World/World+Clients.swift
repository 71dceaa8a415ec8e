import Histories
import Ledger

/// The clients' side: what they want, to whom they go, and what they make of what they are told.
extension World {
    var instant: HistoryInstant { HistoryInstant(nanoseconds: now.nanoseconds) }

    // MARK: - Beginning

    /// A client turns to the next thing, or to the next attempt at the one it has.
    func beginOperation(of number: Int) {
        if let operation = clients[number].operation {
            if operation.outstanding.isEmpty { attempt(by: number) }
            return
        }
        guard let wish = nextWish(of: number) else {
            if stage == .breaking, desk.begun >= options.operations { beginMending() }
            moveOnWhenIdle()
            return
        }
        trace.add(now, nil, .called(client: number, wish))
        let call: CallID? =
            switch wish.content {
            case .command(let request, _):
                desk.history.invoke(client: number, .command(request), at: instant)
            case .read(let subject, let promise):
                desk.history.invoke(client: number, .read(subject, promise), at: instant)
            case .boundary: nil
            }
        clients[number].operation = SimulatedClient.Operation(
            wish: wish,
            call: call,
            firstAttempt: clients[number].lastAttempt + 1,
            isFickle: stage == .breaking && desk.chance.permille(plan.clients.abandonPermille),
            isPersistent: stage != .breaking
        )
        desk.busy += 1
        attempt(by: number)
        if stage == .breaking, desk.chance.permille(plan.clients.hedgePermille) {
            attempt(by: number)
        }
    }

    private func nextWish(of number: Int) -> ClientWish? {
        switch stage {
        case .breaking:
            guard desk.begun < options.operations else { return nil }
            desk.begun += 1
            return randomWish(of: number)
        case .asking, .reading: return desk.toAsk.popLast()
        case .mending, .settling, .done: return nil
        }
    }

    private func randomWish(of number: Int) -> ClientWish {
        if let command = desk.opening.popLast() { return newWish(command, of: number) }
        if desk.chance.permille(plan.clients.readPermille) {
            let question = desk.source.question(clients[number], &desk.chance)
            return ClientWish(question, askedAt: now)
        }
        if !clients[number].answered.isEmpty, desk.chance.permille(plan.clients.repeatPermille) {
            return desk.chance.pick(clients[number].answered)
        }
        if desk.chance.once(in: 200) {
            var entry: [UInt8] = []
            let content = LedgerEntry.Content.boundary(token: desk.chance.bits())
            LedgerEntry(stamp: LogTime(microseconds: 0), content: content).encode(into: &entry)
            return ClientWish(.boundary(entry: entry), askedAt: now)
        }
        clients[number].lastRequest += 1
        return newWish(desk.source.command(&clients[number], &desk.chance), of: number)
    }

    private func newWish(_ command: Command, of number: Int) -> ClientWish {
        clients[number].lastRequest += 1
        let request = Request(
            id: RequestID(unchecked: "q-\(number)-\(clients[number].lastRequest)"),
            actor: Actor(unchecked: "client-\(number)"),
            command: command
        )
        return ClientWish(request, askedAt: now)
    }

    // MARK: - Attempts

    private func attempt(by number: Int) {
        guard let wish = clients[number].operation?.wish else { return }
        clients[number].lastAttempt += 1
        let attempt = Attempt(
            client: Int32(number),
            number: clients[number].lastAttempt,
            slot: Int32(chooseNode())
        )
        clients[number].operation?.outstanding.append(attempt.number)
        clients[number].operation?.attempts += 1
        if desk.isCalm || !desk.chance.permille(plan.clients.lossPermille) {
            schedule(.request(attempt, wish), after: desk.delay())
        }
        schedule(.impatience(attempt), after: patience(of: number))
    }

    /// Who has waited in vain waits longer the next time, so that a slow cluster isn't asked ever more.
    private func patience(of number: Int) -> Nanoseconds {
        plan.clients.patience << Nanoseconds(min(clients[number].operation?.attempts ?? 0, 6) / 2)
    }

    private func chooseNode() -> Int {
        // Now and then somebody asks a machine that is no member any more, or not yet.
        let known = desk.chance.once(in: 20) ? nodes : members
        let live = known.filter { $0.phase != .lost }
        if let hint = desk.hint, desk.chance.permille(plan.clients.leaderFirstPermille),
            live.contains(where: { $0.slot == hint })
        {
            return hint
        }
        return live.isEmpty ? 0 : desk.chance.pick(live).slot
    }

    /// A node has answered, or a connection has broken.
    func hear(_ reply: ClientReply, to attempt: Attempt) throws(Violation) {
        let number = Int(attempt.client)
        guard let operation = clients[number].operation,
            attempt.number >= operation.firstAttempt
        else { return }
        trace.add(now, nil, .told(client: number, reply))
        switch reply {
        case .answered(let answer):
            desk.hint = Int(attempt.slot)
            clients[number].seen = max(clients[number].seen, answer.position)
            clients[number].remember(operation.wish)
            count(answer)
            finish(number, .answered(answer))
        case .boundary:
            finish(number, nil)
        case .read(let report):
            if let position = report.position {
                clients[number].seen = max(clients[number].seen, position)
            }
            finish(number, .read(report))
        case .readRefused, .notApplied:
            letGo(attempt, mayBeWritten: false)
        case .unknown, .connectionLost:
            letGo(attempt, mayBeWritten: true)
        }
    }

    func loseInterest(in attempt: Attempt) { letGo(attempt, mayBeWritten: true) }

    /// An attempt came to nothing; the last one outstanding decides how it goes on.
    private func letGo(_ attempt: Attempt, mayBeWritten: Bool) {
        let number = Int(attempt.client)
        guard var operation = clients[number].operation,
            let place = operation.outstanding.firstIndex(of: attempt.number)
        else { return }
        operation.outstanding.remove(at: place)
        operation.mayBeWritten = operation.mayBeWritten || mayBeWritten
        clients[number].operation = operation
        guard operation.outstanding.isEmpty else { return }
        let isTired = operation.isFickle || operation.attempts >= 8 || operation.wish.isRead
        if isTired, !operation.isPersistent, stage == .breaking || operation.wish.isRead {
            let isUnknown = operation.mayBeWritten && !operation.wish.isRead
            finish(number, isUnknown ? .unknown : .notApplied)
        } else {
            let pause = Span.milliseconds(20) << Nanoseconds(min(operation.attempts, 6))
            schedule(.nextOperation(client: number), after: desk.chance.span(about: pause))
        }
    }

    // MARK: - The end of an operation

    private func finish(_ number: Int, _ outcome: CallOutcome?) {
        guard let operation = clients[number].operation else { return }
        clients[number].operation = nil
        desk.busy -= 1
        if let call = operation.call, let outcome {
            desk.history.complete(call, outcome, at: instant)
        }
        note(operation, outcome)
        let pause = stage == .breaking ? desk.chance.span(about: plan.clients.pauseBetween) : 1
        schedule(.nextOperation(client: number), after: pause)
    }

    private func note(_ operation: SimulatedClient.Operation, _ outcome: CallOutcome?) {
        switch (operation.wish.content, outcome) {
        case (.command, .unknown):
            statistics.commandsUnknown += 1
            desk.unknown.append(operation.wish)
        case (.command(let request, _), .notApplied):
            statistics.commandsNotApplied += 1
            if !checks.answers.isKnown(request.id) { desk.notApplied.append(request.id) }
        case (.read, .notApplied): statistics.readsFailed += 1
        case (.read(_, .stale), _): statistics.staleReads += 1
        case (.read(_, .bounded), _): statistics.boundedReads += 1
        case (.read(_, .session), _): statistics.sessionReads += 1
        case (.read(_, .linearizable), _): statistics.linearizableReads += 1
        default: break
        }
    }

    private func count(_ answer: Answer) {
        statistics.commandsAnswered += 1
        if answer.replayed { statistics.commandsReplayed += 1 }
        if case .refused = answer.outcome { statistics.commandsRefusedByRule += 1 }
    }
}
