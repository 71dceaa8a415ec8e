import ArgumentParser
import Ledger

/// Further kinds of lines that people type.
extension Arguments {
    /// `SKU=QUANTITY`.
    static func itemLine(_ text: String) throws -> ItemLine {
        let (sku, numbers) = try named(text, "SKU=QUANTITY, such as TEA-250=3")
        guard numbers.count == 1 else { throw malformed(text, "SKU=QUANTITY, such as TEA-250=3") }
        return ItemLine(
            sku: try identifier(sku),
            quantity: try number(numbers[0], of: text, in: 1...LedgerLimits.quantityMax)
        )
    }

    /// `SKU=OK[:REJECTED[:LOST]]`.
    static func arrivalLine(_ text: String) throws -> ArrivalLine {
        let form = "SKU=OK:REJECTED:LOST, such as TEA-250=10 or TEA-250=8:1:1"
        let (sku, texts) = try named(text, form)
        guard 1...3 ~= texts.count else { throw malformed(text, form) }
        let numbers = try texts.map { try number($0, of: text, in: 0...LedgerLimits.quantityMax) }
        return ArrivalLine(
            sku: try identifier(sku),
            ok: numbers[0],
            rejected: numbers.count > 1 ? numbers[1] : 0,
            lost: numbers.count > 2 ? numbers[2] : 0
        )
    }

    /// `SKU@LOCATION=COUNTED:BOOK[:VERSION]`.
    static func countLine(_ text: String) throws -> CountLine {
        let form = "SKU@LOCATION=COUNTED:BOOK, such as TEA-250@store-7=12:14, or with :VERSION"
        let (name, numbers) = try named(text, form)
        guard let at = name.lastIndex(of: "@"), 2...3 ~= numbers.count else {
            throw malformed(text, form)
        }
        let version = numbers.count > 2 ? UInt64(numbers[2]) : nil
        guard numbers.count < 3 || version != nil else { throw malformed(text, form) }
        let max = LedgerLimits.bucketMax
        return CountLine(
            sku: try identifier(String(name[..<at])),
            location: try identifier(String(name[name.index(after: at)...])),
            counted: try number(numbers[0], of: text, in: 0...max),
            book: try number(numbers[1], of: text, in: -max...max),
            bookVersion: version
        )
    }

    /// `SKU@SOLD_AT=QUANTITY`.
    static func returnLine(_ text: String) throws -> ReturnLine {
        let line = try line(text)
        return ReturnLine(sku: line.sku, soldAt: line.location, quantity: line.quantity)
    }

    /// RFC 3339, such as `2026-11-25T18:00:00Z`, or a date, which is its beginning in UTC.
    static func time(_ text: String) throws -> LogTime {
        guard let time = LogTime(text: text) else {
            throw ValidationError(
                "'\(Printable.text(text))' must be a time such as 2026-11-25T18:00:00Z or 2026-11-25"
            )
        }
        return time
    }

    private static func named(
        _ text: String,
        _ form: String
    ) throws -> (name: Substring, numbers: [Substring]) {
        guard let equals = text.lastIndex(of: "=") else { throw malformed(text, form) }
        let numbers = text[text.index(after: equals)...]
            .split(separator: ":", omittingEmptySubsequences: false)
        return (text[..<equals], numbers)
    }

    private static func identifier<ID: ClientIdentifier>(_ text: Substring) throws -> ID {
        try identifier(String(text))
    }

    private static func number(
        _ digits: Substring,
        of text: String,
        in range: ClosedRange<Quantity>
    ) throws -> Quantity {
        guard let number = Quantity(digits), range.contains(number) else {
            throw ValidationError(
                "'\(Printable.text(text))': '\(Printable.text(String(digits)))' must be "
                    + "\(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    private static func malformed(_ text: String, _ form: String) -> ValidationError {
        ValidationError("'\(Printable.text(text))' must be \(form)")
    }
}
