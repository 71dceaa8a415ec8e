extension APIOperation {
    static let staff: [APIOperation] = [
        APIOperation(
            route: .stock,
            path: "/v1/stock/{location}/{sku}",
            group: .staff,
            id: "getStock",
            summary: "The exact stock of an item at a location",
            description: """
                Every bucket; all zeros where the item never had stock. With `as_of`, the stock after a \
                position of the log or at a time, from the journal; `consistency` doesn't go with that.
                """,
            example: "/v1/stock/lisbon/earl-grey",
            content: .json("Stock"),
            problems: [.itemNotFound, .locationNotFound, .tooManyRequests, .unreadable]
        ),
        APIOperation(
            route: .offer,
            path: "/v1/offers/{location}/{sku}",
            group: .staff,
            id: "getOffer",
            summary: "What is different about an item at a location",
            description: "Not found where nothing is.",
            example: "/v1/offers/lisbon/earl-grey",
            content: .json("Offer"),
            problems: [.offerNotFound]
        ),
        APIOperation(
            route: .movements,
            path: "/v1/movements",
            group: .staff,
            id: "listMovements",
            summary: "The journal: what happened, when, by whom and why",
            description: """
                Asked by item, location or both, or by one of reservation, document, request, sale and \
                transfer; without any of them, everything. Refused requests are told too.
                """,
            example: "/v1/movements?sku=earl-grey&order=oldest_first",
            content: .json("MovementList"),
            problems: [.itemNotFound, .locationNotFound, .tooManyRequests, .unreadable]
        ),
        APIOperation(
            route: .reservation,
            path: "/v1/reservations/{reservation}",
            group: .staff,
            id: "getReservation",
            summary: "A reservation with its lines",
            description: "",
            example: "/v1/reservations/2c80e766-d348-43e6-847c-fe45112c746e",
            content: .json("Reservation"),
            problems: [.reservationNotFound]
        ),
        APIOperation(
            route: .transfer,
            path: "/v1/transfers/{transfer}",
            group: .staff,
            id: "getTransfer",
            summary: "A transfer between locations",
            description: "",
            example: "/v1/transfers/t-1",
            content: .json("Transfer"),
            problems: [.transferNotFound]
        ),
        APIOperation(
            route: .sale,
            path: "/v1/sales/{sale}",
            group: .staff,
            id: "getSale",
            summary: "A sale, and what came back of it",
            description: "",
            example: "/v1/sales/receipt-881",
            content: .json("Sale"),
            problems: [.saleNotFound]
        ),
        APIOperation(
            route: .stores,
            path: "/v1/stores",
            group: .staff,
            id: "listStores",
            summary: "The stores that have an agent, and how much of each is known",
            description: "A store's agent sells while it is cut off, and tells afterwards.",
            example: "/v1/stores?page_size=50",
            content: .json("StoreList"),
            problems: [.tooManyRequests, .unreadable]
        ),
        APIOperation(
            route: .store,
            path: "/v1/stores/{location}",
            group: .staff,
            id: "getStore",
            summary: "The agent of one store",
            description: "",
            example: "/v1/stores/lisbon",
            content: .json("Store"),
            problems: [.locationNotFound, .storeNotRegistered, .tooManyRequests, .unreadable]
        ),
        APIOperation(
            route: .conflicts,
            path: "/v1/conflicts",
            group: .staff,
            id: "listConflicts",
            summary: "What late facts left for people to look at",
            description: "Of all stores, or with `location` of one. Who decides does so by gRPC.",
            example: "/v1/conflicts?location=lisbon",
            content: .json("ConflictList"),
            problems: [.locationNotFound, .tooManyRequests, .unreadable]
        ),
    ]

    static let operations: [APIOperation] = [
        APIOperation(
            route: .live,
            path: "/livez",
            group: .operations,
            id: "getLiveness",
            summary: "Whether the process serves",
            description: "Answered even when the node has all the connections that it serves.",
            example: "/livez",
            content: .textOrJSON("Liveness")
        ),
        APIOperation(
            route: .ready,
            path: "/readyz",
            group: .operations,
            id: "getReadiness",
            summary: "Whether the node can read",
            description: "It has loaded its own state.",
            example: "/readyz",
            content: .textOrJSON("Health")
        ),
        APIOperation(
            route: .readyForWrites,
            path: "/readyz/write",
            group: .operations,
            id: "getWriteReadiness",
            summary: "Whether the node can have something written",
            description: "A leader is known, and this node refuses no writes.",
            example: "/readyz/write",
            content: .textOrJSON("Health"),
            problems: [.noLeader, .writesRefused]
        ),
        APIOperation(
            route: .metrics,
            path: "/metrics",
            group: .operations,
            id: "getMetrics",
            summary: "Counters and gauges for Prometheus",
            description: "",
            example: "/metrics",
            content: .other("text/plain")
        ),
        APIOperation(
            route: .openAPI,
            path: "/openapi.json",
            group: .operations,
            id: "getDescription",
            summary: "This description",
            description: "",
            example: "/openapi.json",
            content: .json("Description")
        ),
        APIOperation(
            route: .docs,
            path: "/docs",
            group: .operations,
            id: "getDocumentation",
            summary: "This description for people",
            description: "",
            example: "/docs",
            content: .other("text/html")
        ),
        APIOperation(
            route: .docsStyle,
            path: "/docs/style.css",
            group: .operations,
            id: "getDocumentationStyle",
            summary: "How that looks",
            description: "",
            example: "/docs/style.css",
            content: .other("text/css")
        ),
    ]
}
