/// A name that a client chose: 1–64 bytes of printable ASCII without spaces.
///
/// Every concrete identifier is a type of its own, so that a SKU is never taken for a location.
public protocol ClientIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The text, already valid.
    var text: String { get }

    /// Wraps text that is known to be valid.
    init(unchecked text: String)

    /// The 128 bits, when the text is the canonical one of a UUID.
    var uuid: PackedUUID? { get }

    /// Wraps the canonical text of a UUID.
    init(uuid: PackedUUID)
}

extension ClientIdentifier {
    /// Found in the text.
    public var uuid: PackedUUID? { PackedUUID(text) }

    /// Makes the text.
    public init(uuid: PackedUUID) { self.init(unchecked: uuid.text) }

    /// Wraps `text`, or nil when it is empty, longer than 64 bytes, or holds a byte outside `!`…`~`.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard !bytes.isEmpty, bytes.count <= 64, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        self.init(unchecked: text)
    }

    /// The text itself.
    public var description: String { text }

    /// Order by bytes, the same on every node.
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

/// Names an item of the catalogue (a stock-keeping unit); never changes.
public struct SKU: ClientIdentifier {
    /// The text, already valid.
    public let text: String
    /// Wraps text that is known to be valid.
    public init(unchecked text: String) { self.text = text }
}

/// Names a store or a warehouse.
public struct LocationID: ClientIdentifier {
    /// The text, already valid.
    public let text: String
    /// Wraps text that is known to be valid.
    public init(unchecked text: String) { self.text = text }
}

/// Names a reservation; chosen by the client, a UUID by custom.
public struct ReservationID: ClientIdentifier {
    private let minted: MintedText

    /// The text, already valid.
    public var text: String { minted.text }
    /// The 128 bits of a UUID, as which it is kept.
    public var uuid: PackedUUID? { minted.uuid }
    /// Wraps text that is known to be valid.
    public init(unchecked text: String) { minted = MintedText(text) }
    /// Wraps the canonical text of a UUID.
    public init(uuid: PackedUUID) { minted = .uuid(uuid) }
    /// Order by bytes, the same on every node.
    public static func < (left: Self, right: Self) -> Bool { left.minted < right.minted }
}

/// Names one attempt to change something; the same id is answered with the same answer.
public struct RequestID: ClientIdentifier {
    fileprivate let minted: MintedText

    /// The text, already valid.
    public var text: String { minted.text }
    /// The 128 bits of a UUID, as which it is kept.
    public var uuid: PackedUUID? { minted.uuid }
    /// Wraps text that is known to be valid.
    public init(unchecked text: String) { minted = MintedText(text) }
    /// Wraps the canonical text of a UUID.
    public init(uuid: PackedUUID) { minted = .uuid(uuid) }
    /// Order by bytes, the same on every node.
    public static func < (left: Self, right: Self) -> Bool { left.minted < right.minted }
}

/// Names a sale, so that what comes back can be held against what was sold; by default the id of the
/// request that sold it.
public struct SaleID: ClientIdentifier {
    private let minted: MintedText

    /// The text, already valid.
    public var text: String { minted.text }
    /// The 128 bits of a UUID, as which it is kept.
    public var uuid: PackedUUID? { minted.uuid }
    /// Wraps text that is known to be valid.
    public init(unchecked text: String) { minted = MintedText(text) }
    /// Wraps the canonical text of a UUID.
    public init(uuid: PackedUUID) { minted = .uuid(uuid) }
    /// The name of a sale whose request gave it no other.
    public init(_ request: RequestID) { minted = request.minted }
    /// The name of a sale inside a batch that gave it no other.
    ///
    /// - Precondition: it fits, which validation has seen to.
    public init(_ request: RequestID, index: Int) {
        self.init(unchecked: Self.text(request, index: index))
    }
    /// Order by bytes, the same on every node.
    public static func < (left: Self, right: Self) -> Bool { left.minted < right.minted }

    /// Whether a sale at this place of a batch can be named after the batch.
    static func fits(_ request: RequestID, index: Int) -> Bool {
        SaleID(text(request, index: index)) != nil
    }

    private static func text(_ request: RequestID, index: Int) -> String {
        "\(request.text)#\(index)"
    }
}

/// Names a movement of goods from one location to another; chosen by the client, a UUID by custom.
public struct TransferID: ClientIdentifier {
    private let minted: MintedText

    /// The text, already valid.
    public var text: String { minted.text }
    /// The 128 bits of a UUID, as which it is kept.
    public var uuid: PackedUUID? { minted.uuid }
    /// Wraps text that is known to be valid.
    public init(unchecked text: String) { minted = MintedText(text) }
    /// Wraps the canonical text of a UUID.
    public init(uuid: PackedUUID) { minted = .uuid(uuid) }
    /// Order by bytes, the same on every node.
    public static func < (left: Self, right: Self) -> Bool { left.minted < right.minted }
}

/// Who asked: a till, a user, a service.
public struct Actor: ClientIdentifier {
    /// The text, already valid.
    public let text: String
    /// Wraps text that is known to be valid.
    public init(unchecked text: String) { self.text = text }
}

/// A free reference to a document elsewhere (an order, a delivery note, a receipt), or a reason code.
public struct Reference: ClientIdentifier {
    /// The text, already valid.
    public let text: String
    /// Wraps text that is known to be valid.
    public init(unchecked text: String) { self.text = text }
}

/// The small integer that stands for a SKU inside the ledger, given in log order from 1.
public struct ItemKey: Hashable, Comparable, Sendable {
    /// 1, 2, 3, … in the order of creation.
    public let rawValue: UInt32
    /// Gives the number its meaning.
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The small integer that stands for a location inside the ledger, given in log order from 1.
public struct LocationKey: Hashable, Comparable, Sendable {
    /// 1, 2, 3, … in the order of creation.
    public let rawValue: UInt32
    /// Gives the number its meaning.
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The key of a stock level: location in the upper half, item in the lower, one integer in SQLite.
public struct LevelKey: Hashable, Comparable, Sendable {
    /// `location << 32 | item`; positive as a signed integer while locations stay below 2³¹.
    public let rawValue: UInt64

    /// Joins the two keys.
    public init(location: LocationKey, item: ItemKey) {
        rawValue = UInt64(location.rawValue) << 32 | UInt64(item.rawValue)
    }

    /// Gives the number its meaning.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The location, in the upper half.
    public var location: LocationKey { LocationKey(UInt32(truncatingIfNeeded: rawValue >> 32)) }
    /// The item, in the lower half.
    public var item: ItemKey { ItemKey(UInt32(truncatingIfNeeded: rawValue)) }
    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
