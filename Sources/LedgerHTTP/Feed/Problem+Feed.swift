import Ledger

extension Problem {
    /// The cursor is older than what is kept; how to begin anew.
    static func feedCompacted(_ standing: FeedRing.Standing, _ request: FeedRequest) -> Problem {
        // Who names SKUs is given their state at the beginning of a stream without a cursor.
        let beginsWithState = !request.filter.skus.isEmpty && request.mode == .latest
        let how =
            beginsWithState
            ? "begin anew without a cursor, which tells the present state first"
            : "begin anew: read /v1/items, then go on after the Estoque-Position of its first page"
        var problem = Problem(
            .feedCompacted,
            detail: "the oldest cursor that can be served is \(standing.floor.rawValue); \(how)"
        )
        problem.members = [
            Member(name: "oldest", value: .number(standing.floor.rawValue)),
            Member(name: "position", value: .number(standing.position.rawValue)),
            Member(name: "snapshot", value: .text(beginsWithState ? "/v1/changes" : "/v1/items")),
        ]
        return problem
    }
}
