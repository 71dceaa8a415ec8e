/// The number of one atomic write to the log store.
///
/// Tickets are issued in order and complete in order; zero is complete from the start.
@frozen
public struct Ticket: Counter {
    /// The bare number, for codecs and metrics.
    public var rawValue: UInt64

    /// Wraps a number.
    @inlinable
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}
