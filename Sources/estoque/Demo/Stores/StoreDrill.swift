/// A store is cut off for a while, and sells what it has rights to.
struct StoreDrill: Sendable {
    let store: DemoStore
    /// The store's place on the scoreboard.
    let index: Int
    let scoreboard: Scoreboard
    /// When it happens.
    let delay: Duration
    /// For how long.
    let length: Duration

    /// What it was like.
    struct Outcome: Sendable {
        var score: StoreScore
        var length: Duration
        /// What the agent had to tell when it was connected again.
        var outboxDepth = 0
        /// Until it had told everything; nil if it never did.
        var telling: Duration?
    }

    private static let limit = Duration.seconds(60)

    /// Waits for the time, and does it; nil if it was over before.
    func run() async -> Outcome? {
        guard await !scoreboard.pause(for: delay) else { return nil }
        await store.relay.cut()
        let since = scoreboard.elapsed
        scoreboard.changeStore(index) { $0.cutOffSince = since }
        scoreboard.tell("\(store.location) is cut off; its agent goes on selling what it may")
        await scoreboard.pause(for: length)
        let score = scoreboard.current.stores[index]
        var outcome = Outcome(score: score, length: scoreboard.elapsed - since)
        if let status = await store.status() {
            outcome.outboxDepth = Int(clamping: status.outboxDepth)
            if outcome.outboxDepth < score.soldMeanwhile {
                scoreboard.complain("\(store.location) told facts while it was cut off")
            }
        } else {
            scoreboard.complain("the agent of \(store.location) doesn't answer")
        }
        await connectAgain(&outcome)
        return outcome
    }

    private func connectAgain(_ outcome: inout Outcome) async {
        let connectedAt = scoreboard.elapsed
        do {
            try await store.relay.open()
        } catch {
            scoreboard.complain("\(store.location) can't be connected again: \(error)")
            return
        }
        scoreboard.changeStore(index) { $0.cutOffSince = nil }
        scoreboard.tell(
            "\(store.location) is connected again: \(outcome.score.meanwhileText), "
                + "\(DemoText.number(outcome.outboxDepth)) in the outbox"
        )
        // The tills go on, so that it is the facts of the cut that are waited for.
        guard let last = await store.status()?.sequence else { return }
        let deadline = ContinuousClock.now + Self.limit
        while ContinuousClock.now < deadline {
            if let status = await store.status(), status.acknowledged >= last {
                outcome.telling = scoreboard.elapsed - connectedAt
                scoreboard.tell(
                    "\(store.location) has told everything after "
                        + DemoText.seconds(scoreboard.elapsed - connectedAt)
                )
                return
            }
            await Uncancelled.sleep(for: .milliseconds(20))
        }
        scoreboard.complain(
            "\(store.location) hasn't told everything within \(DemoText.seconds(Self.limit))"
        )
    }
}

/// Notes how the agents are, and whether one ends.
struct StoreWatch: Sendable {
    let stores: [DemoStore]
    let scoreboard: Scoreboard

    /// Watches until it is cancelled.
    func run() async {
        var missing: Set<Int> = []
        while !Task.isCancelled {
            for (index, store) in stores.enumerated() where !missing.contains(index) {
                if !store.isRunning {
                    missing.insert(index)
                    scoreboard.complain("the agent of \(store.location) ended")
                } else if let status = await store.status() {
                    scoreboard.changeStore(index) {
                        $0.outboxDepth = Int(clamping: status.outboxDepth)
                    }
                }
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}
