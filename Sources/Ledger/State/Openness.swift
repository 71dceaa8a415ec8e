extension Reservation {
    /// Whether it holds stock and counts against its owner's quota: HELD or CONFIRMED.
    public var isOpen: Bool { state == .held || state == .confirmed }
}

extension StockLevel {
    /// Whether any bucket of goods or promises is not zero.
    public var holdsStock: Bool {
        onHand | reserved | allotted | unavailable | incoming != 0
    }
}
