#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Formats the `Date` header (RFC 9110, 5.6.7), once a second.
struct HTTPDate {
    private var second: Int64 = -1
    private var cached = ""

    /// Now, by the system's clock: only for the header, no decision hangs on it.
    mutating func now() -> String {
        let current = Int64(Date().timeIntervalSince1970)
        if current != second {
            second = current
            cached = Self.text(secondsSince1970: current)
        }
        return cached
    }

    /// The form of `Sun, 06 Nov 1994 08:49:37 GMT`; the calendar is Howard Hinnant's `civil_from_days`.
    static func text(secondsSince1970 seconds: Int64) -> String {
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let secondOfDay = Int(seconds) - days * 86_400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let weekday = weekdays[((days % 7) + 7 + 4) % 7]
        let hour = secondOfDay / 3_600
        let minute = secondOfDay / 60 % 60
        return "\(weekday), \(two(day)) \(months[month - 1]) \(year)"
            + " \(two(hour)):\(two(minute)):\(two(secondOfDay % 60)) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
