import Ledger
import Simulation

/// The orders of an Online Retail file as what customers want, line by line.
///
/// An invoice is an online order if its number says so (two in five), else its lines are bought at
/// the store. Cancellations, corrections and lines of more than a hundred units, which are no shopper's,
/// are left out.
struct RetailDemand {
    private static let onlineOfHundred: UInt64 = 40
    private static let quantityMax: Quantity = 100

    private let invoice: Int
    private let sku: Int
    private let quantity: Int
    private let date: Int

    /// All of a file.
    static func read(_ path: String) throws -> [Demand] {
        var reader = CSVReader(try FileSource(path))
        var record = CSVRecord()
        var columns: RetailDemand?
        var demands: [Demand] = []
        while try reader.next(&record) {
            guard !record.isBlank else { continue }
            if let columns {
                if let demand = columns.demand(of: record) { demands.append(demand) }
            } else {
                let header = try CSVHeader(record, of: OnlineRetailRows.self)
                columns = RetailDemand(
                    invoice: header.required("InvoiceNo"),
                    sku: header.required("StockCode"),
                    quantity: header.required("Quantity"),
                    date: header.required("InvoiceDate")
                )
            }
        }
        guard !demands.isEmpty else { throw CommandFailure("no orders in \(path)") }
        return demands
    }

    private func demand(of record: CSVRecord) -> Demand? {
        guard record.count > max(max(invoice, sku), max(quantity, date)) else { return nil }
        let number = record.trimmed(invoice)
        guard !number.hasPrefix("C"), let item = SKU(record.trimmed(sku)),
            let units = Quantity(record.trimmed(quantity)),
            (1...Self.quantityMax).contains(units),
            let seconds = Self.seconds(record.trimmed(date))
        else { return nil }
        let isOnline = Self.hash(number) % 100 < Self.onlineOfHundred
        return Demand(
            time: seconds,
            sku: item,
            quantity: units,
            channel: isOnline ? .online : .store
        )
    }

    /// `2010-12-01 08:26:00`, taken for UTC.
    private static func seconds(_ text: String) -> Int64? {
        let fields = text.split(whereSeparator: { "-: ".contains($0) }).map { Int64($0) }
        guard fields.count == 6, let year = fields[0], let month = fields[1], let day = fields[2],
            let hour = fields[3], let minute = fields[4], let second = fields[5],
            (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        // Years that begin in March have their leap day at the end.
        let shifted = month < 3 ? year - 1 : year
        let days =
            365 * shifted + shifted / 4 - shifted / 100 + shifted / 400
            + (153 * (month < 3 ? month + 9 : month - 3) + 2) / 5 + day - 719_469
        return ((days * 24 + hour) * 60 + minute) * 60 + second
    }

    /// Alike on every machine, unlike a hasher of the standard library.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } >> 17
    }
}
