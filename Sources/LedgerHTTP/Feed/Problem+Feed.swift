import Ledger

extension Problem {
    /// The cursor is older than what is kept; where to begin anew.
    static func feedCompacted(_ standing: FeedRing.Standing, _ filter: FeedFilter) -> Problem {
        // Who names SKUs is given their state at the beginning of a stream without a cursor.
        let snapshot = filter.skus.isEmpty ? "/v1/items" : "/v1/changes"
        var problem = Problem(
            .feedCompacted,
            detail: "the oldest cursor that can be served is \(standing.floor.rawValue)"
        )
        problem.members = [
            Member(name: "oldest", value: .number(standing.floor.rawValue)),
            Member(name: "position", value: .number(standing.position.rawValue)),
            Member(name: "snapshot", value: .text(snapshot)),
        ]
        return problem
    }
}
