public import Ledger

/// What a command did.
public struct Applied<Value: Sendable>: Sendable {
    /// What it left behind.
    public var value: Value
    /// Where in the log it was applied: a read from here on shows it.
    public var position: Position
    /// When, by the ledger's own time.
    public var logTime: LogTime
    /// The same request had been applied before; this is the answer it got then.
    public var isReplay: Bool

    init(_ value: Value, _ answer: Answer) {
        self.value = value
        position = answer.position
        logTime = answer.logTime
        isReplay = answer.replayed
    }
}

extension Applied: Equatable where Value: Equatable {}
