/// The text of an identifier that clients mint for every request, a UUID by custom: a canonical one is
/// kept as its 128 bits, so that copies of it need no memory and no counting of references.
///
/// Invariant: `text` is never the canonical text of a UUID, so that equal texts are equal values.
enum MintedText: Hashable, Sendable {
    case uuid(PackedUUID)
    case other(String)

    init(_ text: String) {
        if let uuid = PackedUUID(text) {
            self = .uuid(uuid)
        } else {
            self = .other(text)
        }
    }

    var text: String {
        switch self {
        case .uuid(let uuid): uuid.text
        case .other(let text): text
        }
    }

    var uuid: PackedUUID? {
        if case .uuid(let uuid) = self { uuid } else { nil }
    }
}

extension MintedText: Comparable {
    /// By the bytes of the texts; those of UUIDs are in the order of their bits.
    static func < (left: Self, right: Self) -> Bool {
        if case .uuid(let left) = left, case .uuid(let right) = right {
            (left.high, left.low) < (right.high, right.low)
        } else {
            left.text < right.text
        }
    }
}
