/// What is wrong with bytes that claim to be a frame; each ends the connection that brought them.
package enum FrameFault: Error, Hashable, Sendable {
    /// The announced payload is longer than the limit.
    case oversized(payloadBytes: Int)
    /// The frame's format is one that this node doesn't know.
    case version(UInt8)
    /// Reserved bits are set.
    case flags(UInt16)
    /// The frame is for a replication group that doesn't exist.
    case group(UInt32)
    /// Header or payload were changed on the way.
    case checksum
}
