import NIOCore

/// The `grpc-timeout` header: at most eight digits and a unit.
enum GRPCTimeout {
    /// Longer than any call of ours lives; keeps deadlines far from overflow.
    private static let nanosecondsMax: Int64 = 365 * 24 * 3_600 * 1_000_000_000

    /// The time in `text`, or nil if it is malformed.
    static func parse(_ text: String) -> TimeAmount? {
        var digits = text.utf8[...]
        guard let unit = digits.popLast(), (1...8).contains(digits.count) else { return nil }
        var value: Int64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        let nanosecondsPerUnit: Int64
        switch unit {
        case UInt8(ascii: "H"): nanosecondsPerUnit = 3_600_000_000_000
        case UInt8(ascii: "M"): nanosecondsPerUnit = 60_000_000_000
        case UInt8(ascii: "S"): nanosecondsPerUnit = 1_000_000_000
        case UInt8(ascii: "m"): nanosecondsPerUnit = 1_000_000
        case UInt8(ascii: "u"): nanosecondsPerUnit = 1_000
        case UInt8(ascii: "n"): nanosecondsPerUnit = 1
        default: return nil
        }
        let (product, overflow) = value.multipliedReportingOverflow(by: nanosecondsPerUnit)
        return .nanoseconds(overflow ? nanosecondsMax : min(product, nanosecondsMax))
    }

    /// The header's value for `amount`, in the finest unit that fits, rounded up so that a call never ends early.
    static func format(_ amount: TimeAmount) -> String {
        let nanoseconds = min(max(amount.nanoseconds, 0), nanosecondsMax)
        for (perUnit, unit) in [(1, "n"), (1_000, "u"), (1_000_000, "m")] as [(Int64, String)] {
            let value = (nanoseconds + perUnit - 1) / perUnit
            if value < 100_000_000 { return "\(value)\(unit)" }
        }
        return "\((nanoseconds + 999_999_999) / 1_000_000_000)S"
    }
}
