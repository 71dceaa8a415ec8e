/// The place of an entry in the log.
///
/// The first entry has index 1; zero is the place before it.
@frozen
public struct LogIndex: Counter {
    /// The bare number, for codecs and metrics.
    public var rawValue: UInt64

    /// Wraps a number.
    @inlinable
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}
