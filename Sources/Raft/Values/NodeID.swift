/// The name of a node, unique in its cluster for ever: 1 to 64 printable ASCII characters.
@frozen
public struct NodeID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The longest name allowed, in bytes.
    public static let byteCountMax = 64

    /// The name itself.
    public let name: String

    /// Takes a name if it is one: 1 to 64 characters from `!` to `~`, so without spaces.
    public init?(_ name: String) {
        guard (1...Self.byteCountMax).contains(name.utf8.count),
            name.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.name = name
    }

    /// The name.
    public var description: String { name }

    /// Whether the left name sorts before the right one, byte by byte.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.name < right.name }

    /// Whether both are the same name.
    @inlinable
    public static func == (left: Self, right: Self) -> Bool { left.name == right.name }
}

extension NodeID: ExpressibleByStringLiteral {
    /// Takes a name from source code; one that is not a name is a programmer's error.
    public init(stringLiteral value: String) {
        guard let id = NodeID(value) else {
            preconditionFailure("not a node's name: \(value)")
        }
        self = id
    }
}
