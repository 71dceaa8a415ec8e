public import Ledger

/// A request that no ledger could apply: it never reached the log.
public struct InvalidRequest: Error, Equatable, Sendable {
    /// What is wrong, at least one, at most `LedgerLimits.violationsMax`; paths are of the message's
    /// field names.
    public var violations: [FieldViolation]

    /// Names what is wrong.
    public init(violations: [FieldViolation]) { self.violations = violations }
}
