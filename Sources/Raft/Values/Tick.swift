/// A moment of the core's own clock, which moves only by `Input.tick`.
///
/// How long a tick lasts is the driver's choice; the core counts them and nothing else.
@frozen
public struct Tick: Counter {
    /// The bare number, for codecs and metrics.
    public var rawValue: UInt64

    /// Wraps a number.
    @inlinable
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}
