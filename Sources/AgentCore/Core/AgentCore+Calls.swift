import Ledger

/// Talking with the cluster: what is asked next, and what answers mean.
extension AgentCore {
    /// Asks the cluster something.
    mutating func call(_ purpose: CentreLink.Purpose, _ question: CentreCall.Question) {
        let id = link.open(purpose, at: clock.steady)
        effects.append(.call(CentreCall(id: id, question: question)))
    }

    /// Asks for whatever is to be asked for now.
    mutating func pump() throws(Rows.Failure) {
        try watch()
        guard link.isConnected, head.frozen == nil else { return }
        if let retryAt = link.retryAt {
            guard clock.steady >= retryAt else { return }
            link.retryAt = nil
        }
        guard link.isUp else {
            if !link.has({ $0 == .register }) { register() }
            return
        }
        try pumpCopy()
        try giveBackAndAsk()
        try pumpFacts()
        try pumpItems()
        try pumpEdits()
        try pumpHead()
    }

    /// Calls that nobody answers, and an outbox that nobody empties.
    private mutating func watch() throws(Rows.Failure) {
        let limit = settings.callTimeout
        if link.calls.contains(where: { $0.since + limit <= clock.steady }) { try fail() }
        guard link.isConnected, head.frozen == nil, head.outboxDepth > 0,
            link.progressAt + settings.stallAfter <= clock.steady
        else { return }
        link.progressAt = clock.steady
        counts.redials += 1
        effects.append(.redial)
        // A pause that is under way already is not begun anew.
        if link.retryAt == nil { try fail() }
    }

    /// A call failed: whatever is under way is given up, and tried again after a pause.
    mutating func fail() throws(Rows.Failure) {
        link.retryAt = clock.steady + link.backoff.next(settings, using: &random)
        try lose()
    }

    /// Nothing can be asked for now.
    mutating func lose() throws(Rows.Failure) {
        link.renew()
        if !link.isCutOff { cutOffSince = clock.wall }
        link.isCutOff = true
        try endAllWaits()
    }

    /// The ledger and the agent don't agree about where they are: registering says.
    mutating func renew() {
        link.renew()
        for index in waiting.indices { waiting[index].askedIn = nil }
        link.retryAt = clock.steady + link.backoff.next(settings, using: &random)
    }

    mutating func take(
        _ answer: CentreAnswer,
        to call: CentreLink.OpenCall
    ) throws(Rows.Failure) {
        guard head.frozen == nil else { return }
        switch (call.purpose, answer) {
        case (.register, .applied(let answer, credit: _)): try registered(answer)
        case (.submit(let after, let through), .applied(let answer, let credit)):
            link.credit = credit ?? link.credit
            hear(answer)
            try submitted(answer, after: after, through: through)
        case (.grant(let skus), .applied(let answer, credit: _)):
            hear(answer)
            try granted(answer.outcome, skus, call.id)
        case (.edit(let number), .applied(let answer, credit: _)):
            hear(answer)
            try finish(edit: number, answer.outcome)
        case (.page, .page(let page)): try take(page)
        case (.item(let sku, let position), .item(let item)):
            try take(item, sku, flaggedAt: position)
        default: try fail()
        }
    }

    func hears(_ time: LogTime) -> LogTime { max(head.heard, time) }

    private mutating func hear(_ answer: Answer) { head.heard = hears(answer.logTime) }

    /// Whether there is nothing to tell, and nothing that is being told.
    var isIdle: Bool { head.outboxDepth == 0 && link.submissionCount == 0 }

    /// Whether rights can be held against their marks now.
    var mayReview: Bool {
        head.rightsUnknownThrough == nil && trouble == nil && !link.isGranting
    }

    /// When something is due, if nothing happens before.
    func nextWake() -> Milliseconds? {
        var times = waiting.map(\.deadline)
        times += link.calls.map { $0.since + settings.callTimeout }
        if link.isConnected, head.frozen == nil {
            if let retryAt = link.retryAt { times.append(retryAt) }
            if head.outboxDepth > 0 { times.append(link.progressAt + settings.stallAfter) }
            // Only what a tick could then do: otherwise it would be woken again and again.
            if link.isUp, isIdle {
                times.append((link.lastSubmission ?? clock.steady) + settings.headEvery)
            }
            if link.isUp, mayReview {
                times.append(review.isReviewing ? clock.steady : review.nextReview)
            }
        }
        return times.min()
    }
}
