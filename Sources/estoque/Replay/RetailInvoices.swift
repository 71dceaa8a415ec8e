import Ledger

/// The invoices of an Online Retail file, one after the other in the file's order.
///
/// Lines of one invoice that don't stand together come as several invoices with one number.
struct RetailInvoices<Source: ByteSource>: Sendable {
    private var reader: CSVReader<Source>
    private var record = CSVRecord()
    private var rows: OnlineRetailRows?
    private var open: RetailInvoice?
    /// Lines of the file, without the header and blank ones.
    private(set) var linesRead = 0
    /// Lines that are none of any invoice, by why.
    private(set) var refused: [String: Int] = [:]

    init(_ source: Source, limits: CSVLimits = CSVLimits()) {
        reader = CSVReader(source, limits: limits)
    }

    /// The next invoice; nil at the end of the file.
    mutating func next() throws -> RetailInvoice? {
        while let line = try nextLine() {
            guard var invoice = open else {
                open = RetailInvoice(line)
                continue
            }
            if invoice.holds(line) {
                // Taken out, so that it is changed where it is and not copied.
                open = nil
                invoice.add(line)
                open = invoice
            } else {
                open = RetailInvoice(line)
                return invoice
            }
        }
        defer { open = nil }
        return open
    }

    private mutating func nextLine() throws -> OnlineRetailRows.Line? {
        while try reader.next(&record) {
            guard !record.isBlank else { continue }
            guard let rows else {
                rows = try OnlineRetailRows(CSVHeader(record, of: OnlineRetailRows.self))
                continue
            }
            linesRead += 1
            do throws(Rejection) {
                try rows.check(record)
                return try rows.line(of: record)
            } catch {
                refused[error.reason, default: 0] += 1
            }
        }
        return nil
    }
}
