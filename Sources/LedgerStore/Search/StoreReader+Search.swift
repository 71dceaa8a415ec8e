package import Ledger

/// Items by words of their titles and by the beginnings of their SKUs.
///
/// With words, or without anything, in the order of their creation; by SKU alone, in the order of SKUs. Both are
/// the same on every node, and a page's cost is its own: pages go on behind a key, not at an offset.
extension StoreReader {
    /// A page of items, and the position that it is as of.
    package func search(
        _ query: ItemSearch
    ) throws(QuestionError) -> (page: ItemPage, position: Position) {
        guard (1...ItemSearch.pageSizeMax).contains(query.pageSize) else {
            throw .malformed(
                field: "page_size",
                reason: "must be 1 to \(ItemSearch.pageSizeMax)"
            )
        }
        let match = try query.matchExpression()
        let prefix = query.skuPrefix ?? ""
        guard prefix.utf8.count <= 64, prefix.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .malformed(
                field: "sku_prefix",
                reason: "must be at most 64 bytes of printable ASCII without spaces"
            )
        }
        return try asking { reader in
            let position = try reader.header().ledger.position
            let page =
                match == nil && !prefix.isEmpty
                ? try reader.pageBySKU(query, prefix)
                : try reader.pageByKey(query, match, prefix)
            return (page, position)
        }
    }

    private func pageByKey(
        _ query: ItemSearch,
        _ match: String?,
        _ prefix: String
    ) throws -> ItemPage {
        let fingerprint = query.fingerprint
        let after = try query.pageToken.map { try PageToken.number($0, fingerprint) } ?? 0
        let (source, key) =
            match == nil
            ? ("item i", "i.key") : ("item_search s JOIN item i ON i.key = s.rowid", "s.rowid")
        var conditions = ["\(key) > ?1"]
        if match != nil { conditions.append("item_search MATCH ?3") }
        if !query.includesArchived {
            conditions.append("i.state = \(Item.State.active.rawValue)")
        }
        if !prefix.isEmpty { conditions.append("i.sku >= ?4 AND (?5 IS NULL OR i.sku < ?5)") }
        let statement = try prepare(
            """
            SELECT \(ItemColumns.names(of: "i")), i.key FROM \(source)
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(key) LIMIT ?2
            """
        )
        statement.bind(1, min(after, UInt64(Int64.max)))
        statement.bind(2, Int64(query.pageSize) + 1)
        if let match { statement.bind(3, match) }
        if !prefix.isEmpty { statement.bindPrefix(prefix, 4, 5) }
        var items: [Item] = []
        var last: UInt64 = 0
        while try statement.step() {
            guard items.count < query.pageSize else {
                let token = PageToken(fingerprint: fingerprint, number: last)
                return ItemPage(items: items, nextPageToken: token.text)
            }
            last = statement.unsigned(6)
            items.append(try item(statement))
        }
        return ItemPage(items: items, nextPageToken: nil)
    }

    private func pageBySKU(_ query: ItemSearch, _ prefix: String) throws -> ItemPage {
        let fingerprint = query.fingerprint
        var after = ""
        if let text = query.pageToken {
            do throws(PageToken.Flaw) {
                let token = try PageToken(text, fingerprint: fingerprint)
                after = String(decoding: token.place, as: UTF8.self)
            } catch {
                throw QuestionError.malformed(field: "page_token", reason: error.reason)
            }
        }
        let states =
            query.includesArchived ? "" : "AND state = \(Item.State.active.rawValue)"
        let statement = try prepare(
            """
            SELECT \(ItemColumns.names), key FROM item
            WHERE sku > ?1 AND sku >= ?3 AND (?4 IS NULL OR sku < ?4) \(states)
            ORDER BY sku LIMIT ?2
            """
        )
        statement.bind(1, after)
        statement.bind(2, Int64(query.pageSize) + 1)
        statement.bindPrefix(prefix, 3, 4)
        var items: [Item] = []
        while try statement.step() {
            if items.count == query.pageSize, let last = items.last {
                let place = Array(last.sku.text.utf8)
                let token = PageToken(fingerprint: fingerprint, place: place)
                return ItemPage(items: items, nextPageToken: token.text)
            }
            items.append(try item(statement))
        }
        return ItemPage(items: items, nextPageToken: nil)
    }

    /// The item in the columns 0 to 5, its key in column 6.
    private func item(_ statement: Statement) throws(StoreError) -> Item {
        let key = ItemKey(UInt32(truncatingIfNeeded: statement.integer(6)))
        return try ItemColumns.item(statement, attributes: try attributes(key))
    }
}

extension Statement {
    /// Binds the bounds of what begins with a prefix.
    fileprivate func bindPrefix(_ prefix: String, _ first: Int32, _ end: Int32) {
        bind(first, prefix)
        if let after = ItemSearch.end(ofPrefix: prefix) { bind(end, after) } else { bindNull(end) }
    }
}
