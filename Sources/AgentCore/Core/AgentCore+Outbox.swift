import Ledger

/// Telling the ledger what has happened: everything, in order, each fact once.
extension AgentCore {
    /// Sends what isn't sent yet, as long as there is credit.
    mutating func pumpFacts() throws(Rows.Failure) {
        while link.submissionCount < settings.submissionsMax, link.room > 0,
            link.sentThrough < head.sequence
        {
            try flush()
            let rows = try staged.facts(
                after: link.sentThrough,
                limit: min(settings.factsPerSubmission, LedgerLimits.factsMax, link.room)
            )
            guard let first = rows.first else { return }
            var bytes = 0
            let fitting = rows.prefix { row in
                bytes += row.fact.bytes.count
                return row.sequence == first.sequence || bytes <= settings.submissionBytesMax
            }
            submit(Array(fitting), after: link.sentThrough, first.previous)
        }
    }

    /// When there has been nothing to tell for a while, says so.
    mutating func pumpHead() throws(Rows.Failure) {
        guard isIdle else { return }
        if let last = link.lastSubmission, last + settings.headEvery > clock.steady { return }
        submit([], after: head.sequence, head.hash)
    }

    private mutating func submit(_ rows: [OutboxRow], after: UInt64, _ previous: FactHash) {
        let through = rows.last?.sequence ?? after
        let submission = OutboxSubmission(
            request: mintRequest(),
            location: head.location,
            epoch: head.epoch,
            firstSequence: after + 1,
            previousHash: previous,
            facts: rows,
            // Heard before it was seen that nothing more is to be told.
            completeThrough: through == head.sequence && head.heard.microseconds > 0
                ? head.heard : nil
        )
        link.lastSubmission = clock.steady
        link.sentThrough = through
        call(.submit(after: after, through: through), .submit(submission))
    }

    mutating func submitted(
        _ answer: Answer,
        after: UInt64,
        through: UInt64
    ) throws(Rows.Failure) {
        switch answer.outcome {
        case .facts(let receipt) where receipt.epoch == head.epoch:
            guard receipt.lastSequence <= head.sequence else { return try freeze(.oldCopy) }
            if receipt.lastSequence > head.acknowledged {
                let own = try staged.fact(receipt.lastSequence)?.hash
                guard own == receipt.lastHash else { return try freeze(.forked) }
            }
            note(receipt.fates, after: after)
            try acknowledge(through: receipt.lastSequence)
        case .refused(.forked): try freeze(.forked)
        case .refused(.storeFrozen): try freeze(.storeFrozen)
        case .refused(.malformed): try fail()
        // Another epoch, a gap, a ledger that doesn't know the store: registering shows where it is.
        default: renew()
        }
    }

    private mutating func note(_ fates: [FactFate], after: UInt64) {
        for (index, fate) in fates.enumerated() {
            guard after + UInt64(index) + 1 > head.acknowledged else { continue }
            if fate.isConflict { counts.conflicts += 1 }
            if fate.contains(.quarantined) { counts.quarantined += 1 }
        }
    }

    /// The ledger has the facts up to this one.
    mutating func acknowledge(through sequence: UInt64) throws(Rows.Failure) {
        link.backoff.reset()
        guard sequence > head.acknowledged else { return }
        guard let row = try staged.fact(sequence),
            let oldest = try staged.fact(head.acknowledged + 1)
        else { preconditionFailure("what isn't acknowledged is kept") }
        counts.delays.note(from: oldest.claimedTime, to: clock.wall)
        outbox.drop(sequence - head.acknowledged)
        head.acknowledged = sequence
        head.acknowledgedHash = row.hash
        link.progressAt = clock.steady
        try forget()
        guard let barrier = head.rightsUnknownThrough, sequence >= barrier, link.isUp else {
            return
        }
        // The restored ledger knows all again; now it can say what rights there are.
        link.renew()
        session = nil
    }

    /// Forgets facts that are old by the ledger's time, and not among the last.
    private mutating func forget() throws(Rows.Failure) {
        let hour = Milliseconds(3_600_000)
        let last = head.acknowledgements.last
        if last.map({ $0.time.advanced(by: hour) <= head.heard }) ?? true {
            head.acknowledgements.append(
                AgentHead.Acknowledgement(sequence: head.acknowledged, time: head.heard)
            )
            // Without the oldest one its facts are only kept for longer.
            if head.acknowledgements.count > 400 { head.acknowledgements.removeFirst() }
        }
        let horizon = head.heard.earlier(by: settings.factsKeptFor)
        let old = head.acknowledgements.prefix { $0.time <= horizon }
        guard let oldest = old.last, head.sequence > settings.factsKept else { return }
        let through = min(oldest.sequence, head.sequence - settings.factsKept)
        guard through >= head.firstKept else { return }
        // A bounded number at a time; the rest with the next ones.
        let end = min(through, head.firstKept + UInt64(LedgerLimits.factsMax) * 2)
        for sequence in head.firstKept...end {
            guard let row = try staged.fact(sequence),
                case .done(let receipt)? = row.till?.answer, let sale = receipt.sale
            else { continue }
            for line in receipt.lines { staged.set(nil, .returned(sale, line.sku)) }
        }
        staged.forgetFacts(through: end)
        head.firstKept = end + 1
        if end == oldest.sequence { head.acknowledgements.removeFirst(old.count) }
    }
}
