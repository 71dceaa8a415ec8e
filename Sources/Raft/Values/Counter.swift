/// A strongly named 64-bit count: a term, an index, a ticket, a tick.
///
/// Wrapping keeps a term from being passed as an index; the operations that make sense for all of
/// them (order, the next one, a distance) are defined once, here.
public protocol Counter: RawRepresentable<UInt64>, Hashable, Strideable, Sendable,
    ExpressibleByIntegerLiteral, CustomStringConvertible
where Stride == Int {
    /// Wraps a number.
    init(_ rawValue: UInt64)
}

extension Counter {
    /// Wraps a number; every number is valid.
    @inlinable
    public init(rawValue: UInt64) { self.init(rawValue) }

    /// Wraps a literal.
    @inlinable
    public init(integerLiteral value: UInt64) { self.init(value) }

    /// The number zero: "none yet" for every counter.
    @inlinable public static var zero: Self { Self(0) }

    /// The number after this one.
    @inlinable public var next: Self { Self(rawValue + 1) }

    /// The number before this one; zero has none and stays zero.
    @inlinable public var previous: Self { Self(rawValue == 0 ? 0 : rawValue - 1) }

    /// The signed count of steps from this number to another one.
    @inlinable
    public func distance(to other: Self) -> Int {
        Int(truncatingIfNeeded: other.rawValue &- rawValue)
    }

    /// The number that is so many steps away; it must not fall below zero.
    @inlinable
    public func advanced(by steps: Int) -> Self {
        Self(
            steps >= 0 ? rawValue + UInt64(steps) : rawValue - UInt64(steps.magnitude)
        )
    }

    /// Whether the left number is the smaller one.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// Whether both are the same number.
    @inlinable
    public static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    /// The number in decimal digits.
    public var description: String { String(rawValue) }
}
