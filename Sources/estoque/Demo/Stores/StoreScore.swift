import Ledger

/// How it goes at a store with an agent.
struct StoreScore: Equatable, Sendable {
    let location: LocationID
    /// When its line was cut; nil: it is connected.
    var cutOffSince: Duration?
    /// Facts that the agent wrote down, and that the ledger isn't known to have.
    var outboxDepth = 0
    var sold = 0
    /// Those of them that were begun and done while the line was cut.
    var soldMeanwhile = 0
    var refused = 0
    /// Those that were begun while the line was cut: beyond the rights.
    var refusedMeanwhile = 0

    init(_ location: LocationID) { self.location = location }

    mutating func countSold(isCutOff: Bool) {
        sold += 1
        if isCutOff { soldMeanwhile += 1 }
    }

    mutating func countRefused(isCutOff: Bool) {
        refused += 1
        if isCutOff { refusedMeanwhile += 1 }
    }

    /// For people.
    var text: String {
        guard let cutOffSince else {
            return "\(location) \(DemoText.number(sold)) sold, \(outboxText)"
        }
        // Short, so that it fits on a line of a terminal.
        return "\(location) cut off since \(DemoText.clock(cutOffSince)): "
            + "\(DemoText.number(soldMeanwhile)) sold, "
            + "\(DemoText.number(refusedMeanwhile)) refused, \(outboxText)"
    }

    var meanwhileText: String {
        "\(DemoText.number(soldMeanwhile)) sold meanwhile, "
            + "\(DemoText.number(refusedMeanwhile)) refused for lack of rights"
    }

    private var outboxText: String { "\(DemoText.number(outboxDepth)) in the outbox" }
}
