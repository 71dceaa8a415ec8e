extension APIOperation {
    /// Every resource there is; each route but `other` comes once.
    static let all: [APIOperation] = channel + feed + carts + staff + operations

    static let channel: [APIOperation] = [
        APIOperation(
            route: .availability,
            path: "/v1/availability",
            group: .channel,
            id: "getAvailability",
            summary: "What can be sold of up to 100 items",
            description: """
                Over all locations that sell online together, or at one of them. An unknown or archived \
                SKU is an entry with status UNKNOWN_ITEM, not a failed request. The price is the one \
                that holds at the location asked for.
                """,
            example: "/v1/availability?sku=earl-grey&sku=oolong",
            content: .json("AvailabilityList"),
            problems: [.locationNotFound]
        ),
        APIOperation(
            route: .availabilityBatch,
            path: "/v1/availability:batchGet",
            method: "post",
            group: .channel,
            id: "batchGetAvailability",
            summary: "The same for up to 1,000 items",
            description: "For lists that are too long for a URL. The answer is not for caches.",
            example: "/v1/availability:batchGet",
            content: .json("AvailabilityList"),
            body: "BatchGet",
            problems: [.locationNotFound, .bodyTooLarge, .unsupportedMediaType]
        ),
        APIOperation(
            route: .item,
            path: "/v1/items/{sku}",
            group: .channel,
            id: "getItem",
            summary: "One item of the catalogue",
            description: "Archived items are found too, and say so in their state.",
            example: "/v1/items/earl-grey",
            content: .json("Item"),
            problems: [.itemNotFound]
        ),
        APIOperation(
            route: .itemLocations,
            path: "/v1/items/{sku}/locations",
            group: .channel,
            id: "listItemLocations",
            summary: "Where an item can be picked up",
            description: """
                The locations that sell online and have the item, or had it once, in the order of their \
                ids. What is kept back as safety stock is not offered.
                """,
            example: "/v1/items/earl-grey/locations",
            content: .json("ItemLocations"),
            problems: [.itemNotFound]
        ),
        APIOperation(
            route: .items,
            path: "/v1/items",
            group: .channel,
            id: "listItems",
            summary: "The catalogue, searched by title or SKU",
            description: """
                All words of `q` must stand in the title, the last one perhaps only as the beginning of \
                a word; case and accents don't matter. Archived items are left out.
                """,
            example: "/v1/items?q=earl%20gr&page_size=20",
            content: .json("ItemList"),
            problems: [.tooManyRequests, .unreadable]
        ),
        APIOperation(
            route: .locations,
            path: "/v1/locations",
            group: .channel,
            id: "listLocations",
            summary: "All stores and warehouses",
            description: "In the order of their creation, the closed ones too.",
            example: "/v1/locations?page_size=100",
            content: .json("LocationList"),
            problems: [.tooManyRequests, .unreadable]
        ),
        APIOperation(
            route: .location,
            path: "/v1/locations/{location}",
            group: .channel,
            id: "getLocation",
            summary: "One store or warehouse",
            description: "",
            example: "/v1/locations/lisbon",
            content: .json("Location"),
            problems: [.locationNotFound]
        ),
    ]
}
