import Foundation

/// Numbers and times as the demonstration prints them.
enum DemoText {
    /// `12345` as `12,345`.
    static func number(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return value < 0 ? "-" + text : text
    }

    /// `0.48 s`.
    static func seconds(_ duration: Duration) -> String {
        String(format: "%.2f s", duration.inSeconds)
    }

    /// `1:05.3`.
    static func clock(_ duration: Duration) -> String {
        let tenths = Int((duration.inSeconds * 10).rounded(.down))
        return String(format: "%d:%02d.%d", tenths / 600, tenths / 10 % 60, tenths % 10)
    }

    /// What a reader says of its node.
    static func reading(_ reading: Score.Reading) -> String {
        switch reading {
        case .none: "–"
        case .leads: "leads"
        case .age(let milliseconds?): "≤ \(milliseconds) ms old"
        case .age(nil): "age unknown"
        case .down: "down"
        }
    }
}
