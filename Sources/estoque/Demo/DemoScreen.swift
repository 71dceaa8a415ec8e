import Foundation

/// Shows the score: a block that is redrawn in place on a terminal, a line now and then elsewhere.
struct DemoScreen: Sendable {
    let cluster: LocalCluster
    let scoreboard: Scoreboard
    /// How long it will take; nil until somebody ends it.
    let duration: Duration?
    let isTerminal: Bool

    private static let redrawInterval = Duration.milliseconds(200)
    private static let lineInterval = Duration.seconds(2)

    /// Shows until it is cancelled, then once more.
    func run() async {
        var drawn = 0
        var rate = RateMeter()
        var lastLine = Duration.zero
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.redrawInterval)
            let score = scoreboard.take()
            rate.note(score.acknowledged, at: scoreboard.elapsed)
            if isTerminal {
                draw(score, rate.perSecond, &drawn)
            } else {
                for event in score.events { Terminal.out(event) }
                if scoreboard.elapsed - lastLine >= Self.lineInterval {
                    lastLine = scoreboard.elapsed
                    Terminal.out(line(score, rate.perSecond))
                    if let agents = agents(score) { Terminal.out(agents) }
                }
            }
        }
        let last = scoreboard.take()
        if isTerminal {
            draw(last, rate.perSecond, &drawn)
        } else {
            for event in last.events { Terminal.out(event) }
        }
    }

    // MARK: On a terminal

    private func draw(_ score: Score, _ rate: Int, _ drawn: inout Int) {
        let width = Self.width()
        let block = block(score, rate).map { String($0.prefix(width)) }
        // Up to where the block began, and everything from there on is cleared.
        var text = drawn > 0 ? "\u{1B}[\(drawn)A\r\u{1B}[J" : ""
        for event in score.events { text += event + "\n" }
        text += block.joined(separator: "\n")
        Terminal.out(text)
        drawn = block.count
    }

    private static func width() -> Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else {
            return 80
        }
        return Int(size.ws_col) - 1
    }

    private func block(_ score: Score, _ rate: Int) -> [String] {
        let time = DemoText.clock(scoreboard.elapsed)
        let end = duration.map { " of \(DemoText.clock($0))" } ?? ", Ctrl-C ends it"
        let readings = cluster.nodes.indices.map { index in
            "\(cluster.nodes[index].id) \(DemoText.reading(score.readings[index]))"
        }
        let lines = [
            "",
            "  time          \(time)\(end)",
            "  leader        \(leader(score))",
            "  acknowledged  \(DemoText.number(score.acknowledged)), \(DemoText.number(rate))/s",
            "  reservations  \(reservations(score))",
            "  at the till   \(DemoText.number(score[.sold])) sold, "
                + "\(DemoText.number(score[.delivered])) deliveries",
            "  HTTP readers  \(readings.joined(separator: ", ")); "
                + "\(DemoText.number(score.reads)) answers",
        ]
        return lines + score.stores.map { "  store agent   \($0.text)" }
    }

    private func reservations(_ score: Score) -> String {
        "\(DemoText.number(score[.held])) held, \(DemoText.number(score[.confirmed])) confirmed, "
            + "\(DemoText.number(score[.fulfilled])) fulfilled, "
            + "\(DemoText.number(score[.released])) released, "
            + "\(DemoText.number(score[.abandoned])) left to expire, "
            + "\(DemoText.number(score[.refused])) refused"
    }

    private func leader(_ score: Score) -> String {
        score.leader.map { "\(cluster.nodes[$0].id), term \(score.term)" } ?? "none yet"
    }

    // MARK: Elsewhere

    private func line(_ score: Score, _ rate: Int) -> String {
        let readings = cluster.nodes.indices.map { index in
            "\(cluster.nodes[index].id) \(DemoText.reading(score.readings[index]))"
        }
        return "\(DemoText.clock(scoreboard.elapsed))  leader \(leader(score)); "
            + "\(DemoText.number(score.acknowledged)) acknowledged, \(DemoText.number(rate))/s; "
            + "\(reservations(score)); \(readings.joined(separator: ", "))"
    }

    /// The stores with agents, on a line of their own.
    private func agents(_ score: Score) -> String? {
        guard !score.stores.isEmpty else { return nil }
        return "\(DemoText.clock(scoreboard.elapsed))  store agents: "
            + score.stores.map(\.text).joined(separator: "; ")
    }
}

/// Events per second over the last two seconds.
struct RateMeter {
    private var samples: [(count: Int, time: Duration)] = []

    mutating func note(_ count: Int, at time: Duration) {
        samples.append((count, time))
        while let first = samples.first, samples.count > 2, time - first.time > .seconds(2) {
            samples.removeFirst()
        }
    }

    var perSecond: Int {
        guard let first = samples.first, let last = samples.last, last.time > first.time else {
            return 0
        }
        return Int(Double(last.count - first.count) / (last.time - first.time).inSeconds)
    }
}
