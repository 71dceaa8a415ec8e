import Ledger
import NIOCore
import Replica

extension EncodedEvent {
    /// Encodes a face that the content has.
    init(_ content: FeedRecord.Content, _ face: FeedRecord.Face, _ position: Position) {
        kind =
            switch content {
            case .stock: .availability
            case .price, .offer: .price
            case .item: .item
            case .location: .location
            }
        var buffer = ByteBuffer()
        buffer.writeStaticString("event: ")
        buffer.writeString(kind.rawValue)
        buffer.writeStaticString("\ndata: ")
        jsonOffset = buffer.writerIndex
        buffer.writeObject(content, face)
        // Every object ends in its closing brace; two more members follow.
        buffer.moveWriterIndex(to: buffer.writerIndex - 1)
        buffer.writeStaticString(",\"position\":")
        buffer.writeDecimal(position.rawValue)
        buffer.writeStaticString(",\"prev\":")
        bytes = buffer
    }

    /// The JSON object, complete with what the watcher was sent before.
    func writeJSON(prev: Position, into buffer: inout ByteBuffer) {
        if let json = bytes.getSlice(at: jsonOffset, length: bytes.writerIndex - jsonOffset) {
            buffer.writeImmutableBuffer(json)
        }
        buffer.writeDecimal(prev.rawValue)
        buffer.writeStaticString("}")
    }

    /// The whole event for a stream; with `id`, everything up to it has been told.
    func writeEvent(prev: Position, id: Position?, into buffer: inout ByteBuffer) {
        buffer.writeImmutableBuffer(bytes)
        buffer.writeDecimal(prev.rawValue)
        buffer.writeStaticString("}\n")
        if let id {
            buffer.writeStaticString("id: ")
            buffer.writeDecimal(id.rawValue)
            buffer.writeStaticString("\n")
        }
        buffer.writeStaticString("\n")
    }
}

extension ByteBuffer {
    fileprivate mutating func writeObject(
        _ content: FeedRecord.Content,
        _ face: FeedRecord.Face
    ) {
        switch content {
        case .stock(let facts): writeStock(facts, face)
        case .price(let sku, let price, let version):
            writeText("{\"sku\":", sku.text)
            writeStaticString(",\"price\":")
            writePrice(price)
            writeVersion(version)
        case .offer(let offer): writeOffer(offer)
        case .item(let item): writeEntry(item)
        case .location(let location): writeLocation(location)
        }
    }

    private mutating func writeStock(_ facts: StockFacts, _ face: FeedRecord.Face) {
        let location = face == .placed ? facts.placed?.location : nil
        guard let availability = face == .whole ? facts.whole : facts.placed?.availability
        else { preconditionFailure("only a face that the record has is encoded") }
        writeEntry(facts.sku, availability, facts.version, at: location)
    }
}
