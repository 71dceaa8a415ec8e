import ArgumentParser
import Foundation
import Ledger
import LedgerClient

/// Reads what people type; everything that is wrong says what would be right.
enum Arguments {
    /// An identifier: 1 to 64 printable ASCII characters without spaces.
    static func identifier<ID: ClientIdentifier>(_ text: String) throws -> ID {
        guard let id = ID(text) else {
            throw ValidationError(
                "'\(Printable.text(text))' must be 1 to 64 printable ASCII characters "
                    + "without spaces"
            )
        }
        return id
    }

    /// `SKU@LOCATION=QUANTITY`; with `isSigned`, quantities may be negative.
    static func line(_ text: String, isSigned: Bool) throws -> StockLine {
        let example = isSigned ? "TEA-250@store-7=-3" : "TEA-250@store-7=3"
        // From the right: SKUs come from elsewhere and hold whatever they hold.
        guard let equals = text.lastIndex(of: "="),
            let at = text[..<equals].lastIndex(of: "@")
        else {
            throw ValidationError(
                "'\(Printable.text(text))' must be SKU@LOCATION=QUANTITY, such as \(example)"
            )
        }
        let quantityText = text[text.index(after: equals)...]
        let max = LedgerLimits.quantityMax
        guard let quantity = Quantity(quantityText),
            isSigned ? quantity != 0 && quantity.magnitude <= max : 1...max ~= quantity
        else {
            throw ValidationError(
                "'\(Printable.text(text))': the quantity must be "
                    + (isSigned
                        ? "other than 0 and at most \(max) up or down" : "1 to \(max)")
            )
        }
        return StockLine(
            sku: try identifier(String(text[..<at])),
            location: try identifier(String(text[text.index(after: at)..<equals])),
            quantity: quantity
        )
    }

    static func line(_ text: String) throws -> StockLine { try line(text, isSigned: false) }

    static func signedLine(_ text: String) throws -> StockLine { try line(text, isSigned: true) }

    /// A number with its unit: `250ms`, `5s`, `10m`, `2h`, `7d`.
    static func duration(_ text: String) throws -> Duration {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let milliseconds: Int64? =
            switch text[digits.endIndex...] {
            case "ms": 1
            case "s": 1_000
            case "m": 60_000
            case "h": 3_600_000
            case "d": 86_400_000
            default: nil
            }
        guard let number = Int64(digits), let milliseconds,
            case (let product, let overflow) = number.multipliedReportingOverflow(by: milliseconds),
            !overflow, product <= durationMillisecondsMax
        else {
            throw ValidationError(
                "'\(Printable.text(text))' must be a number with its unit, such as 250ms, 5s, "
                    + "10m, 2h or 7d"
            )
        }
        return .milliseconds(product)
    }

    /// Ten years; far from where durations overflow.
    private static let durationMillisecondsMax: Int64 = 315_360_000_000

    static func ttl(_ text: String) throws -> Milliseconds {
        let ttl = Milliseconds(UInt64(try duration(text).milliseconds))
        guard ttl >= LedgerLimits.ttlMin, ttl <= LedgerLimits.ttlMax else {
            throw ValidationError("'\(Printable.text(text))' must be 1ms to 1d")
        }
        return ttl
    }

    static func positiveDuration(_ text: String) throws -> Duration {
        let duration = try duration(text)
        guard duration > .zero else { throw ValidationError("'\(text)' must be more than 0") }
        return duration
    }

    /// `customer:REF`, `store:REF` or `order:REF`.
    static func owner(_ text: String) throws -> Owner {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let kind: Owner.Kind? =
            switch parts.first {
            case "customer": .customer
            case "store": .store
            case "order": .order
            default: nil
            }
        guard parts.count == 2, let kind else {
            throw ValidationError(
                "'\(Printable.text(text))' must be customer:REF, store:REF or order:REF"
            )
        }
        return Owner(kind: kind, reference: try identifier(String(parts[1])))
    }

    /// `NAME=VALUE`; the value may be empty and may hold further equals signs.
    static func attribute(_ text: String) throws -> Attribute {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw ValidationError("'\(Printable.text(text))' must be NAME=VALUE")
        }
        return Attribute(name: String(parts[0]), value: String(parts[1]))
    }

    /// `HOST:PORT`, or several with commas between.
    static func nodes(_ text: String) throws -> [NodeAddress] {
        var nodes: [NodeAddress] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let node = NodeAddress(String(part)) else {
                throw ValidationError(
                    "'\(Printable.text(String(part)))' must be HOST:PORT, such as 127.0.0.1:7001"
                )
            }
            if !nodes.contains(node) { nodes.append(node) }
        }
        return nodes
    }

    static func position(_ text: String) throws -> Position {
        guard let number = UInt64(text) else {
            throw ValidationError("'\(Printable.text(text))' must be a position: a whole number")
        }
        return Position(number)
    }
}
