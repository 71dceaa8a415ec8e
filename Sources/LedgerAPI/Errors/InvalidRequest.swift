/// A request that no ledger could apply: it never reached the log.
public struct InvalidRequest: Error, Equatable, Sendable {
    /// What is wrong, at least one, at most ``violationsMax``.
    public var violations: [FieldViolation]

    /// Violations beyond these are not listed.
    public static let violationsMax = 32

    /// Names what is wrong.
    public init(violations: [FieldViolation]) { self.violations = violations }
}

/// What is wrong with one field of a request.
public struct FieldViolation: Equatable, Sendable {
    /// A path of the message's field names, such as `lines[2].sku`.
    public var field: String
    /// In English, for people.
    public var description: String
    /// Names a field and what is wrong with it.
    public init(field: String, description: String) {
        self.field = field
        self.description = description
    }
}
