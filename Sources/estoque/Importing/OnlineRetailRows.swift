import Ledger

/// The order lines of the Online Retail data set (Chen, 2015; https://doi.org/10.24432/C5BW33).
///
/// A line with a positive quantity is taken for goods that its country's location received, a
/// negative one for a correction there, with the invoice as the document.
struct OnlineRetailRows: RowMapping {
    /// One order line, read.
    struct Line: Equatable, Sendable {
        var sku: SKU
        var description: String
        var quantity: Quantity
        var invoice: Reference
        /// Empty for many.
        var customer: String
        /// Nil when the line says none that an item can have: 0, negative, parts of a penny.
        var price: Price?
        var country: String
        var location: LocationID

        /// The invoices of cancellations begin with a C.
        var isCancellation: Bool { invoice.text.hasPrefix("C") }
    }

    static let kind = "online-retail"
    static let columns = [
        "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice",
        "CustomerID", "Country",
    ].map { CSVColumn(name: $0) }

    /// UnitPrice is in pounds sterling.
    private static let currency = "GBP"
    private static let cancellation = Reference(unchecked: "cancellation")
    private static let correction = Reference(unchecked: "correction")

    let columnCount: Int
    private let invoice: Int
    private let stockCode: Int
    private let description: Int
    private let quantity: Int
    private let unitPrice: Int
    private let customer: Int
    private let country: Int

    init(_ header: CSVHeader) {
        columnCount = header.count
        invoice = header.required("InvoiceNo")
        stockCode = header.required("StockCode")
        description = header.required("Description")
        quantity = header.required("Quantity")
        unitPrice = header.required("UnitPrice")
        customer = header.required("CustomerID")
        country = header.required("Country")
    }

    func command(of record: CSVRecord) throws(Rejection) -> Command {
        let line = try line(of: record)
        let stock = StockLine(sku: line.sku, location: line.location, quantity: line.quantity)
        guard line.quantity < 0 else {
            return .receive(Receive(lines: [stock], document: line.invoice))
        }
        return .adjust(
            Adjust(
                lines: [stock],
                reason: line.isCancellation ? Self.cancellation : Self.correction,
                document: line.invoice
            )
        )
    }

    /// Reads a record.
    ///
    /// - Precondition: it has passed `check`.
    func line(of record: CSVRecord) throws(Rejection) -> Line {
        let country = record.trimmed(country)
        guard let location = Self.location(of: country) else {
            throw Rejection(
                .invalidLocation,
                "the country '\(FieldText.shortened(country))' has no letter or digit"
            )
        }
        return Line(
            sku: try FieldText.identifier(
                record.trimmed(stockCode),
                "stock code",
                else: .invalidSKU
            ),
            description: record.trimmed(description),
            quantity: try FieldText.quantity(record.trimmed(quantity), isSigned: true),
            invoice: try FieldText.identifier(
                record.trimmed(invoice),
                "invoice",
                else: .invalidDocument
            ),
            customer: record.trimmed(customer),
            price: try Self.price(record.trimmed(unitPrice)),
            country: country,
            location: location
        )
    }

    private static func price(_ text: String) throws(Rejection) -> Price? {
        do throws(Price.Flaw) {
            let price = try Price(text, currency: currency)
            return price.amount > 0 ? price : nil
        } catch {
            if case .tooManyDecimals = error { return nil }
            throw Rejection(.invalidPrice, "price '\(FieldText.shortened(text))' \(error)")
        }
    }

    /// `United Kingdom` becomes `united-kingdom`.
    static func location(of country: String) -> LocationID? {
        var id: [UInt8] = []
        for byte in country.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                id.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): id.append(byte | 0x20)
            default:
                if let last = id.last, last != UInt8(ascii: "-") { id.append(UInt8(ascii: "-")) }
            }
        }
        if id.last == UInt8(ascii: "-") { id.removeLast() }
        return LocationID(String(decoding: id, as: UTF8.self))
    }
}
