public import Ledger

/// An error as every client gets to see it, whatever carries it.
///
/// The same content travels as the `google.rpc.Status` of a unary call and as the `Problem`
/// message of a Session or a Batch.
public struct Problem: Error, Equatable, Sendable {
    /// What there is to say beyond words, where a program can use it.
    public enum Detail: Equatable, Sendable {
        case insufficientStock([Shortage])
        case exceedsOpenQuantity([Shortage])
        case versionMismatch(current: UInt64)
        case exceedsUnavailable([Shortage])
        case exceedsSoldQuantity([Shortage])
        case exceedsRequested([Shortage])
        case exceedsInTransit([Shortage])
        case countOutdated([LevelView])
        indirect case batchRefused(index: Int, Problem)
    }

    /// What kind of error it is, for gRPC.
    public var code: StatusCode
    /// What kind of error it is, for programs.
    public var reason: Reason
    /// In English, for people.
    public var message: String
    /// Facts by name, such as `sku` or `leader`.
    public var metadata: [String: String]
    /// The fields of a malformed request.
    public var violations: [FieldViolation]
    /// Wait this long before asking again; nil when waiting doesn't help.
    public var retryDelay: Milliseconds?
    /// More on some reasons.
    public var detail: Detail?

    /// Puts a problem together.
    public init(
        code: StatusCode,
        reason: Reason,
        message: String,
        metadata: [String: String] = [:],
        violations: [FieldViolation] = [],
        retryDelay: Milliseconds? = nil,
        detail: Detail? = nil
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.metadata = metadata
        self.violations = violations
        self.retryDelay = retryDelay
        self.detail = detail
    }

    /// The domain of all reasons.
    public static let domain = "estoque"
}
