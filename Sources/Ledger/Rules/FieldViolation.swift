/// A field of a request that breaks a limit or a form, whatever the ledger holds.
public struct FieldViolation: Equatable, Sendable {
    /// The path of the field, such as `lines[2].quantity`.
    public var field: String
    /// What is asked of the field, for a person to read.
    public var description: String

    /// Names the field and what is asked of it.
    public init(field: String, description: String) {
        self.field = field
        self.description = description
    }
}
