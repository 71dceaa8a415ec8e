import NIOCore

/// A strong validator (RFC 9110, 8.8.3): a digest of the representation itself.
///
/// Bodies hold no ages and no positions of the node, so equal state gives equal bodies and equal
/// tags on every node, whatever else the ledger did meanwhile.
struct EntityTag: Equatable, Sendable {
    let digest: UInt64

    /// The tag of a body.
    ///
    /// Each 8 bytes are folded in by the two halves of a full product; not meant to withstand an
    /// adversary, who gains nothing from two of his own answers having one tag.
    init(of body: ByteBuffer) {
        var state = UInt64(body.readableBytes) ^ 0x9E37_79B9_7F4A_7C15
        body.withUnsafeReadableBytes { bytes in
            var offset = 0
            while offset + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                state = Self.mix(state, UInt64(littleEndian: word))
                offset += 8
            }
            var tail: UInt64 = 0
            while offset < bytes.count {
                tail = tail << 8 | UInt64(bytes[offset])
                offset += 1
            }
            state = Self.mix(state, tail)
        }
        digest = Self.mix(state, 0xD6E8_FEB8_6659_FD93)
    }

    private static func mix(_ state: UInt64, _ word: UInt64) -> UInt64 {
        let product = (state ^ word ^ 0xA076_1D64_78BD_642F)
            .multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low ^ (state << 23 | state >> 41)
    }

    /// The tag as the header has it, with its quotes.
    var text: String { text(isCompressed: false) }

    /// The compressed form is another representation, and so has a tag of its own.
    func text(isCompressed: Bool) -> String {
        var buffer = ByteBuffer()
        write(into: &buffer, isCompressed: isCompressed)
        return String(buffer: buffer)
    }

    /// Writes ``text(isCompressed:)``.
    func write(into buffer: inout ByteBuffer, isCompressed: Bool) {
        buffer.writeInteger(UInt8(ascii: "\""))
        buffer.writeHex(digest)
        if isCompressed { buffer.writeStaticString("-gzip") }
        buffer.writeInteger(UInt8(ascii: "\""))
    }

    /// A representation that a client has.
    enum Match: Equatable {
        case plain
        case compressed
        /// `*`: whichever there is.
        case any
    }

    /// Which of both forms an `If-None-Match` names, in a list, weakly or not (RFC 9110, 13.1.2); nil when
    /// it names neither.
    ///
    /// Whoever has either form has what there is to know, so the answer names the one that was asked about.
    func match(ifNoneMatch field: String) -> Match? {
        let plain = text(isCompressed: false)
        let compressed = text(isCompressed: true)
        for part in field.split(separator: ",") {
            let trimmed = part.drop { $0 == " " || $0 == "\t" }
                .reversed().drop { $0 == " " || $0 == "\t" }.reversed()
            let whole = String(trimmed)
            let tag = whole.hasPrefix("W/") ? String(whole.dropFirst(2)) : whole
            if whole == "*" { return .any }
            if tag == plain { return .plain }
            if tag == compressed { return .compressed }
        }
        return nil
    }
}
