import Ledger

/// Replays all commands in the order of their positions through the ledger's own rules: every answer,
/// and every read at its position, must come out as it was told.
///
/// Positions name one order, the witness; if the cluster is right, it is a linearization. The check is
/// cheap and exact, and it sees what the search can't, such as stale reads of any age; but it believes
/// the positions, which the search does not.
///
/// Some things happen that no client sees. Where a command may have been applied without an answer, the
/// part of the history that shares variables with it is not judged here. Ticks let holds expire between
/// two known entries; where an answer asks for it, and log times and positions leave room for it, that is
/// taken to have happened.
struct WitnessCheck {
    /// Something at a position.
    private struct Sighting {
        enum Content {
            case entry(Request, Answer)
            case read(ReadSubject, ReadValue)
        }

        let position: Position
        let call: CallID
        let content: Content
        /// The log time of the next known entry after it.
        var nextLogTime: LogTime?

        var isRead: Bool {
            if case .read = content { true } else { false }
        }
    }

    let evidence: Evidence
    let problem: SearchProblem

    /// Everything that is wrong, once for every part of the history.
    func faults() -> [HistoryFault] {
        guard canBeSplit || evidence.requests.allSatisfy({ $0.answer != nil }) else { return [] }
        var faults: [HistoryFault] = []
        let parts = partsOfCalls()
        var isUnclear = problem.parts.map { part in part.contains { problem.ends[$0] == nil } }
        var state = InMemoryLedgerState()
        for sighting in sightings() {
            guard let isFine = replay(sighting, on: &state) else {
                // Positions or log times contradict each other, which is for another check to tell.
                return faults
            }
            guard !isFine, let part = parts[sighting.call], !isUnclear[part] else { continue }
            isUnclear[part] = true
            faults.append(fault(sighting, state))
        }
        return faults
    }

    /// Whether it is known which commands have to do with each other: of those without a model it is
    /// not, so that one that was not answered could explain anything.
    private var canBeSplit: Bool { evidence.requests.allSatisfy(\.command.isModelled) }

    /// To which part of the history a call belongs.
    private func partsOfCalls() -> [CallID: Int] {
        var parts: [CallID: Int] = [:]
        for (number, part) in problem.parts.enumerated() {
            for index in part { parts[problem.operations[index].call] = number }
        }
        return parts
    }

    private func sightings() -> [Sighting] {
        let anyone = Actor(unchecked: "anyone")
        var sightings = evidence.requests.compactMap { request in
            request.answer.map { answer in
                Sighting(
                    position: answer.position,
                    call: request.calls[0],
                    content: .entry(
                        Request(id: request.id, actor: anyone, command: request.command),
                        answer
                    )
                )
            }
        }
        sightings += evidence.reuses.map { reuse in
            Sighting(
                position: reuse.answer.position,
                call: reuse.call,
                content: .entry(
                    Request(id: reuse.id, actor: anyone, command: reuse.command),
                    reuse.answer
                )
            )
        }
        sightings += evidence.reads.compactMap { read in
            read.report.position.map {
                Sighting(
                    position: $0,
                    call: read.call,
                    content: .read(read.subject, read.report.value)
                )
            }
        }
        // A read shows what the entry at its position did.
        sightings.sort { first, second in
            (first.position, first.isRead ? 1 : 0, first.call)
                < (second.position, second.isRead ? 1 : 0, second.call)
        }
        var next: LogTime?
        for index in sightings.indices.reversed() {
            sightings[index].nextLogTime = next
            if case .entry(_, let answer) = sightings[index].content { next = answer.logTime }
        }
        return sightings
    }

    private func fault(_ sighting: Sighting, _ state: InMemoryLedgerState) -> HistoryFault {
        let expected =
            switch sighting.content {
            case .entry(let request, _): state.rememberedAnswer(request.id)?.answer.outcome.words
            case .read(let subject, _): state.value(of: subject).words
            }
        return HistoryFault(
            .witnessDiffers,
            "in the order of positions this is \(expected ?? "refused, for its id is taken"): "
                + evidence.words(for: [sighting.call]),
            calls: [sighting.call]
        )
    }

    // MARK: - Replaying

    /// Whether it comes out as it was told; nil when it has no place after what was replayed before.
    private func replay(_ sighting: Sighting, on state: inout InMemoryLedgerState) -> Bool? {
        switch sighting.content {
        case .entry(let request, let told):
            guard sighting.position > state.header.position, told.logTime > state.header.logTime
            else { return nil }
            return replay(request, told, on: &state)
        case .read(let subject, let told):
            return replay(subject, told, sighting, on: &state)
        }
    }

    /// Applies a command; where more holds may be due than one entry lets expire, with as many unseen
    /// ticks before it as its answer asks for.
    private func replay(
        _ request: Request,
        _ told: Answer,
        on state: inout InMemoryLedgerState
    ) -> Bool {
        let before = state
        guard state.apply(request, told) != told else { return true }
        guard !problem.logTimes.isClear(told.logTime) else { return false }
        let last = state
        var ticked = before
        let eve = LogTime(microseconds: told.logTime.microseconds - 1)
        while let due = ticked.earliestExpiry, due <= eve, eve > before.header.logTime,
            ticked.header.position.rawValue + 1 < told.position.rawValue
        {
            ticked.tick(at: eve)
            // The next tick comes just after, as far as expiry is concerned at the same time.
            ticked.header.logTime = before.header.logTime
            state = ticked
            if state.apply(request, told) == told { return true }
        }
        state = last
        return false
    }

    /// Reads; where holds may have expired unseen by then, with as many expired as the answer asks for.
    private func replay(
        _ subject: ReadSubject,
        _ told: ReadValue,
        _ sighting: Sighting,
        on state: inout InMemoryLedgerState
    ) -> Bool {
        guard !state.value(of: subject).agrees(with: told) else { return true }
        guard state.header.position < sighting.position else { return false }
        var ticked = state
        while let due = ticked.earliestExpiry {
            let time = max(due, LogTime(microseconds: state.header.logTime.microseconds + 1))
            if let next = sighting.nextLogTime, time >= next { return false }
            if let latest = problem.logTimes.latest, time > latest { return false }
            // One entry may let several expire: this one, instead of the one tried before.
            ticked.header = state.header
            ticked.header.journalSequence = UInt64(ticked.journal.count)
            ticked.tick(at: time)
            guard !ticked.value(of: subject).agrees(with: told) else {
                state = ticked
                return true
            }
        }
        return false
    }
}

extension InMemoryLedgerState {
    /// Applies a request where, and when, its answer says.
    fileprivate mutating func apply(_ request: Request, _ told: Answer) -> Answer? {
        var changes = LedgerChanges()
        return LedgerRules.apply(
            .request(request, stamp: told.logTime),
            at: told.position,
            to: &self,
            changes: &changes
        ).answer
    }

    /// An entry that only lets holds expire.
    fileprivate mutating func tick(at time: LogTime) {
        var changes = LedgerChanges()
        _ = LedgerRules.apply(
            LedgerEntry(stamp: time, content: .tick),
            at: Position(header.position.rawValue + 1),
            to: &self,
            changes: &changes
        )
    }
}
