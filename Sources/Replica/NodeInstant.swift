/// A reading of a node's own monotonic clock, in nanoseconds.
///
/// The clock counts time that the machine spent suspended: an age must not stand still with it.
/// Readings of two nodes are never compared.
package struct NodeInstant: Hashable, Comparable, Sendable {
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    package static func < (left: NodeInstant, right: NodeInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The nanoseconds from `earlier` to this reading; 0 when it is not earlier.
    package func nanoseconds(since earlier: NodeInstant) -> UInt64 {
        nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
    }

    package func advanced(byNanoseconds duration: UInt64) -> NodeInstant {
        NodeInstant(nanoseconds: nanoseconds &+ duration)
    }
}
