/// Says on standard error how a change goes on: one line that changes on a terminal, a line for each step
/// elsewhere, nothing where programs read.
struct ChangeProgress {
    /// Where it is said.
    enum Manner {
        case line
        case steps
        case silent
    }

    private let manner: Manner
    private let say: (String) -> Void
    private let rewrite: (String) -> Void
    private var lastKind: String?
    private var isLineShown = false
    private var entries = CatchUpSpeed()
    private var bytes = CatchUpSpeed()

    init(
        _ manner: Manner,
        say: @escaping (String) -> Void = Terminal.err,
        rewrite: @escaping (String) -> Void = Terminal.rewriteLine
    ) {
        self.manner = manner
        self.say = say
        self.rewrite = rewrite
    }

    /// What suits the output: programs get the result and nothing else.
    static func suiting(_ output: OutputFormat) -> ChangeProgress {
        guard output == .table else { return ChangeProgress(.silent) }
        return ChangeProgress(Terminal.errIsTerminal ? .line : .steps)
    }

    mutating func show(_ phase: ChangePhase, after elapsed: Duration) {
        if case .catchingUp(let way) = phase {
            entries.note(way.isBroughtState ? nil : way.match, at: elapsed)
            bytes.note(way.state?.sentBytes, at: elapsed)
        }
        switch manner {
        case .silent: break
        case .steps:
            guard phase.kind != lastKind else { return }
            lastKind = phase.kind
            say(Printable.text(phase.text))
        case .line:
            isLineShown = true
            rewrite(Printable.text(phase.text) + rate(phase) + "  \(Self.clock(elapsed))")
        }
    }

    private func rate(_ phase: ChangePhase) -> String {
        guard case .catchingUp(let way) = phase else { return "" }
        guard way.isBroughtState else {
            return entries.perSecond.map { "  \($0) entries/s" } ?? ""
        }
        // Nothing moves while the copy is verified and exchanged: that is no speed.
        guard let rate = bytes.perSecond, rate > 0 else { return "" }
        return "  \(rate / 1_000_000) MB/s"
    }

    /// Gives the line free for something else.
    mutating func end() {
        if isLineShown { rewrite("") }
        isLineShown = false
    }

    /// For example `1:05`.
    static func clock(_ elapsed: Duration) -> String {
        let seconds = elapsed.milliseconds / 1_000
        let rest = seconds % 60
        return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
    }
}

/// How fast a learner catches up, over the last seconds.
struct CatchUpSpeed {
    private var seen: [(match: UInt64, at: Duration)] = []
    private static let window = Duration.seconds(3)

    mutating func note(_ match: UInt64?, at elapsed: Duration) {
        guard let match else { return }
        seen.append((match, elapsed))
        seen.removeAll { $0.at < elapsed - Self.window }
    }

    /// Entries a second; nil while nobody can say.
    var perSecond: UInt64? {
        guard let first = seen.first, let last = seen.last, last.at > first.at,
            last.match >= first.match
        else { return nil }
        let milliseconds = (last.at - first.at).milliseconds
        guard milliseconds > 0 else { return nil }
        return (last.match - first.match) * 1_000 / UInt64(milliseconds)
    }
}
