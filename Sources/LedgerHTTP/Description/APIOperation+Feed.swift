extension APIOperation {
    private static let feedProblems: [ProblemReason] = [
        .invalidArgument, .feedCompacted, .notReady, .overloaded,
    ]

    static let feed: [APIOperation] = [
        APIOperation(
            route: .changes,
            path: "/v1/changes",
            group: .channel,
            id: "followChanges",
            summary: "What changes, as a stream of server-sent events",
            description: """
                Events are `availability`, `price`, `item` and `location`; the data of each is the present \
                state of what it is about, with `position` and `prev`. `prev` is the position of the event \
                before, so that nothing can be missing unnoticed. An `id` is a position, valid on every \
                node: come back with it, anywhere. Without a cursor the state of each SKU and location \
                that is named comes first. An idle stream gets a `bookmark` each second, with the age; \
                `reset` asks to begin anew, without a cursor.
                """,
            example: "/v1/changes?sku=earl-grey&sku=oolong",
            content: .other("text/event-stream"),
            problems: feedProblems
        ),
        APIOperation(
            route: .changesPoll,
            path: "/v1/changes:poll",
            group: .channel,
            id: "pollChanges",
            summary: "The same events as one answer, which waits for the first",
            description: "Ask again with `next` as `after`.",
            example: "/v1/changes:poll?sku=earl-grey",
            content: .json("ChangeList"),
            problems: feedProblems
        ),
    ]
}
