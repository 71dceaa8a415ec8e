import Ledger

/// Movements of stock: `sku,location`, and one column that says what its numbers mean.
///
/// `receive` adds goods that arrived, `adjust` corrects by a difference with its sign, `counted` is what
/// a stock-take found, beside the `book` value that it is compared with. A column
/// named `quantity` would leave open which of them is meant, and has cost others their stock.
struct StockRows: RowMapping {
    /// What the file's numbers mean.
    enum Meaning: String, CaseIterable, Sendable {
        case receive
        case adjust
        case counted
    }

    static let kind = "stock"
    static let columns =
        [CSVColumn(name: "sku"), CSVColumn(name: "location")]
        + (Meaning.allCases.map(\.rawValue)
        + ["book", "book_version", "reason", "document"] + shown)
        .map { CSVColumn(name: $0, isRequired: false) }
    /// In exports for whoever counts, and passed over when they come back.
    private static let shown = [
        "reserved", "allotted", "unavailable", "incoming", "safety_stock", "backorder_limit",
        "available",
    ]

    let columnCount: Int
    let meaning: Meaning
    private let sku: Int
    private let location: Int
    private let number: Int
    private let book: Int?
    private let bookVersion: Int?
    private let reason: Int?
    private let document: Int?

    init(_ header: CSVHeader) throws(ImportFileError) {
        columnCount = header.count
        let present = Meaning.allCases.compactMap { meaning in
            header.index(of: meaning.rawValue).map { (meaning, $0) }
        }
        guard let (meaning, number) = present.first, present.count == 1 else {
            throw ImportFileError(
                "a file of stock has one of the columns "
                    + Meaning.allCases.map(\.rawValue).joined(separator: ", ")
                    + ", which says what its numbers mean"
            )
        }
        self.meaning = meaning
        self.number = number
        sku = header.required("sku")
        location = header.required("location")
        book = header.index(of: "book")
        bookVersion = header.index(of: "book_version")
        reason = header.index(of: "reason")
        document = header.index(of: "document")
        switch meaning {
        case .adjust where reason == nil:
            throw ImportFileError("the column reason is missing: corrections need one")
        case .receive where reason != nil, .counted where reason != nil:
            throw ImportFileError("the column reason is for corrections (adjust)")
        case .counted where book == nil:
            throw ImportFileError(
                "the column book is missing: the stock on hand that was shown when counting began"
            )
        case .receive where book != nil, .adjust where book != nil:
            throw ImportFileError("the column book is for stock-takes (counted)")
        default: break
        }
    }

    func command(of record: CSVRecord) throws(Rejection) -> Command {
        let document = try FieldText.reference(
            self.document.map(record.trimmed) ?? "",
            "document"
        )
        if meaning == .counted { return try count(of: record, document) }
        let line = StockLine(
            sku: try FieldText.sku(record.trimmed(sku)),
            location: try FieldText.location(record.trimmed(location)),
            quantity: try FieldText.quantity(
                record.trimmed(number),
                meaning.rawValue,
                isSigned: meaning == .adjust
            )
        )
        if meaning == .receive {
            return .receive(Receive(lines: [line], document: document))
        }
        return .adjust(
            Adjust(
                lines: [line],
                reason: try FieldText.identifier(
                    reason.map(record.trimmed) ?? "",
                    "reason",
                    else: .invalidDocument
                ),
                document: document
            )
        )
    }

    private func count(
        of record: CSVRecord,
        _ document: Reference?
    ) throws(Rejection) -> Command {
        let version = bookVersion.map(record.trimmed) ?? ""
        guard version.isEmpty || UInt64(version) != nil else {
            throw Rejection(
                .invalidNumber,
                "book_version '\(FieldText.shortened(version))' must be a whole number"
            )
        }
        let max = LedgerLimits.bucketMax
        let line = CountLine(
            sku: try FieldText.sku(record.trimmed(sku)),
            location: try FieldText.location(record.trimmed(location)),
            counted: try FieldText.number(record.trimmed(number), "counted", in: 0...max),
            book: try FieldText.number(book.map(record.trimmed) ?? "", "book", in: -max...max),
            bookVersion: UInt64(version)
        )
        return .count(Count(lines: [line], document: document))
    }
}
