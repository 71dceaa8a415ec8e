/// What carts may do, what watches over the cluster, and the pages themselves.
extension APIOperation {
    static let carts: [APIOperation] = [
        APIOperation(
            route: .holds,
            path: "/v1/holds",
            method: "post",
            group: .carts,
            id: "takeHold",
            summary: "Takes a hold on all lines, or on none",
            description: """
                A line without a location is placed where the ledger finds it. A location that does not sell \
                online has nothing for carts (INSUFFICIENT_STOCK with 0 `available`), as its availability says. With `replaces`, that hold of the \
                same cart is given back in the same step. The same `requestId` has the same answer, so that a \
                request without one is sent again. There are no accounts: a hold belongs to whoever knows the \
                `cart`, a random secret, of which the ledger has a digest only. Pages of other origins may not \
                ask.
                """,
            example: "/v1/holds",
            status: 201,
            content: .json("HoldAnswer"),
            body: "HoldRequest",
            problems: writeProblems + [
                .insufficientStock, .itemNotFound, .itemArchived, .locationNotFound,
                .locationClosed, .reservationNotFound, .reservationExists, .reservationClosed,
                .holdQuotaExceeded, .quantityOverflow,
            ]
        ),
        APIOperation(
            route: .hold,
            path: "/v1/holds/{hold}",
            method: "post",
            group: .carts,
            id: "changeHold",
            summary: "Extends, confirms or gives back a hold",
            description: """
                The path ends in `:extend` (which takes `ttlMs`), `:confirm` (which takes `order`, and takes what \
                has expired again if it is still there) or `:release`.
                """,
            example: "/v1/holds/2c80e766-d348-43e6-847c-fe45112c746e:extend",
            content: .json("HoldAnswer"),
            body: "HoldChange",
            problems: writeProblems + [
                .notFound, .reservationNotFound, .reservationExpired, .reservationClosed,
                .maxTTLReached, .notReady,
            ]
        ),
        APIOperation(
            route: .cluster,
            path: "/v1/cluster",
            group: .operations,
            id: "getCluster",
            summary: "The node, its leader, the members, and the node's counters",
            description: """
                Each member tells its own state; it is asked at most twice a second, however many look, and one \
                that does not answer in time is said to be silent.
                """,
            example: "/v1/cluster",
            content: .json("Cluster")
        ),
        APIOperation(
            route: .page,
            path: "/",
            group: .pages,
            id: "getPage",
            summary: "The storefront",
            description: "So are `/item/{sku}` and `/cart`; `/ops` is the operations page.",
            example: "/",
            content: .other("text/html")
        ),
        APIOperation(
            route: .pageFile,
            path: "/assets/{file}",
            group: .pages,
            id: "getPageFile",
            summary: "What the pages are made of",
            description: "",
            example: "/assets/base.css",
            content: .other("text/css"),
            problems: [.notFound]
        ),
    ]

    private static let writeProblems: [ProblemReason] = [
        .invalidArgument, .crossOrigin, .unsupportedMediaType, .bodyTooLarge,
        .idempotencyKeyReused, .noLeader, .overloaded, .outcomeUnknown,
    ]
}
