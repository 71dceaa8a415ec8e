/// The random number a data directory is born with.
///
/// A node whose disk was wiped comes back with another one, and must not be taken for the voter
/// that made its old promises.
package struct Incarnation: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package var description: String { String(rawValue, radix: 16) }
}
