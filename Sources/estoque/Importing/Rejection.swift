/// Why a line of a file was not imported.
struct Rejection: Error, Equatable, Sendable {
    /// A word for programs; the ledger's own reasons come as they are.
    var reason: String
    /// In English, for people.
    var message: String

    init(reason: String, message: String) {
        self.reason = reason
        self.message = message
    }

    /// One of the reasons that are found before the ledger is asked.
    init(_ reason: Reason, _ message: String) {
        self.reason = reason.rawValue
        self.message = message
    }

    /// What is wrong with a line itself.
    enum Reason: String, CaseIterable, Sendable {
        case malformedCSV = "MALFORMED_CSV"
        case wrongColumns = "WRONG_COLUMNS"
        case invalidSKU = "INVALID_SKU"
        case invalidLocation = "INVALID_LOCATION"
        case invalidQuantity = "INVALID_QUANTITY"
        case invalidPrice = "INVALID_PRICE"
        case invalidWord = "INVALID_WORD"
        case invalidDocument = "INVALID_DOCUMENT"
        case invalidNumber = "INVALID_NUMBER"
        case malformed = "MALFORMED"
    }
}
