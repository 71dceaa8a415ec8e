import Ledger
import Testing

/// A ledger in memory with a clock and a log of its own.
struct Scene {
    var state = InMemoryLedgerState()
    /// The leader's clock, in microseconds.
    var clock: UInt64 = 1_000_000_000
    /// What the last entry changed.
    var changes = LedgerChanges()
    private var lastRequest = 0

    /// Two items, two locations, and ten apples in the north.
    static func stocked() -> Scene {
        var scene = Scene()
        scene.run(
            .item(.apple),
            .item(.pear),
            .location(.north),
            .location(.south),
            .receive(.line(10))
        )
        return scene
    }

    /// Sends commands that must not be refused.
    mutating func run(_ commands: Command..., at location: SourceLocation = #_sourceLocation) {
        for command in commands {
            let answer = send(command)
            #expect(!answer.outcome.isRefusal, "\(answer.outcome)", sourceLocation: location)
        }
    }

    /// Sends one command under a new request id, or under the one given.
    @discardableResult
    mutating func send(_ command: Command, id: String? = nil) -> Answer {
        lastRequest += 1
        let request = Request(
            id: RequestID(unchecked: id ?? "request-\(lastRequest)"),
            actor: Actor(unchecked: "till"),
            command: command
        )
        return send(request)
    }

    mutating func send(_ request: Request) -> Answer {
        let applied = apply(.request(request, stamp: LogTime(microseconds: clock)))
        guard let answer = applied.answer else {
            Issue.record("a request has an answer")
            return Answer(
                position: state.header.position,
                logTime: state.header.logTime,
                outcome: .refused(.reasonRequired)
            )
        }
        return answer
    }

    /// Lets time pass and nothing else happen.
    mutating func pass(milliseconds: UInt64) {
        clock = max(clock, state.header.logTime.microseconds) + milliseconds * 1_000
        _ = apply(LedgerEntry(stamp: LogTime(microseconds: clock), content: .tick))
    }

    mutating func apply(_ entry: LedgerEntry) -> Applied {
        changes.removeAll()
        let position = Position(state.header.position.rawValue + 1)
        return LedgerRules.apply(entry, at: position, to: &state, changes: &changes)
    }

    func level(_ sku: SKU = .apple, at location: LocationID = .north) -> StockLevel {
        guard let item = state.itemKey(sku), let place = state.locationKey(location)
        else { return StockLevel() }
        return state.level(LevelKey(location: place, item: item))
    }

    /// Puts a level there without any command, for figures that commands take long to reach.
    mutating func force(
        _ sku: SKU = .apple,
        at location: LocationID = .north,
        _ change: (inout StockLevel) -> Void
    ) {
        guard let item = state.itemKey(sku), let place = state.locationKey(location)
        else { return }
        var level = level(sku, at: location)
        change(&level)
        state.setLevel(level, key: LevelKey(location: place, item: item))
    }

    func reservation(_ id: ReservationID) throws -> Reservation {
        try #require(state.reservation(id))
    }
}

extension Outcome {
    var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }

    var reservation: Reservation? {
        if case .reservation(let reservation) = self { reservation } else { nil }
    }

    var levels: [LevelView]? {
        if case .levels(let levels) = self { levels } else { nil }
    }
}
