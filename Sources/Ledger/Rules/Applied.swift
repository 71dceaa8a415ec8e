/// What applying one entry gave.
public struct Applied: Equatable, Sendable {
    /// The answer to the request; nil for a tick and for a boundary.
    public var answer: Answer?
    /// The token of a boundary: the store closes its transaction here, before the next entry.
    public var boundary: UInt64?

    /// What the entry was answered, or that it was a boundary.
    public init(answer: Answer?, boundary: UInt64?) {
        self.answer = answer
        self.boundary = boundary
    }
}

extension Outcome {
    /// Whether a rule of the business said no.
    public var isRefusal: Bool {
        if case .refused = self { true } else { false }
    }
}
