import Ledger

extension FieldReader {
    /// Sorted by name.
    mutating func attributes(_ map: [String: String]) -> [Attribute] {
        guard map.count <= LedgerLimits.attributesMax else {
            refuse("attributes", "must be at most \(LedgerLimits.attributesMax)")
            return []
        }
        // By bytes, as the ledger keeps them: Swift's own order of strings is of characters.
        let sorted = map.sorted { left, right in
            left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
        }
        return sorted.map { name, value in
            if name.isEmpty { refuse("attributes", "a name is empty") }
            return Attribute(
                name: text(
                    name,
                    bytesMax: LedgerLimits.attributeNameBytesMax,
                    "attributes (a name)"
                ),
                value: text(
                    value,
                    bytesMax: LedgerLimits.attributeValueBytesMax,
                    "attributes[\"\(name)\"]"
                )
            )
        }
    }

    /// Minor units, with a currency unless it is 0.
    mutating func price(_ price: Int64, currency: String) {
        if price < 0 { refuse("price", "must not be negative") }
        let isCode = currency.utf8.count == 3 && currency.utf8.allSatisfy { 0x41...0x5A ~= $0 }
        if currency.isEmpty {
            if price != 0 { refuse("currency", "is required with a price") }
        } else if !isCode {
            refuse("currency", "must be three capital letters of ISO 4217")
        }
    }
}
