/// Why bytes are no value of the ledger.
///
/// Bytes that were acknowledged by a quorum and don't decode are never skipped: the node stops. The
/// `unknown…` cases say that a newer version wrote them, the others that they are damaged.
public enum LedgerCodecError: Error, Equatable, Sendable {
    /// The value goes on behind the last byte.
    case truncated
    /// This many bytes follow the value.
    case trailingBytes(Int)
    /// Written in a format that this version doesn't know.
    case unknownVersion(UInt8)
    /// An entry, a command or an enumeration's case that this version doesn't know.
    case unknownKind(UInt8)
    /// Only group 0 exists in this version.
    case unknownGroup(UInt16)
    /// A number is outside of what its field can hold.
    case outOfRange
    /// The same value has a shorter form, and only that one is allowed.
    case notCanonical
    /// An identifier with a forbidden byte, or text that is not UTF-8.
    case badText
}
