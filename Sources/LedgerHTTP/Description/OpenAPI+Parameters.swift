extension OpenAPI {
    /// A parameter in a query or in a path, by its name.
    static func parameter(
        _ name: String,
        in place: String,
        of operation: APIOperation
    ) -> JSONValue {
        let route = operation.route
        var members: [JSONValue.Member] = [
            .init(name: "name", value: .text(name)),
            .init(name: "in", value: .text(place)),
            .init(name: "description", value: .text(meaning(of: name, route))),
        ]
        if place == "path" || name == "sku" && route == .availability {
            members.append(.init(name: "required", value: true))
        }
        let schema = schema(of: name)
        if isRepeated(name, route) {
            let atMost: JSONValue = route.isFeed ? 1_000 : 100
            members.append(.init(name: "style", value: "form"))
            members.append(.init(name: "explode", value: true))
            members.append(
                .init(
                    name: "schema",
                    value: ["type": "array", "items": schema, "minItems": 1, "maxItems": atMost]
                )
            )
        } else {
            members.append(.init(name: "schema", value: schema))
        }
        if let example = operation.example(of: name, in: place) {
            members.append(.init(name: "example", value: example))
        }
        return .object(members)
    }

    private static func isRepeated(_ name: String, _ route: Route) -> Bool {
        name == "sku" && route == .availability
            || route.isFeed && (name == "sku" || name == "location")
    }

    private static func meaning(of name: String, _ route: Route) -> String {
        switch name {
        case "sku" where isRepeated(name, route): "An item; may be repeated."
        case "location" where isRepeated(name, route): "A location; may be repeated."
        case "mode":
            "`latest`: of each key the last change, after its present state; `log`: each change in order."
        case "after":
            "Everything up to this position is known; a `Last-Event-ID` header wins over it."
        case "wait": "How long to wait for a change, at most 60 s; 20 s when it is left out."
        case "sku": "An item."
        case "location": "A location."
        case "consistency": "What the answer promises; `stale` when it is left out."
        case "max_staleness":
            "With `bounded`: the greatest age, in ms or with a unit, at most 24 h."
        case "min_position": "With `session`: a position of the log that the answer must include."
        case "page_size": "Entries in a page; 100 when it is left out."
        case "page_token":
            "The `nextPageToken` of the page before. All else must be asked as it was then."
        case "q": "Words of the title."
        case "sku_prefix": "What the SKU begins with."
        case "as_of": "A position, or a time (RFC 3339)."
        case "from": "Not before this time (RFC 3339)."
        case "until": "Before this time (RFC 3339)."
        case "order": "`newest_first` when it is left out."
        case "reservation": "The id of a reservation."
        case "document": "The reference of a document."
        case "request": "The id of a request."
        case "sale": "The id of a sale."
        case "transfer": "The id of a transfer."
        case "hold": "The id of a reservation, a UUID, with what is to become of it behind a colon."
        case "file": "The name of a file."
        default: preconditionFailure("the parameter \(name) is not described")
        }
    }

    private static let timePattern =
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"

    private static func schema(of name: String) -> JSONValue {
        switch name {
        case "consistency":
            ["type": "string", "enum": ["stale", "bounded", "session", "linearizable"]]
        case "max_staleness": ["type": "string", "pattern": "^[0-9]{1,8}(ms)?$|^[0-9]{1,5}s$"]
        case "min_position": ["type": "integer", "format": "int64", "minimum": 0]
        case "page_size": ["type": "integer", "minimum": 1, "maximum": 500]
        case "page_token": ["type": "string", "maxLength": 512]
        case "mode": ["type": "string", "enum": ["latest", "log"]]
        case "after": ["type": "integer", "format": "int64", "minimum": 0]
        case "wait": ["type": "string", "pattern": "^[0-9]{1,5}(ms)?$|^([0-9]|[1-5][0-9]|60)s$"]
        case "q": ["type": "string", "maxLength": 256]
        case "sku_prefix": ["type": "string", "pattern": "^[!-~]{0,64}$"]
        case "as_of": ["type": "string", "pattern": .text("^([0-9]{1,19}|\(timePattern))$")]
        case "from", "until": ["type": "string", "format": "date-time"]
        case "order": ["type": "string", "enum": ["newest_first", "oldest_first"]]
        default: ["$ref": "#/components/schemas/Identifier"]
        }
    }
}
