import Ledger

/// A history as the checks look at it: every request with all of its calls, and every read that was
/// answered.
///
/// What never reached the log is left out: if it had an effect all the same, nothing explains it.
struct Evidence: Sendable {
    /// The calls themselves, by id.
    let calls: [HistoryCall]
    /// In the order of their first calls.
    private(set) var requests: [RequestEvidence] = []
    /// Calls that were told that their id belongs to another command.
    private(set) var reuses: [ReuseEvidence] = []
    /// In the order of their calls.
    private(set) var reads: [ReadEvidence] = []

    init(_ history: HistoryRecorder, clockRateErrorPPM: UInt64) {
        calls = history.calls
        var known: [RequestID: [Int]] = [:]
        for call in calls {
            switch (call.operation, call.outcome) {
            case (_, .notApplied): continue
            case (.command(let request), .answered(let answer)) where answer.isReuse:
                guard let end = call.returnedAt else { continue }
                reuses.append(ReuseEvidence(call: call, request: request, answer, end: end))
            case (.command(let request), _):
                let slot = known[request.id]?.first { requests[$0].command == request.command }
                if let slot {
                    requests[slot].add(call)
                } else {
                    known[request.id, default: []].append(requests.count)
                    requests.append(RequestEvidence(request, call))
                }
            case (.read(let subject, let promise), .read(let report)):
                guard let end = call.returnedAt else { continue }
                reads.append(
                    ReadEvidence(
                        call: call,
                        subject: subject,
                        promise: promise,
                        report: report,
                        end: end,
                        stretchPPM: clockRateErrorPPM
                    )
                )
            case (.read, _): continue
            }
        }
    }
}

/// One request: one identity, one command, and all calls that carried it.
///
/// The ledger applies it at most once, so all its calls together are one operation. It takes effect
/// after the first of them was invoked, and before the first of them returned with an answer.
struct RequestEvidence: Sendable {
    let id: RequestID
    let command: Command
    /// All calls that may have reached the log.
    private(set) var calls: [CallID]
    /// When the first call was invoked.
    private(set) var begin: HistoryInstant
    /// When the first answer came; nil when none did.
    private(set) var end: HistoryInstant?
    /// The first answer to come, as if it were no replay.
    private(set) var answer: Answer?
    /// Calls whose answer was said to be the first one.
    private(set) var firsts: [CallID] = []
    /// Calls with another answer than the first to come.
    private(set) var differing: [CallID] = []

    fileprivate init(_ request: Request, _ call: HistoryCall) {
        id = request.id
        command = request.command
        calls = []
        begin = call.invokedAt
        add(call)
    }

    /// Takes in another call.
    fileprivate mutating func add(_ call: HistoryCall) {
        calls.append(call.id)
        begin = min(begin, call.invokedAt)
        guard case .answered(var told) = call.outcome, let returned = call.returnedAt else {
            return
        }
        if !told.replayed { firsts.append(call.id) }
        told.replayed = false
        if let answer {
            if told != answer { differing.append(call.id) }
        } else {
            answer = told
        }
        end = min(end ?? returned, returned)
    }
}

/// A call that was told that its id had been used for another command.
struct ReuseEvidence: Sendable {
    let call: CallID
    let id: RequestID
    let command: Command
    let answer: Answer
    let begin: HistoryInstant
    let end: HistoryInstant

    fileprivate init(call: HistoryCall, request: Request, _ answer: Answer, end: HistoryInstant) {
        self.call = call.id
        id = request.id
        command = request.command
        self.answer = answer
        begin = call.invokedAt
        self.end = end
    }
}

/// A read that was answered.
struct ReadEvidence: Sendable {
    let call: CallID
    let subject: ReadSubject
    let promise: ReadPromise
    let report: ReadReport
    let begin: HistoryInstant
    let end: HistoryInstant
    /// Everything acknowledged before this instant must be in the answer; nil when nothing was
    /// promised.
    let completeAsOf: HistoryInstant?

    fileprivate init(
        call: HistoryCall,
        subject: ReadSubject,
        promise: ReadPromise,
        report: ReadReport,
        end: HistoryInstant,
        stretchPPM: UInt64
    ) {
        self.call = call.id
        self.subject = subject
        self.promise = promise
        self.report = report
        begin = call.invokedAt
        self.end = end
        // The node computed the age during the call, so its state is complete at least as of the
        // call's beginning less the age.
        var age = report.claimedAge
        switch promise {
        case .linearizable: age = 0
        case .bounded(let maxAge): age = min(age ?? maxAge, maxAge)
        case .stale, .session: break
        }
        completeAsOf = age.map { [begin] age in
            begin.earlier(by: age.stretched(byPPM: stretchPPM))
        }
    }
}

extension Answer {
    /// Whether the id was refused because it belongs to another command.
    var isReuse: Bool {
        if case .refused(.idempotencyKeyReused) = outcome { true } else { false }
    }
}

extension UInt64 {
    /// The time that passes while a clock that runs so many millionths slow shows this; rounded up,
    /// saturating.
    fileprivate func stretched(byPPM ppm: UInt64) -> UInt64 {
        guard ppm < 1_000_000 else { return .max }
        let (high, low) = multipliedFullWidth(by: 1_000_000)
        let rate = 1_000_000 - ppm
        guard high < rate else { return .max }
        let (quotient, remainder) = rate.dividingFullWidth((high, low))
        return remainder == 0 || quotient == .max ? quotient : quotient + 1
    }
}
