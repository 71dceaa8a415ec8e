import Ledger

/// Which positions had been acknowledged to clients by when.
struct AckTimeline: Sendable {
    private var steps: [(time: WorldTime, position: Position)] = []

    /// The highest position acknowledged so far.
    var highest: Position { steps.last?.position ?? Position(0) }

    /// A client was answered; times never fall.
    mutating func acknowledge(_ position: Position, at time: WorldTime) {
        guard position > highest else { return }
        steps.append((time, position))
    }

    /// The highest position that had been acknowledged before a moment.
    func highest(before time: WorldTime) -> Position {
        var low = 0
        var high = steps.count
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? steps[low - 1].position : Position(0)
    }
}
