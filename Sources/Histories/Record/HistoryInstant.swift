/// A reading of the one monotonic clock that a whole history is written by.
///
/// Simulated or real, it runs at the rate of true time: ages that nodes claim are compared with it.
package struct HistoryInstant: Hashable, Comparable, Sendable {
    /// Nanoseconds since any moment, the same one for the whole history.
    package let nanoseconds: UInt64

    /// Gives the number its meaning.
    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// By number.
    package static func < (left: Self, right: Self) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// So much earlier, but not before the clock's first reading.
    func earlier(by duration: UInt64) -> HistoryInstant {
        HistoryInstant(nanoseconds: nanoseconds < duration ? 0 : nanoseconds - duration)
    }
}
