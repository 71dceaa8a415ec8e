import Ledger
import LedgerAPI
import NIOCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The body of a write to a hold, read as strictly as a query: an unknown member is refused by name.
struct HoldBody: Decodable {
    /// So many of an item, at a place or wherever the ledger finds them.
    struct Line: Decodable {
        let sku: String
        let quantity: Int64
        let location: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: AnyKey.self)
            try HoldBody.check(container, knows: ["sku", "quantity", "location"])
            sku = try container.decode(String.self, forKey: AnyKey("sku"))
            quantity = try HoldBody.whole(container, "quantity")
            location = try container.decodeIfPresent(String.self, forKey: AnyKey("location"))
        }
    }

    let requestId: String
    let cart: CartToken
    let reservation: String?
    let replaces: String?
    let lines: [Line]
    let ttlMs: UInt64?
    let order: String?

    static let notAUUID = "must be a UUID in lower case"
    private static let notJSON = "the body must be a JSON object; see /openapi.json"

    /// Reads the body of an action.
    static func read(_ body: ByteBuffer, _ action: HoldAction) throws(Problem) -> HoldBody {
        let decoder = JSONDecoder()
        decoder.userInfo[Self.membersKey] = action.members
        do {
            return try decoder.decode(HoldBody.self, from: Data(body.readableBytesView))
        } catch let problem as Problem {
            throw problem
        } catch let DecodingError.keyNotFound(key, context) {
            throw .invalid(Self.path(context.codingPath + [key]), "is required")
        } catch let DecodingError.typeMismatch(_, context) where !context.codingPath.isEmpty {
            throw .invalid(Self.path(context.codingPath), "is of another type")
        } catch let DecodingError.dataCorrupted(context) where !context.codingPath.isEmpty {
            throw .invalid(Self.path(context.codingPath), "can't be read")
        } catch let DecodingError.valueNotFound(_, context) where !context.codingPath.isEmpty {
            throw .invalid(Self.path(context.codingPath), "is required")
        } catch {
            throw Problem(.invalidArgument, detail: notJSON)
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        let known = decoder.userInfo[Self.membersKey] as? Set<String> ?? []
        try Self.check(container, knows: known)
        requestId = try container.decode(String.self, forKey: AnyKey("requestId"))
        let secret = try container.decode(String.self, forKey: AnyKey("cart"))
        guard let token = CartToken(secret) else {
            throw Problem.invalid(
                "cart",
                "must be \(CartToken.charactersMin) to \(CartToken.charactersMax) random characters"
            )
        }
        cart = token
        reservation = try container.decodeIfPresent(String.self, forKey: AnyKey("reservation"))
        replaces = try container.decodeIfPresent(String.self, forKey: AnyKey("replaces"))
        ttlMs = container.contains(AnyKey("ttlMs")) ? try Self.whole(container, "ttlMs") : nil
        order = try container.decodeIfPresent(String.self, forKey: AnyKey("order"))
        lines =
            known.contains("lines")
            ? try container.decode([Line].self, forKey: AnyKey("lines")) : []
    }

    private static func check(
        _ container: KeyedDecodingContainer<AnyKey>,
        knows known: Set<String>
    ) throws {
        for name in container.allKeys.map(\.stringValue).sorted() where !known.contains(name) {
            let path = path(container.codingPath + [AnyKey(name)])
            throw Problem.invalid(path, "is not known here")
        }
    }

    /// For the decoder a fraction is an error of its own kind, which doesn't say where it is.
    private static func whole<Number: FixedWidthInteger & Decodable>(
        _ container: KeyedDecodingContainer<AnyKey>,
        _ name: String
    ) throws -> Number {
        do {
            return try container.decode(Number.self, forKey: AnyKey(name))
        } catch DecodingError.keyNotFound(let key, let context) {
            throw DecodingError.keyNotFound(key, context)
        } catch {
            let path = path(container.codingPath + [AnyKey(name)])
            throw Problem.invalid(path, "must be a whole number")
        }
    }

    // A literal name is one; the compiler asks all the same.
    private static let membersKey: CodingUserInfoKey = {
        guard let key = CodingUserInfoKey(rawValue: "members") else {
            preconditionFailure("a name is a key")
        }
        return key
    }()

    /// `lines[2].sku`, out of the decoder's keys.
    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += (path.isEmpty ? "" : ".") + key.stringValue
            }
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
