extension OpenAPI {
    /// What the digital channel reads.
    static let catalogue: [JSONValue.Member] = [
        .init(name: "AvailabilityList", value: availabilityList),
        .init(name: "Availability", value: availability),
        .init(name: "BatchGet", value: batchGet),
        .init(name: "Item", value: item),
        .init(name: "ItemList", value: page("items", of: "Item")),
        .init(name: "ItemLocations", value: itemLocations),
        .init(name: "ItemLocation", value: itemLocation),
        .init(name: "Location", value: location),
        .init(name: "Heard", value: heard),
        .init(name: "LocationList", value: page("locations", of: "Location")),
        .init(name: "ChangeList", value: changeList),
        .init(name: "Change", value: change),
    ]

    private static let availabilityList: JSONValue = closed(
        ["location": ref("Identifier"), "items": list(of: "Availability")],
        optional: ["location"]
    )

    private static let changeList: JSONValue = closed([
        "events": list(of: "Change"),
        "next": [
            "type": "integer", "format": "int64", "minimum": 0,
            "description": "The cursor behind these, for `after`.",
        ],
    ])

    private static let change: JSONValue = closed([
        "event": oneOf(["availability", "price", "item", "location"]),
        "data": [
            "type": "object",
            "description":
                "An Availability (at a location with `location`), a price, an Item or a Location, with `position` and `prev`.",
        ],
    ])

    /// The members that every availability has.
    private static let available: [JSONValue.Member] = [
        .init(
            name: "available",
            value: [
                "type": "integer", "minimum": 0, "maximum": 100,
                "description": "Units that can be sold, as far as customers are told.",
            ]
        ),
        .init(
            name: "availableCapped",
            value: ["type": "boolean", "description": "There may be more than `available`."]
        ),
        .init(name: "price", value: ref("Price")),
        .init(name: "version", value: ref("Version")),
    ]

    private static let stockWords = ["IN_STOCK", "LOW_STOCK", "OUT_OF_STOCK", "BACKORDER"]
    private static let kinds = ["STORE", "WAREHOUSE"]

    private static let availability: JSONValue = closed(
        .object(
            [
                .init(name: "sku", value: ref("Identifier")),
                .init(name: "status", value: oneOf(stockWords + ["UNKNOWN_ITEM"])),
            ] + available
        )
    )

    private static let batchGet: JSONValue = closed([
        "skus": [
            "type": "array", "items": ref("Identifier"), "minItems": 1, "maxItems": 1_000,
        ]
    ])

    private static let item: JSONValue = closed([
        "sku": ref("Identifier"),
        "title": ["type": "string"],
        "attributes": ref("Attributes"),
        "price": ref("Price"),
        "state": oneOf(["ACTIVE", "ARCHIVED"]),
        "version": ref("Version"),
    ])

    private static let itemLocations: JSONValue = closed([
        "sku": ref("Identifier"),
        "locations": list(of: "ItemLocation"),
        "nextPageToken": ref("PageToken"),
    ])

    private static let itemLocation: JSONValue = closed(
        .object(
            [
                .init(name: "location", value: ref("Identifier")),
                .init(name: "name", value: ["type": "string"]),
                .init(name: "kind", value: oneOf(kinds)),
                .init(name: "status", value: oneOf(stockWords)),
            ] + available
        )
    )

    private static let location: JSONValue = closed(
        [
            "location": ref("Identifier"),
            "name": ["type": "string"],
            "kind": oneOf(kinds),
            "priority": [
                "type": "integer", "description": "Lower is tried first when an order is placed.",
            ],
            "sellsOnline": ["type": "boolean"],
            "state": oneOf(["ACTIVE", "DRAINING", "CLOSED"]),
            "agent": ref("Heard"),
            "version": ref("Version"),
        ],
        optional: ["agent"]
    )

    private static let heard: JSONValue = closed([
        "lastSeen": ref("Time"),
        "silentMs": [
            "type": "integer", "format": "int64", "minimum": 0,
            "description": "By the ledger's time; a store that sells cut off is silent.",
        ],
    ])
}
