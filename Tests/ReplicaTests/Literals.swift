public import Ledger

/// Names in tests are written as they are.
extension ClientIdentifier {
    /// A name that the test knows to be valid.
    public init(stringLiteral text: String) { self.init(unchecked: text) }
}

extension SKU: ExpressibleByStringLiteral {}
extension LocationID: ExpressibleByStringLiteral {}
