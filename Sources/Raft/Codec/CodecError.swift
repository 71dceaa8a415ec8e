/// Why bytes are not what they should be; hostile ones give this and never a trap.
public enum CodecError: Error, Hashable, Sendable {
    /// The bytes end before the value does.
    case truncated(at: Int)
    /// The value ends before the bytes do.
    case trailingBytes(at: Int)
    /// A version of the encoding that this program does not speak.
    case unknownVersion(UInt8)
    /// A message of an unknown kind.
    case unknownMessage(UInt8)
    /// A flag that is neither yes nor no.
    case badFlag(UInt8)
    /// A node's name that is none.
    case badNodeID(at: Int)
    /// Members that are unsorted, repeated, or in two lists at once.
    case badConfiguration(at: Int)
    /// A count beyond what any log will reach, so that adding to it could overflow.
    case numberTooLarge(UInt64)
    /// More bytes, entries or members than allowed.
    case limitExceeded(CodecLimit, found: Int)
}

/// The limits that a decoder checks before it allocates.
public enum CodecLimit: Hashable, Sendable {
    /// `CodecLimits.payloadBytesMax`.
    case payloadBytes
    /// `CodecLimits.appendEntriesMax`.
    case appendEntries
    /// `CodecLimits.membersMax`.
    case members
}

/// Bounds on what a decoder takes, whatever lengths the bytes claim.
public struct CodecLimits: Hashable, Sendable {
    /// Bytes in one entry's payload.
    public var payloadBytesMax = 16 << 20
    /// Entries in one append.
    public var appendEntriesMax = 65_536
    /// Nodes in each list of a configuration.
    public var membersMax = 64
    /// Retired names in a configuration.
    public var retiredMax = 4096

    /// The default bounds.
    public init() {}
}
