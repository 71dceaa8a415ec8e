import Synchronization

/// What the demonstration shows while it runs.
struct Score: Sendable {
    /// What became of the shops' reservations.
    enum Kind: Int, CaseIterable, Sendable {
        case held, confirmed, fulfilled, released, abandoned, sold, refused, delivered
    }

    /// What a node's HTTP reader knows.
    enum Reading: Equatable, Sendable {
        case none
        /// It leads; the readers ask the others.
        case leads
        /// The upper bound on its age that the node claims; nil when it knows none.
        case age(milliseconds: Int?)
        case down
    }

    var counts = [Int](repeating: 0, count: Kind.allCases.count)
    var acknowledged = 0
    /// Answers to a request that had been asked before, without the answer coming through.
    var replayed = 0
    var reads = 0
    var readings: [Reading]
    /// The greatest age that a follower claimed.
    var greatestAge = 0
    var leader: Int?
    var term: UInt64 = 0
    /// Nodes that are down on purpose.
    var killed: Set<Int> = []
    /// What happened since it was last taken, for people.
    var events: [String] = []
    /// What must not happen.
    var complaints: [String] = []
    /// The stores that have an agent.
    var stores: [StoreScore] = []
    var lastAnswer = ContinuousClock.now
    /// The longest time without an answer to anybody, since the leader was killed.
    var longestPause = Duration.zero

    subscript(kind: Kind) -> Int { counts[kind.rawValue] }
}

/// The score, written by many tasks and read by the screen.
final class Scoreboard: Sendable {
    private let score: Mutex<Score>
    private let opened = Mutex(ContinuousClock.now)
    private let over = Atomic(false)

    init(nodes: Int) {
        score = Mutex(Score(readings: Array(repeating: .none, count: nodes)))
    }

    /// Whether the shops should close.
    var isOver: Bool { over.load(ordering: .relaxed) }

    /// The shops open: time begins.
    func open() { opened.withLock { $0 = .now } }

    /// Lets the shops close.
    func end() { over.store(true, ordering: .relaxed) }

    /// How long it has been going on.
    var elapsed: Duration { opened.withLock { $0.duration(to: .now) } }

    /// The score as it is.
    var current: Score { score.withLock { $0 } }

    /// The score as it is; its events are told once.
    func take() -> Score {
        score.withLock { score in
            defer { score.events = [] }
            return score
        }
    }

    func change(_ body: (inout Score) -> Void) { score.withLock { body(&$0) } }

    /// Changes what is known of a store that has an agent.
    func changeStore(_ index: Int, _ body: (inout StoreScore) -> Void) {
        score.withLock { body(&$0.stores[index]) }
    }

    func count(_ kind: Score.Kind) {
        score.withLock { $0.counts[kind.rawValue] += 1 }
    }

    /// A command was acknowledged.
    func answered(isReplay: Bool) {
        let now = ContinuousClock.now
        score.withLock { score in
            score.acknowledged += 1
            if isReplay { score.replayed += 1 }
            score.longestPause = max(score.longestPause, score.lastAnswer.duration(to: now))
            score.lastAnswer = now
        }
    }

    /// From now on pauses are measured.
    func watchPauses() {
        score.withLock { score in
            score.lastAnswer = .now
            score.longestPause = .zero
        }
    }

    /// Something that people want to know.
    func tell(_ event: String) {
        let line = "\(DemoText.clock(elapsed))  \(event)"
        score.withLock { $0.events.append(line) }
    }

    /// Something that must not happen.
    func complain(_ complaint: String) {
        score.withLock { score in
            score.complaints.append(complaint)
            score.events.append("\(DemoText.clock(elapsed))  \(complaint)")
        }
    }

    /// Sleeps, but no longer than until the end; true if it is over.
    @discardableResult
    func pause(for duration: Duration) async -> Bool {
        let deadline = ContinuousClock.now + duration
        while !isOver, !Task.isCancelled {
            let rest = ContinuousClock.now.duration(to: deadline)
            guard rest > .zero else { break }
            try? await Task.sleep(for: min(rest, .milliseconds(50)))
        }
        return isOver || Task.isCancelled
    }
}
