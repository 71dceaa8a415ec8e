import Ledger
import NIOCore

/// The body of `POST /v1/availability:batchGet`: `{"skus": ["a", "b"]}`.
enum BatchGetBody {
    /// The SKUs listed, in their order, or what is wrong.
    static func skus(in body: ByteBuffer, max: Int) throws(Problem) -> [SKU] {
        var members: [(name: String, texts: [String])] = []
        do throws(JSONCursor.Malformed) {
            members = try self.members(of: body)
        } catch {
            throw .invalid("skus", "the body must be {\"skus\": [\"…\", …]}")
        }
        for member in members where member.name != "skus" {
            throw .invalid(member.name, "is not known here")
        }
        guard members.count == 1, let texts = members.first?.texts else {
            throw .invalid("skus", "must be given once")
        }
        guard !texts.isEmpty else { throw .invalid("skus", "at least one is needed") }
        guard texts.count <= max else { throw .invalid("skus", "at most \(max) are allowed") }
        var skus: [SKU] = []
        skus.reserveCapacity(texts.count)
        for text in texts { skus.append(try ReadQuery.identifier(text, "skus")) }
        return skus
    }

    /// An object whose members are lists of strings, or a value that is of no account without them.
    private static func members(
        of body: ByteBuffer
    ) throws(JSONCursor.Malformed) -> [(name: String, texts: [String])] {
        var cursor = JSONCursor(Array(body.readableBytesView))
        var members: [(name: String, texts: [String])] = []
        try cursor.expect("{")
        if !cursor.take("}") {
            repeat {
                let name = try cursor.string()
                try cursor.expect(":")
                // What isn't known may be anything, and the rest needn't be read to say so.
                guard name == "skus" else { return [(name, [])] }
                members.append((name, try list(&cursor)))
            } while cursor.take(",")
            try cursor.expect("}")
        }
        try cursor.expectEnd()
        return members
    }

    private static func list(
        _ cursor: inout JSONCursor
    ) throws(JSONCursor.Malformed) -> [String] {
        var texts: [String] = []
        try cursor.expect("[")
        if cursor.take("]") { return [] }
        repeat { texts.append(try cursor.string()) } while cursor.take(",")
        try cursor.expect("]")
        return texts
    }
}
