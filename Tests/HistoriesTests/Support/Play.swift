import Histories
import Ledger

/// Plays a history against a sequential ledger: calls take effect in the order in which they are
/// played, and the intervals that clients see lie around that as the test wants.
struct Play {
    private(set) var history = HistoryRecorder()
    private(set) var ledger = SequentialLedger()
    private var requests = 0

    static let sku = SKU(unchecked: "sku-1")
    static let other = SKU(unchecked: "sku-2")
    static let store = LocationID(unchecked: "store-1")

    /// A ledger with two items and a store, created in the time before 100.
    init() {
        let commands: [Command] = [
            .upsertItem(UpsertItem(sku: Self.sku, title: "Thing")),
            .upsertItem(UpsertItem(sku: Self.other, title: "Other")),
            .upsertLocation(UpsertLocation(id: Self.store, name: "Store")),
        ]
        for (index, command) in commands.enumerated() {
            call(command, UInt64(10 * index)...UInt64(10 * index + 5))
        }
    }

    /// A request of its own identity.
    mutating func request(_ command: Command) -> Request {
        requests += 1
        return Request(
            id: RequestID(unchecked: "r\(requests)"),
            actor: Actor(unchecked: "tester"),
            command: command
        )
    }

    /// Applies a command now and tells the client the answer, or what `lie` makes of it.
    @discardableResult
    mutating func call(
        _ command: Command,
        _ interval: ClosedRange<UInt64>,
        at time: LogTime? = nil,
        lie: (inout Answer) -> Void = { _ in }
    ) -> Answer {
        call(request(command), interval, at: time, lie: lie)
    }

    /// Applies a request now, again perhaps.
    @discardableResult
    mutating func call(
        _ request: Request,
        _ interval: ClosedRange<UInt64>,
        at time: LogTime? = nil,
        lie: (inout Answer) -> Void = { _ in }
    ) -> Answer {
        var answer = ledger.apply(request, at: time)
        lie(&answer)
        tell(request, .answered(answer), interval)
        return answer
    }

    /// Applies a request now and tells nobody yet.
    mutating func apply(_ request: Request) -> Answer { ledger.apply(request) }

    /// A request that takes effect now, and whose client never learns it.
    mutating func lose(_ request: Request, _ interval: ClosedRange<UInt64>) {
        _ = ledger.apply(request)
        tell(request, .unknown, interval)
    }

    /// Only says what a client was told.
    mutating func tell(
        _ request: Request,
        _ outcome: CallOutcome,
        _ interval: ClosedRange<UInt64>
    ) {
        record(.command(request), outcome, interval)
    }

    /// Reads the level of an item as it is now, or what `lie` makes of the report.
    mutating func read(
        _ sku: SKU = Play.sku,
        _ promise: ReadPromise = .linearizable,
        _ interval: ClosedRange<UInt64>,
        age: UInt64? = nil,
        lie: (inout ReadReport) -> Void = { _ in }
    ) {
        read(.level(sku, Self.store), promise, interval, age: age, lie: lie)
    }

    /// Reads anything as it is now, or what `lie` makes of the report.
    mutating func read(
        _ subject: ReadSubject,
        _ promise: ReadPromise = .linearizable,
        _ interval: ClosedRange<UInt64>,
        age: UInt64? = nil,
        lie: (inout ReadReport) -> Void = { _ in }
    ) {
        var report = ReadReport(
            value: ledger.state.value(of: subject),
            position: ledger.position,
            claimedAge: age
        )
        lie(&report)
        record(.read(subject, promise), .read(report), interval)
    }

    /// Lets the ledger's time pass.
    mutating func tick(to time: LogTime) { ledger.tick(to: time) }

    private mutating func record(
        _ operation: HistoryOperation,
        _ outcome: CallOutcome,
        _ interval: ClosedRange<UInt64>
    ) {
        let call = history.invoke(
            client: 1,
            operation,
            at: HistoryInstant(nanoseconds: interval.lowerBound)
        )
        history.complete(call, outcome, at: HistoryInstant(nanoseconds: interval.upperBound))
    }
}
