/// A duration of true or of a node's time.
package typealias Nanoseconds = UInt64

/// Durations with their units.
package enum Span {
    package static func microseconds(_ count: Int) -> Nanoseconds { Nanoseconds(count) * 1_000 }
    package static func milliseconds(_ count: Int) -> Nanoseconds { Nanoseconds(count) * 1_000_000 }
    package static func seconds(_ count: Int) -> Nanoseconds { Nanoseconds(count) * 1_000_000_000 }
}

/// A moment of true time in a simulated world, which no node knows: counted from its beginning.
package struct WorldTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var nanoseconds: Nanoseconds

    package init(nanoseconds: Nanoseconds) { self.nanoseconds = nanoseconds }

    package static let zero = WorldTime(nanoseconds: 0)

    package static func < (left: WorldTime, right: WorldTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    package func advanced(by span: Nanoseconds) -> WorldTime {
        WorldTime(nanoseconds: nanoseconds + span)
    }

    /// Seconds with six places, as the trace writes them.
    package var description: String {
        let micros = String(nanoseconds / 1_000 % 1_000_000)
        return "\(nanoseconds / 1_000_000_000)."
            + String(repeating: "0", count: 6 - micros.count) + micros
    }
}
