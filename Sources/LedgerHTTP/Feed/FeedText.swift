import NIOCore
import Replica

import struct Ledger.Position
import struct Raft.NodeID

/// What a stream says beside its events.
extension ByteBuffer {
    /// When a client whose stream has ended is to come back.
    mutating func writeRetry(_ delay: TimeAmount) {
        writeStaticString("retry: ")
        writeDecimal(delay.nanoseconds / 1_000_000)
        writeStaticString("\n\n")
    }

    /// How far this is, and how old at most; with `id` it is a cursor.
    mutating func writeBookmark(
        _ position: Position,
        isCursor: Bool,
        age: TimeAmount?,
        node: NodeID
    ) {
        writeStaticString("event: bookmark\n")
        if isCursor {
            writeStaticString("id: ")
            writeDecimal(position.rawValue)
            writeStaticString("\n")
        }
        writeStaticString("data: {\"position\":")
        writeDecimal(position.rawValue)
        writeStaticString(",\"stalenessMs\":")
        if let age { writeDecimal(age.millisecondsRoundedUp) } else { writeStaticString("null") }
        writeText(",\"node\":", node.name)
        writeStaticString("}\n\n")
    }

    /// Something can't be told any more.
    ///
    /// The empty `id` makes browsers come back without a cursor.
    mutating func writeReset(_ reset: FeedReset, _ position: Position) {
        writeStaticString("event: reset\nid\ndata: {\"reason\":\"")
        writeString(reset.rawValue)
        writeStaticString("\",\"position\":")
        writeDecimal(position.rawValue)
        writeStaticString("}\n\n")
    }

    /// An element of a poll's `events`.
    mutating func writePolled(_ event: FeedEvent, prev: Position) {
        let encoded = event.record.encoded(event.face)
        writeStaticString("{\"event\":\"")
        writeString(encoded.kind.rawValue)
        writeStaticString("\",\"data\":")
        encoded.writeJSON(prev: prev, into: &self)
        writeStaticString("}")
    }
}
