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
        var trust = Trust(problem)
        var state = InMemoryLedgerState()
        let sightings = sightings()
        var next = 0
        while next < sightings.count {
            let sighting = sightings[next]
            var end = next + 1
            var wrong: [Sighting] = []
            switch sighting.content {
            case .entry(let request, let told):
                guard sighting.position > state.header.position,
                    told.logTime > state.header.logTime
                else {
                    // Positions or log times contradict each other, which is for another check to tell.
                    return faults
                }
                if !replay(request, told, on: &state), trust.has(sighting.call) {
                    wrong = [sighting]
                }
            case .read:
                while end < sightings.count, sightings[end].isRead,
                    sightings[end].position == sighting.position
                {
                    end += 1
                }
                wrong = replay(sightings[next..<end], on: &state, &trust)
            }
            for one in wrong {
                trust.lose(one.call)
                faults.append(fault(one, state))
            }
            next = end
        }
        return faults
    }

    /// Whether it is known which commands have to do with each other: of those without a model it is
    /// not, so that one that was not answered could explain anything.
    private var canBeSplit: Bool { evidence.requests.allSatisfy(\.command.isModelled) }

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

    /// Reads at one position, which saw one state; gives those that come out otherwise than told.
    ///
    /// Where holds may have expired unseen by then, as many have as all the answers together ask for.
    private func replay(
        _ reads: ArraySlice<Sighting>,
        on state: inout InMemoryLedgerState,
        _ trust: inout Trust
    ) -> [Sighting] {
        var wrong: [Sighting] = []
        while true {
            let judged = reads.filter { trust.has($0.call) }
            guard let odd = firstOdd(among: judged, on: state) else { return wrong }
            if let ticked = ticked(state, until: judged) {
                state = ticked
                return wrong
            }
            trust.lose(odd.call)
            wrong.append(odd)
        }
    }

    /// The state after the fewest unseen expiries that make all reads come out as told; nil if none do.
    private func ticked(
        _ state: InMemoryLedgerState,
        until reads: [Sighting]
    ) -> InMemoryLedgerState? {
        guard let read = reads.first, state.header.position < read.position else { return nil }
        var ticked = state
        while let due = ticked.earliestExpiry {
            let time = max(due, LogTime(microseconds: state.header.logTime.microseconds + 1))
            if let next = read.nextLogTime, time >= next { return nil }
            if let latest = problem.logTimes.latest, time > latest { return nil }
            // One entry may let several expire: this one, instead of the one tried before.
            ticked.header = state.header
            ticked.header.journalSequence = UInt64(ticked.journal.count)
            ticked.tick(at: time)
            if firstOdd(among: reads, on: ticked) == nil { return ticked }
        }
        return nil
    }

    private func firstOdd(
        among reads: [Sighting],
        on state: InMemoryLedgerState
    ) -> Sighting? {
        reads.first { read in
            guard case .read(let subject, let told) = read.content else { return false }
            return !state.value(of: subject).agrees(with: told)
        }
    }
}

/// The parts of a history that can still be judged: every command of theirs was answered, and nothing
/// was wrong yet.
private struct Trust {
    private var partOfCall: [CallID: Int] = [:]
    private var isLost: [Bool]

    init(_ problem: SearchProblem) {
        isLost = problem.parts.map { part in part.contains { problem.ends[$0] == nil } }
        for (number, part) in problem.parts.enumerated() {
            for index in part { partOfCall[problem.operations[index].call] = number }
        }
    }

    func has(_ call: CallID) -> Bool { partOfCall[call].map { !isLost[$0] } ?? false }

    mutating func lose(_ call: CallID) {
        if let part = partOfCall[call] { isLost[part] = true }
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
