import NIOCore

extension Reply {
    /// How a reply is put on a connection.
    struct Framing {
        /// The answer to a `HEAD`: everything but the body.
        var omitsBody: Bool
        var closes: Bool
        var date: String
        var now: NIODeadline
    }

    /// The whole answer in HTTP/1.1, by hand: one buffer, no header objects.
    ///
    /// Every value written is either from this module, or an identifier or node name, which are
    /// printable ASCII by their types; so no client can smuggle a line break into a header.
    func encode(_ framing: Framing) -> ByteBuffer {
        var wire = ByteBuffer()
        wire.reserveCapacity(768 + (framing.omitsBody ? 0 : body.readableBytes))
        wire.writeStaticString("HTTP/1.1 ")
        wire.writeDecimal(Int64(status))
        wire.writeInteger(UInt8(ascii: " "))
        wire.writeStaticString(Self.phrase(status))
        wire.writeStaticString("\r\ndate: ")
        wire.writeString(framing.date)
        if let contentType {
            wire.writeStaticString("\r\ncontent-type: ")
            wire.writeString(contentType)
        }
        if status != 204, status != 304 {
            wire.writeStaticString("\r\ncontent-length: ")
            wire.writeDecimal(UInt64(body.readableBytes))
        }
        if let tag {
            wire.writeStaticString("\r\netag: ")
            tag.write(into: &wire, isCompressed: isCompressed)
        }
        if isCompressed, status != 304 {
            wire.writeStaticString("\r\ncontent-encoding: gzip")
        }
        if isCompressible { wire.writeStaticString("\r\nvary: accept-encoding") }
        wire.writeStaticString("\r\ncache-control: ")
        wire.writeStaticString(cacheControl)
        wire.writeStaticString(
            "\r\naccess-control-allow-origin: *\r\naccess-control-expose-headers: "
        )
        wire.writeStaticString(Self.exposedHeaders)
        wire.writeStaticString("\r\n")
        freshness?.writeHeaders(into: &wire, at: framing.now)
        for field in fields {
            wire.writeString(field.name)
            wire.writeStaticString(": ")
            wire.writeString(field.value)
            wire.writeStaticString("\r\n")
        }
        if framing.closes { wire.writeStaticString("connection: close\r\n") }
        wire.writeStaticString("\r\n")
        if !framing.omitsBody, status != 304, status != 204 {
            wire.writeImmutableBuffer(body)
        }
        return wire
    }
}
