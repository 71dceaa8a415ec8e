import ArgumentParser

/// A duration as people write it: `500ms`, `5s`, `2m`, `1h`; a bare number means seconds.
struct DurationArgument: ExpressibleByArgument, Equatable, Sendable {
    var duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits) else { return nil }
        let milliseconds: Int64
        switch text.dropFirst(digits.count) {
        case "ms": milliseconds = 1
        case "", "s": milliseconds = 1_000
        case "m": milliseconds = 60_000
        case "h": milliseconds = 3_600_000
        default: return nil
        }
        let (product, isTooMuch) = number.multipliedReportingOverflow(by: milliseconds)
        guard !isTooMuch else { return nil }
        duration = .milliseconds(product)
    }

    var defaultValueDescription: String { description }
}

extension DurationArgument: CustomStringConvertible {
    var description: String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        return milliseconds % 1_000 == 0 ? "\(seconds)s" : "\(milliseconds)ms"
    }
}
