/// One line on a terminal that says how far a long work has come.
struct ProgressLine {
    private let total: Int?
    private let start = ContinuousClock.now
    private var shownAt: ContinuousClock.Instant?
    private let isShown: Bool

    /// How often the line changes.
    private static let interval = Duration.milliseconds(100)

    /// - Parameters:
    ///   - total: The file's bytes; nil when nobody knows.
    ///   - isShown: There is a terminal to show it on.
    init(total: Int?, isShown: Bool) {
        self.total = total
        self.isShown = isShown
    }

    var elapsed: Duration { ContinuousClock.now - start }

    mutating func show(bytes: Int, lines: Int) {
        guard isShown else { return }
        let now = ContinuousClock.now
        if let shownAt, now - shownAt < Self.interval { return }
        shownAt = now
        Terminal.rewriteLine(
            Self.text(bytes: bytes, total: total, lines: lines, elapsed: now - start)
        )
    }

    /// Gives the line free for something else.
    func clear() {
        if isShown, shownAt != nil { Terminal.rewriteLine("") }
    }

    /// For example `[#########                     ]  31 %  170000 lines  24100/s  0:15 left`.
    static func text(bytes: Int, total: Int?, lines: Int, elapsed: Duration) -> String {
        let seconds = max(Double(elapsed.milliseconds) / 1_000, 0.001)
        let rate = "\(lines) lines  \(Int(Double(lines) / seconds))/s"
        guard let total, total > 0 else { return rate }
        let part = min(1, Double(bytes) / Double(total))
        let filled = Int(part * 30)
        let bar =
            String(repeating: "#", count: filled) + String(repeating: " ", count: 30 - filled)
        let percent = String(Int(part * 100))
        var text =
            "[\(bar)] \(String(repeating: " ", count: 3 - percent.count))\(percent) %  \(rate)"
        if part > 0, part < 1 {
            let left = Int((seconds * (1 - part) / part).rounded(.up))
            let rest = left % 60
            text += "  \(left / 60):\(rest < 10 ? "0" : "")\(rest) left"
        }
        return text
    }
}
