import Ledger

/// An amount of money: minor units of a currency, as ISO 4217 divides it.
struct Price: Equatable, Sendable {
    /// Why a text is no price.
    enum Flaw: Error, Equatable, CustomStringConvertible {
        case notANumber
        case tooManyDecimals(currency: String, decimals: Int)
        case tooLarge
        case notACurrency

        /// In English, for people.
        var description: String {
            switch self {
            case .notANumber: "is no decimal number such as 2.50"
            case .tooManyDecimals(let currency, let decimals):
                "has more decimals than \(currency) has (\(decimals))"
            case .tooLarge: "is too large"
            case .notACurrency: "is no currency: three capital letters such as EUR"
            }
        }
    }

    /// Minor units: pence, cents.
    var amount: Int64
    /// ISO 4217; empty without a price.
    var currency: String

    init(amount: Int64, currency: String) {
        self.amount = amount
        self.currency = currency
    }

    /// Reads a decimal number such as `2.50` or `-2`, exactly.
    init(_ text: String, currency: String) throws(Flaw) {
        guard Self.isCurrency(currency) else { throw .notACurrency }
        let decimals = Self.decimals(of: currency)
        let bytes = text.utf8
        var digits = 0
        var pointAt: Int?
        var amount: Int64 = 0
        for byte in bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                if let pointAt, digits - pointAt > decimals {
                    // Zeros behind the smallest unit say nothing.
                    guard byte == UInt8(ascii: "0") else {
                        throw .tooManyDecimals(currency: currency, decimals: decimals)
                    }
                    continue
                }
                amount = amount * 10 + Int64(byte - UInt8(ascii: "0"))
                guard amount <= LedgerLimits.priceMax else { throw .tooLarge }
            case UInt8(ascii: ".") where pointAt == nil && digits > 0: pointAt = digits
            default: throw .notANumber
            }
        }
        guard digits > 0, pointAt != digits else { throw .notANumber }
        let given = min(pointAt.map { digits - $0 } ?? 0, decimals)
        for _ in given..<decimals { amount *= 10 }
        guard amount <= LedgerLimits.priceMax else { throw .tooLarge }
        self.amount = bytes.first == UInt8(ascii: "-") ? -amount : amount
        self.currency = currency
    }

    /// For example `2.50 GBP`; empty without a price.
    var text: String {
        guard !currency.isEmpty else { return "" }
        let decimals = Self.decimals(of: currency)
        guard decimals > 0 else { return "\(amount) \(currency)" }
        var digits = String(amount.magnitude)
        while digits.count <= decimals { digits = "0" + digits }
        let sign = amount < 0 ? "-" : ""
        return "\(sign)\(digits.dropLast(decimals)).\(digits.suffix(decimals)) \(currency)"
    }

    /// For example `2.50`; empty without a price.
    var number: String { String(text.prefix { $0 != " " }) }

    /// `{"amount":250,"currency":"GBP"}` in minor units, or null.
    var json: JSONValue {
        currency.isEmpty
            ? .null : ["amount": .integer(amount), "currency": .string(currency)]
    }

    static func isCurrency(_ text: String) -> Bool {
        text.utf8.count == 3
            && text.utf8.allSatisfy { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
    }

    /// How many decimals a currency has: two, but for these (ISO 4217, list one).
    static func decimals(of currency: String) -> Int {
        switch currency {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
            "VND", "VUV", "XAF", "XOF", "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        case "CLF", "UYW": 4
        default: 2
        }
    }
}
