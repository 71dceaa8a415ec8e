package import Ledger

/// A question for items of the catalogue.
package struct ItemSearch: Equatable, Sendable {
    /// The greatest page that can be asked for.
    package static let pageSizeMax = 1_000
    /// UTF-8 bytes of the text.
    package static let textBytesMax = 256
    /// Words of the text.
    package static let wordsMax = 16

    /// Words that are all in the title; the last one may be the beginning of one.
    ///
    /// Case and accents don't matter. Nil: any title.
    package var text: String?
    /// What the SKU begins with; nil or empty: any.
    package var skuPrefix: String?
    package var includesArchived: Bool
    /// 1 to ``pageSizeMax``.
    package var pageSize: Int
    /// What the page before gave; nil for the first.
    package var pageToken: String?

    package init(
        text: String? = nil,
        skuPrefix: String? = nil,
        includesArchived: Bool = false,
        pageSize: Int = 100,
        pageToken: String? = nil
    ) {
        self.text = text
        self.skuPrefix = skuPrefix
        self.includesArchived = includesArchived
        self.pageSize = pageSize
        self.pageToken = pageToken
    }

    /// What a page token is bound to: everything but the page's size.
    var fingerprint: UInt64 {
        var hash = QuestionHash(kind: 3)
        hash.add(text ?? "")
        hash.add(skuPrefix ?? "")
        hash.add(includesArchived ? 1 : 0 as UInt64)
        return hash.value
    }

    /// The words in the search engine's language; nil when the text asks for nothing.
    func matchExpression() throws(QuestionError) -> String? {
        guard let text else { return nil }
        guard text.utf8.count <= Self.textBytesMax,
            !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else {
            throw .malformed(
                field: "text",
                reason: "must have at most \(Self.textBytesMax) bytes, none of control"
            )
        }
        // What has no letter or digit isn't in the index.
        let words = text.split(separator: " ").filter { word in
            word.unicodeScalars.contains {
                $0.properties.isAlphabetic || $0.properties.numericType != nil
            }
        }
        guard words.count <= Self.wordsMax else {
            throw .malformed(field: "text", reason: "must have at most \(Self.wordsMax) words")
        }
        guard !words.isEmpty else { return nil }
        // Quoted, nothing in a word is taken for the language's own.
        return words.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }
            .joined(separator: " AND ") + " *"
    }

    /// SKUs from the prefix up to, without, this one; nil when there is no end.
    static func end(ofPrefix prefix: String) -> String? {
        var bytes = Array(prefix.utf8)
        // SKUs are printable ASCII, so only `~` has no successor among their bytes.
        while let last = bytes.popLast() {
            if last < 0x7E { return String(decoding: bytes + [last + 1], as: UTF8.self) }
        }
        return nil
    }
}

/// A page of items.
package struct ItemPage: Equatable, Sendable {
    package var items: [Item]
    /// Nil when there is nothing behind this page.
    package var nextPageToken: String?

    package init(items: [Item], nextPageToken: String?) {
        self.items = items
        self.nextPageToken = nextPageToken
    }
}
