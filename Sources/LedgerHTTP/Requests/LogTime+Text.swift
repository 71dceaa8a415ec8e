import Ledger

/// Times of the log as RFC 3339, to the microsecond, without a calendar's help.
extension LogTime {
    /// Reads `2026-11-25T18:00:00Z`, with at most six digits of a second's parts, in UTC or at an offset.
    init?(rfc3339 text: String) {
        var bytes = Array(text.utf8)[...]
        guard let year = Self.number(&bytes, 4), Self.take(&bytes, "-"),
            let month = Self.number(&bytes, 2), Self.take(&bytes, "-"),
            let day = Self.number(&bytes, 2), Self.take(&bytes, "T"),
            let hour = Self.number(&bytes, 2), Self.take(&bytes, ":"),
            let minute = Self.number(&bytes, 2), Self.take(&bytes, ":"),
            let second = Self.number(&bytes, 2),
            let fraction = Self.fraction(&bytes), let offset = Self.offset(&bytes), bytes.isEmpty,
            (1...12).contains(month), day >= 1, day <= Self.days(of: month, in: year),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Self.daysSince1970(year, month, day)
        let seconds = days * 86_400 + (hour * 60 + minute - offset) * 60 + second
        guard seconds >= 0 else { return nil }
        self.init(microseconds: UInt64(seconds * 1_000_000 + fraction))
    }

    /// In UTC, with six digits of a second's parts; no time of a log is beyond the year 9999.
    var rfc3339: String {
        let seconds = Int(microseconds / 1_000_000)
        let (year, month, day) = Self.date(daysSince1970: seconds / 86_400)
        let time = seconds % 86_400
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(count - text.count, 0)) + text
        }
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))T"
            + "\(digits(time / 3_600, 2)):\(digits(time / 60 % 60, 2)):\(digits(time % 60, 2))"
            + ".\(digits(Int(microseconds % 1_000_000), 6))Z"
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>, _ digits: Int) -> Int? {
        guard bytes.count >= digits else { return nil }
        var value = 0
        for byte in bytes.prefix(digits) {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        bytes = bytes.dropFirst(digits)
        return value
    }

    private static func take(_ bytes: inout ArraySlice<UInt8>, _ letter: Unicode.Scalar) -> Bool {
        guard bytes.first == UInt8(ascii: letter) else { return false }
        bytes.removeFirst()
        return true
    }

    /// Microseconds; 0 when there is no fraction, nil when it is not one.
    private static func fraction(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        guard take(&bytes, ".") else { return 0 }
        let count = bytes.prefix { (0x30...0x39).contains($0) }.count
        guard (1...6).contains(count), var value = number(&bytes, count) else { return nil }
        for _ in count..<6 { value *= 10 }
        return value
    }

    /// Minutes east of UTC.
    private static func offset(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        if take(&bytes, "Z") { return 0 }
        let isEast = take(&bytes, "+")
        guard isEast || take(&bytes, "-"), let hours = number(&bytes, 2), take(&bytes, ":"),
            let minutes = number(&bytes, 2), hours < 24, minutes < 60
        else { return nil }
        return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }

    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func days(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days before a year, counted from the year 1.
    private static func days(before year: Int) -> Int {
        let past = year - 1
        return past * 365 + past / 4 - past / 100 + past / 400
    }

    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        (1..<month).reduce(days(before: year) - days(before: 1970) + day - 1) {
            $0 + days(of: $1, in: year)
        }
    }

    private static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        // Never too late, since no year has more than 366 days.
        var year = 1970 + days / 366
        while self.days(before: year + 1) - self.days(before: 1970) <= days { year += 1 }
        var day = days - (self.days(before: year) - self.days(before: 1970))
        var month = 1
        while day >= self.days(of: month, in: year) {
            day -= self.days(of: month, in: year)
            month += 1
        }
        return (year, month, day + 1)
    }
}
