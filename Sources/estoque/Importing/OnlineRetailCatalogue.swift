import Ledger

/// The items and locations that the order lines of Online Retail speak of.
///
/// An item's title is the first good description, at best from a line with a price: lines without
/// one say things such as "damaged?". Its price is the first that it was sold for.
struct OnlineRetailCatalogue: Sendable {
    private struct Entry {
        var sku: SKU
        var title: String?
        /// The title comes from a line with a price.
        var isSold = false
        var price: Price?
    }

    private var items: [Entry] = []
    private var indexes: [SKU: Int] = [:]
    private var locations: [UpsertLocation] = []
    private var known: Set<LocationID> = []

    /// Items that a file may have; more would not be one catalogue in memory.
    static let itemsMax = 1_000_000

    /// Reads a whole file; lines that can't be imported say nothing about the catalogue.
    static func read(
        _ source: some ByteSource,
        limits: CSVLimits = CSVLimits()
    ) throws -> OnlineRetailCatalogue {
        var catalogue = OnlineRetailCatalogue()
        var reader = CSVReader(source, limits: limits)
        var record = CSVRecord()
        var rows: OnlineRetailRows?
        while try reader.next(&record) {
            guard !record.isBlank else { continue }
            guard let rows else {
                rows = OnlineRetailRows(try CSVHeader(record, of: OnlineRetailRows.self))
                continue
            }
            // Lines that are refused are named when they would be imported.
            guard (try? rows.check(record)) != nil, let line = try? rows.line(of: record) else {
                continue
            }
            try catalogue.add(line)
        }
        return catalogue
    }

    mutating func add(_ line: OnlineRetailRows.Line) throws(ImportFileError) {
        if known.insert(line.location).inserted {
            locations.append(UpsertLocation(id: line.location, name: line.country))
        }
        let index: Int
        if let present = indexes[line.sku] {
            index = present
        } else {
            index = items.count
            guard index < Self.itemsMax else {
                throw ImportFileError("more than \(Self.itemsMax) stock codes")
            }
            indexes[line.sku] = index
            items.append(Entry(sku: line.sku))
        }
        let isBetter = items[index].title == nil || (!items[index].isSold && line.price != nil)
        if isBetter, Self.isGood(line.description) {
            items[index].title = line.description
            items[index].isSold = line.price != nil
        }
        if items[index].price == nil { items[index].price = line.price }
    }

    /// Locations, then items, each in the order of the file.
    var commands: [Command] {
        locations.map(Command.upsertLocation)
            + items.map { item in
                .upsertItem(
                    UpsertItem(
                        sku: item.sku,
                        title: item.title ?? item.sku.text,
                        price: item.price?.amount ?? 0,
                        currency: item.price?.currency ?? ""
                    )
                )
            }
    }

    var itemCount: Int { items.count }
    var locationCount: Int { locations.count }

    /// A description that can stand as a title: some letter, nothing that the ledger refuses.
    private static func isGood(_ description: String) -> Bool {
        description.utf8.count <= LedgerLimits.titleBytesMax
            && !description.utf8.contains { $0 < 0x20 || $0 == 0x7F }
            && description.contains(where: \.isLetter)
    }
}
