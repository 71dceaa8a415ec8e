import NIOHPACK

/// The headers or trailers of a call that belong to its users, in the order in which they travel.
///
/// Names are lower-case; a name that ends in `-bin` carries bytes, any other printable ASCII text.
package struct GRPCMetadata: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// One entry's value.
    package enum Content: Hashable, Sendable {
        case text(String)
        case binary([UInt8])
    }

    /// One name with its value; a name may occur several times.
    package struct Entry: Hashable, Sendable {
        package var name: String
        package var value: Content
    }

    /// All entries in order.
    package private(set) var entries: [Entry] = []

    /// No metadata.
    package init() {}

    /// Text entries in the order written.
    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(value, for: name) }
    }

    /// Whether there is nothing in it.
    package var isEmpty: Bool { entries.isEmpty }

    /// The first text value for `name`.
    package subscript(name: String) -> String? {
        for entry in entries where entry.name == name {
            if case .text(let text) = entry.value { return text }
        }
        return nil
    }

    /// The first binary value for `name`, which ends in `-bin`.
    package func bytes(for name: String) -> [UInt8]? {
        for entry in entries where entry.name == name {
            if case .binary(let bytes) = entry.value { return bytes }
        }
        return nil
    }

    /// Adds text; bytes outside of printable ASCII become `?`, since HTTP/2 has no way to carry them.
    package mutating func add(_ text: String, for name: String) {
        precondition(
            Self.isValid(name: name) && !name.hasSuffix("-bin"),
            "not a name of text metadata"
        )
        let isPrintable = text.utf8.allSatisfy { $0 >= 0x20 && $0 <= 0x7E }
        let value =
            isPrintable
            ? text
            : String(
                decoding: text.utf8.map { $0 >= 0x20 && $0 <= 0x7E ? $0 : UInt8(ascii: "?") },
                as: UTF8.self
            )
        entries.append(Entry(name: name, value: .text(value)))
    }

    /// Adds bytes under a name that ends in `-bin`.
    package mutating func add(_ bytes: [UInt8], for name: String) {
        precondition(
            Self.isValid(name: name) && name.hasSuffix("-bin"),
            "not a name of binary metadata"
        )
        entries.append(Entry(name: name, value: .binary(bytes)))
    }

    private static func isValid(name: String) -> Bool {
        guard !name.isEmpty, !isReserved(name) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    private static func isReserved(_ name: String) -> Bool {
        name.hasPrefix(":") || name.hasPrefix("grpc-") || name == "content-type" || name == "te"
    }
}

extension GRPCMetadata {
    /// What of a received header block belongs to the users; malformed values are left out.
    init(received headers: HPACKHeaders) {
        for (name, value, _) in headers where !Self.isReserved(name) {
            guard name.hasSuffix("-bin") else {
                guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 <= 0x7E }) else { continue }
                entries.append(Entry(name: name, value: .text(value)))
                continue
            }
            // Intermediaries may join values of one name with commas.
            for part in value.split(separator: ",", omittingEmptySubsequences: false) {
                if let bytes = Base64.decode(part) {
                    entries.append(Entry(name: name, value: .binary(bytes)))
                }
            }
        }
    }

    /// Appends all entries to a header block.
    func write(to headers: inout HPACKHeaders) {
        for entry in entries {
            switch entry.value {
            case .text(let text):
                headers.add(name: entry.name, value: text)
            case .binary(let bytes):
                headers.add(name: entry.name, value: Base64.encode(bytes), indexing: .nonIndexable)
            }
        }
    }
}
