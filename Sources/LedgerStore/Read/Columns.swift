import Ledger

/// The columns of `item`, in the order in which they are read and written.
enum ItemColumns {
    static let names = "sku, title, price, currency, state, version"

    /// The same, of a table with another name.
    static func names(of table: String) -> String {
        "\(table)." + names.replacing(", ", with: ", \(table).")
    }

    static func item(
        _ row: Statement,
        attributes: [Attribute],
        from first: Int32 = 0
    ) throws(StoreError) -> Item {
        let sku = row.text(first)
        guard
            let state = Item.State(rawValue: UInt8(truncatingIfNeeded: row.integer(first + 4)))
        else { throw StoreError(.corrupt, "the state of item \(sku)") }
        return Item(
            sku: SKU(unchecked: sku),
            title: row.text(first + 1),
            attributes: attributes,
            price: row.integer(first + 2),
            currency: row.text(first + 3),
            state: state,
            version: row.unsigned(first + 5)
        )
    }

    /// Binds parameters from 2 on; the key is 1.
    static func bind(_ item: Item, _ statement: Statement) {
        statement.bind(2, item.sku.text)
        statement.bind(3, item.title)
        statement.bind(4, item.price)
        statement.bind(5, item.currency)
        statement.bind(6, Int64(item.state.rawValue))
        statement.bind(7, item.version)
    }
}

/// The columns of `location`, in the order in which they are read and written.
enum LocationColumns {
    static let names = "id, name, kind, priority, sells_online, state, version"

    static func location(
        _ row: Statement,
        from first: Int32 = 0
    ) throws(StoreError) -> Location {
        let id = row.text(first)
        guard
            let kind = Location.Kind(
                rawValue: UInt8(truncatingIfNeeded: row.integer(first + 2))
            ),
            let priority = Int32(exactly: row.integer(first + 3)),
            let state = Location.State(
                rawValue: UInt8(truncatingIfNeeded: row.integer(first + 5))
            )
        else { throw StoreError(.corrupt, "the kind, priority or state of location \(id)") }
        return Location(
            id: LocationID(unchecked: id),
            name: row.text(first + 1),
            kind: kind,
            priority: priority,
            sellsOnline: row.integer(first + 4) != 0,
            state: state,
            version: row.unsigned(first + 6)
        )
    }

    /// Binds parameters from 2 on; the key is 1.
    static func bind(_ location: Location, _ statement: Statement) {
        statement.bind(2, location.id.text)
        statement.bind(3, location.name)
        statement.bind(4, Int64(location.kind.rawValue))
        statement.bind(5, Int64(location.priority))
        statement.bind(6, location.sellsOnline ? 1 : 0 as Int64)
        statement.bind(7, Int64(location.state.rawValue))
        statement.bind(8, location.version)
    }
}

/// The columns of `store_record`, in the order in which they are read and written.
enum StoreRecordColumns {
    static let names = "kind, place, sequence, line, body"
    /// Whether a row has the key in the first four parameters.
    static let isKey = "kind = ?1 AND place = ?2 AND sequence = ?3 AND line = ?4"

    static func key(_ row: Statement, from first: Int32 = 0) throws(StoreError) -> StoreRecordKey {
        let number = row.integer(first)
        guard let kind = UInt8(exactly: number).flatMap(StoreRecordKey.Kind.init(rawValue:)),
            let line = UInt16(exactly: row.integer(first + 3))
        else {
            throw StoreError(.corrupt, "a store record of kind \(number)")
        }
        return StoreRecordKey(
            kind: kind,
            place: row.unsigned(first + 1),
            sequence: row.unsigned(first + 2),
            line: line
        )
    }

    static func record(
        _ row: Statement,
        _ column: Int32,
        _ key: StoreRecordKey
    ) throws(StoreError) -> StoreRecord {
        try row.withBytes(column) { bytes throws(StoreError) in
            do throws(LedgerCodecError) {
                return try StoreRecord.decode(bytes.bytes)
            } catch {
                throw StoreError(.corrupt, "the store record \(key): \(error)")
            }
        }
    }

    /// Binds the key to the first four parameters.
    static func bind(_ key: StoreRecordKey, _ statement: Statement) {
        statement.bind(1, Int64(key.kind.rawValue))
        statement.bind(2, key.place)
        statement.bind(3, key.sequence)
        statement.bind(4, Int64(key.line))
    }
}

/// The columns of `level` that make up the level, in the order in which they are read and written.
enum LevelColumns {
    static let names = """
        on_hand, reserved, allotted, unavailable, incoming, safety_stock, backorder_limit, version
        """
    static let count: Int32 = 8

    static func level(_ row: Statement, from first: Int32 = 0) -> StockLevel {
        var level = StockLevel()
        level.onHand = row.integer(first)
        level.reserved = row.integer(first + 1)
        level.allotted = row.integer(first + 2)
        level.unavailable = row.integer(first + 3)
        level.incoming = row.integer(first + 4)
        level.safetyStock = row.integer(first + 5)
        level.backorderLimit = row.integer(first + 6)
        level.version = row.unsigned(first + 7)
        return level
    }

    /// Binds parameters from `first` on.
    @inline(__always)
    static func bind(_ level: StockLevel, _ statement: Statement, from first: Int32) {
        statement.bind(first, level.onHand)
        statement.bind(first + 1, level.reserved)
        statement.bind(first + 2, level.allotted)
        statement.bind(first + 3, level.unavailable)
        statement.bind(first + 4, level.incoming)
        statement.bind(first + 5, level.safetyStock)
        statement.bind(first + 6, level.backorderLimit)
        statement.bind(first + 7, level.version)
    }
}
