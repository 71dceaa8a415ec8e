import Ledger
import NIOCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The body of `POST /v1/availability:batchGet`: `{"skus": ["a", "b"]}`.
///
/// Not the hot path, so Foundation's decoder is good enough.
enum BatchGetBody {
    /// The SKUs listed, in their order, or what is wrong.
    static func skus(in body: ByteBuffer, max: Int) throws(Problem) -> [SKU] {
        let texts: [String]
        do {
            texts = try JSONDecoder().decode(Document.self, from: Data(body.readableBytesView)).skus
        } catch let DecodingError.dataCorrupted(context) where context.codingPath.first != nil {
            throw .invalid(context.codingPath.first?.stringValue ?? "skus", "is not known here")
        } catch {
            throw .invalid("skus", "the body must be {\"skus\": [\"…\", …]}")
        }
        guard !texts.isEmpty else { throw .invalid("skus", "at least one is needed") }
        guard texts.count <= max else { throw .invalid("skus", "at most \(max) are allowed") }
        var skus: [SKU] = []
        skus.reserveCapacity(texts.count)
        for text in texts { skus.append(try ReadQuery.identifier(text, "skus")) }
        return skus
    }

    private struct Document: Decodable {
        let skus: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: AnyKey.self)
            for key in container.allKeys.map(\.stringValue).sorted() where key != "skus" {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: [AnyKey(stringValue: key)], debugDescription: "unknown")
                )
            }
            skus = try container.decode([String].self, forKey: AnyKey(stringValue: "skus"))
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
