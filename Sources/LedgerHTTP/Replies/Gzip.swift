import CZlib
import NIOCore

/// Compression of bodies (RFC 1952), fast rather than small: a page of JSON shrinks to a fifth either way.
enum Gzip {
    /// The same body compressed, or nil when zlib has no memory for it.
    ///
    /// Equal bodies give equal bytes: the format's own time is left at zero.
    static func compress(_ body: ByteBuffer) -> ByteBuffer? {
        var stream = z_stream()
        let windowBits: Int32 = 15
        let asGzip: Int32 = 16
        let memoryLevel: Int32 = 8
        guard
            deflateInit2_(
                &stream,
                Z_BEST_SPEED,
                Z_DEFLATED,
                windowBits + asGzip,
                memoryLevel,
                Z_DEFAULT_STRATEGY,
                ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)
            ) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(body.readableBytes)))
        var compressed = ByteBuffer()
        let isWhole = body.withUnsafeReadableBytes { input in
            compressed.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { output in
                // zlib's older interface takes its input as mutable, and never writes to it.
                stream.next_in = UnsafeMutablePointer(
                    mutating: input.bindMemory(to: UInt8.self).baseAddress
                )
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(output.count)
                // In one call, since the output has room for the worst case.
                guard deflate(&stream, Z_FINISH) == Z_STREAM_END else { return 0 }
                return output.count - Int(stream.avail_out)
            } > 0
        }
        return isWhole ? compressed : nil
    }

    /// Whether an `Accept-Encoding` asks for it (RFC 9110, 12.5.3).
    static func isAccepted(_ field: String) -> Bool {
        var others: Bool?
        for part in field.split(separator: ",") {
            let pieces = part.split(separator: ";", maxSplits: 1)
            guard let coding = pieces.first?.trimmed.lowercased() else { continue }
            let isWanted = pieces.count < 2 || Self.weight(pieces[1]) > 0
            if coding == "gzip" || coding == "x-gzip" { return isWanted }
            if coding == "*" { others = isWanted }
        }
        return others ?? false
    }

    /// The number in `q=0.5`; 1 for what is none.
    private static func weight(_ parameter: Substring) -> Double {
        let text = parameter.trimmed.lowercased()
        guard text.hasPrefix("q=") else { return 1 }
        return Double(text.dropFirst(2)) ?? 1
    }
}

extension Substring {
    /// Without blanks at its ends.
    fileprivate var trimmed: Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        let length = start.reversed().drop { $0 == " " || $0 == "\t" }.count
        return start.prefix(length)
    }
}
