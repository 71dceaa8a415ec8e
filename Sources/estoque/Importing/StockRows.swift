import Ledger

/// Movements of stock: `sku,location`, and one column that says what its numbers mean.
///
/// `receive` adds goods that arrived, `adjust` corrects by a difference with its sign. A column
/// named `quantity` would leave open which of them is meant, and has cost others their stock.
struct StockRows: RowMapping {
    /// What the file's numbers mean.
    enum Meaning: String, CaseIterable, Sendable {
        case receive
        case adjust
    }

    static let kind = "stock"
    static let columns =
        [CSVColumn(name: "sku"), CSVColumn(name: "location")]
        + Meaning.allCases.map { CSVColumn(name: $0.rawValue, isRequired: false) }
        + [
            CSVColumn(name: "reason", isRequired: false),
            CSVColumn(name: "document", isRequired: false),
        ]

    let columnCount: Int
    let meaning: Meaning
    private let sku: Int
    private let location: Int
    private let number: Int
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
        reason = header.index(of: "reason")
        document = header.index(of: "document")
        switch meaning {
        case .adjust where reason == nil:
            throw ImportFileError("the column reason is missing: corrections need one")
        case .receive where reason != nil:
            throw ImportFileError("the column reason is for corrections (adjust)")
        default: break
        }
    }

    func command(of record: CSVRecord) throws(Rejection) -> Command {
        let document = try FieldText.reference(
            self.document.map(record.trimmed) ?? "",
            "document"
        )
        let line = StockLine(
            sku: try FieldText.sku(record.trimmed(sku)),
            location: try FieldText.location(record.trimmed(location)),
            quantity: try FieldText.quantity(
                record.trimmed(number),
                meaning.rawValue,
                isSigned: meaning == .adjust
            )
        )
        switch meaning {
        case .receive:
            return .receive(Receive(lines: [line], document: document))
        case .adjust:
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
    }
}
