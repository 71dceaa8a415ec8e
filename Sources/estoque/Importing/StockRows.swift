import Ledger

/// Goods that arrived: `sku,location,quantity[,document]`.
struct ReceiptRows: RowMapping {
    static let kind = "receive"
    static let columns = [
        CSVColumn(name: "sku"), CSVColumn(name: "location"), CSVColumn(name: "quantity"),
        CSVColumn(name: "document", isRequired: false),
    ]

    let columnCount: Int
    private let line: StockLineColumns
    private let document: Int?

    init(_ header: CSVHeader) {
        columnCount = header.count
        line = StockLineColumns(header)
        document = header.index(of: "document")
    }

    func command(of record: CSVRecord) throws(Rejection) -> Command {
        .receive(
            Receive(
                lines: [try line.line(of: record, isSigned: false)],
                document: try FieldText.reference(
                    document.map(record.trimmed) ?? "",
                    "document"
                )
            )
        )
    }
}

/// Corrections: `sku,location,quantity,reason[,document]`, quantities with their sign.
struct AdjustmentRows: RowMapping {
    static let kind = "adjust"
    static let columns = [
        CSVColumn(name: "sku"), CSVColumn(name: "location"), CSVColumn(name: "quantity"),
        CSVColumn(name: "reason"), CSVColumn(name: "document", isRequired: false),
    ]

    let columnCount: Int
    private let line: StockLineColumns
    private let reason: Int
    private let document: Int?

    init(_ header: CSVHeader) {
        columnCount = header.count
        line = StockLineColumns(header)
        reason = header.required("reason")
        document = header.index(of: "document")
    }

    func command(of record: CSVRecord) throws(Rejection) -> Command {
        .adjust(
            Adjust(
                lines: [try line.line(of: record, isSigned: true)],
                reason: try FieldText.identifier(
                    record.trimmed(reason),
                    "reason",
                    else: .invalidDocument
                ),
                document: try FieldText.reference(
                    document.map(record.trimmed) ?? "",
                    "document"
                )
            )
        )
    }
}

/// Where a row says what, where and how many.
private struct StockLineColumns: Sendable {
    private let sku: Int
    private let location: Int
    private let quantity: Int

    init(_ header: CSVHeader) {
        sku = header.required("sku")
        location = header.required("location")
        quantity = header.required("quantity")
    }

    func line(of record: CSVRecord, isSigned: Bool) throws(Rejection) -> StockLine {
        StockLine(
            sku: try FieldText.sku(record.trimmed(sku)),
            location: try FieldText.location(record.trimmed(location)),
            quantity: try FieldText.quantity(record.trimmed(quantity), isSigned: isSigned)
        )
    }
}
