import Ledger

/// Reads the texts of fields.
enum FieldText {
    static func identifier<ID: ClientIdentifier>(
        _ text: String,
        _ name: String,
        else reason: Rejection.Reason
    ) throws(Rejection) -> ID {
        guard let id = ID(text) else {
            throw Rejection(
                reason,
                text.isEmpty
                    ? "\(name) is empty"
                    : "\(name) '\(shortened(text))' must be 1 to 64 printable ASCII characters "
                        + "without spaces"
            )
        }
        return id
    }

    static func sku(_ text: String) throws(Rejection) -> SKU {
        try identifier(text, "sku", else: .invalidSKU)
    }

    static func location(_ text: String) throws(Rejection) -> LocationID {
        try identifier(text, "location", else: .invalidLocation)
    }

    static func reference(_ text: String, _ name: String) throws(Rejection) -> Reference? {
        guard !text.isEmpty else { return nil }
        return try identifier(text, name, else: .invalidDocument)
    }

    /// A quantity of a receipt, or with `isSigned` of an adjustment.
    static func quantity(
        _ text: String,
        _ name: String = "quantity",
        isSigned: Bool
    ) throws(Rejection) -> Quantity {
        let max = LedgerLimits.quantityMax
        guard let quantity = Quantity(text),
            isSigned ? quantity != 0 && quantity.magnitude <= max : 1...max ~= quantity
        else {
            throw Rejection(
                .invalidQuantity,
                "\(name) '\(shortened(text))' must be a whole number, "
                    + (isSigned ? "not 0, at most \(max) up or down" : "1 to \(max)")
            )
        }
        return quantity
    }

    /// A price that isn't negative; nil when the field is empty.
    static func price(_ text: String, _ currency: String) throws(Rejection) -> Price? {
        guard !text.isEmpty else { return nil }
        let price: Price
        do throws(Price.Flaw) {
            price = try Price(text, currency: currency)
        } catch {
            throw Rejection(
                .invalidPrice,
                error == .notACurrency
                    ? "currency '\(shortened(currency))' \(error)"
                    : "price '\(shortened(text))' \(error)"
            )
        }
        guard price.amount >= 0 else {
            throw Rejection(.invalidPrice, "price '\(shortened(text))' is negative")
        }
        return price
    }

    /// A whole number within bounds.
    static func number(
        _ text: String,
        _ name: String,
        in range: ClosedRange<Quantity>
    ) throws(Rejection) -> Quantity {
        guard let number = Quantity(text), range.contains(number) else {
            throw Rejection(
                .invalidNumber,
                "\(name) '\(shortened(text))' must be a whole number, "
                    + "\(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    /// One of some words, in any case; nil when the field is empty.
    static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String,
        _ name: String
    ) throws(Rejection) -> Word? {
        guard !text.isEmpty else { return nil }
        guard let word = Word(rawValue: text.lowercased()) else {
            throw Rejection(
                .invalidWord,
                "\(name) '\(shortened(text))' must be one of "
                    + Word.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        return word
    }

    /// Long and unprintable texts don't go into a message whole.
    static func shortened(_ text: String) -> String {
        let text = Printable.text(text)
        return text.count <= 80 ? text : text.prefix(80) + "…"
    }
}
