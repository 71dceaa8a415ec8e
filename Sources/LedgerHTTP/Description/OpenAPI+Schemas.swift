extension OpenAPI {
    /// Every object says all that it may hold; a test holds the answers against it.
    static let schemas: JSONValue = .object(
        [
            .init(name: "Identifier", value: identifier),
            .init(name: "Quantity", value: quantity),
            .init(name: "Version", value: version),
            .init(name: "Time", value: time),
            .init(name: "Price", value: price),
            .init(name: "Attributes", value: attributes),
            .init(name: "PageToken", value: pageToken),
            .init(name: "Problem", value: problem),
            .init(name: "Liveness", value: closed(["live": ["type": "boolean"]])),
            .init(name: "Health", value: health),
            .init(name: "Description", value: ["type": "object"]),
        ] + catalogue + documents + movements + stores + carts
    )

    /// A reference to another schema.
    static func ref(_ name: String) -> JSONValue {
        ["$ref": .text("#/components/schemas/\(name)")]
    }

    /// An object with these members and no others.
    static func closed(_ properties: JSONValue, optional: [String] = []) -> JSONValue {
        let required = properties.members.map(\.name).filter { !optional.contains($0) }
        return [
            "type": "object",
            "properties": properties,
            "required": .list(required.map { .text($0) }),
            "additionalProperties": false,
        ]
    }

    static func list(of schema: String) -> JSONValue { ["type": "array", "items": ref(schema)] }

    /// A page: entries under a name, and the way to the next.
    static func page(_ name: String, of schema: String) -> JSONValue {
        closed([name: list(of: schema), "nextPageToken": ref("PageToken")])
    }

    static func oneOf(_ words: [String]) -> JSONValue {
        ["type": "string", "enum": .list(words.map { .text($0) })]
    }

    static let optionalText: JSONValue = ["type": ["string", "null"]]

    private static let identifier: JSONValue = [
        "type": "string",
        "description": "1 to 64 printable ASCII characters without spaces.",
        "pattern": "^[!-~]{1,64}$",
    ]

    private static let quantity: JSONValue = [
        "type": "integer", "format": "int64",
        "description": "Units; signed where facts may overtake.",
    ]

    private static let version: JSONValue = [
        "type": "integer", "format": "int64", "minimum": 0,
        "description": "Rises with each change of what is told here; 0 for what isn't there.",
    ]

    private static let time: JSONValue = [
        "type": "string", "format": "date-time",
        "description": "The log's time in UTC, to the microsecond.",
    ]

    private static let price: JSONValue = [
        "description": "Null for what has no price.",
        "type": ["object", "null"],
        "properties": [
            "amount": [
                "type": "integer", "format": "int64", "description": "Minor units, such as cents.",
            ],
            "currency": ["type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217."],
        ],
        "required": ["amount", "currency"],
        "additionalProperties": false,
    ]

    private static let attributes: JSONValue = [
        "type": "object", "additionalProperties": ["type": "string"],
    ]

    private static let pageToken: JSONValue = [
        "type": ["string", "null"],
        "description": "Asks for the next page; null behind the last.",
    ]

    private static let problem: JSONValue = closed(
        [
            "type": [
                "type": "string", "format": "uri",
                "enum": .list(ProblemReason.allCases.map { .text($0.type) }),
            ],
            "title": ["type": "string"],
            "status": ["type": "integer"],
            "reason": oneOf(ProblemReason.allCases.map(\.rawValue)),
            "detail": ["type": "string"],
            "parameter": ["type": "string", "description": "The parameter that is wrong."],
            "stalenessMs": [
                "type": ["integer", "null"],
                "description": "With STALE: the age that the node could have given.",
            ],
            "position": [
                "type": "integer", "description": "With SESSION_AHEAD: how far the node is.",
            ],
            "violations": [
                "type": "array", "description": "Every field that is wrong.",
                "items": closed(["field": ["type": "string"], "description": ["type": "string"]]),
            ],
            "lines": [
                "type": "array", "items": shortage,
                "description": "With INSUFFICIENT_STOCK: the lines that can't be had.",
            ],
            "sku": ref("Identifier"),
            "location": ref("Identifier"),
            "reservation": ref("Identifier"),
            "state": [
                "type": "string", "description": "With RESERVATION_CLOSED: what has become of it.",
            ],
            "limit": ["type": "string", "description": "With HOLD_QUOTA_EXCEEDED."],
        ],
        optional: [
            "detail", "parameter", "stalenessMs", "position", "violations", "lines", "sku",
            "location", "reservation", "state", "limit",
        ]
    )

    private static let health: JSONValue = closed([
        "ready": ["type": "boolean"],
        "node": ["type": "string"],
        "role": oneOf(["leader", "follower", "candidate", "learner"]),
        "term": ["type": "integer"],
        "leader": optionalText,
        "commit": ["type": "integer"],
        "applied": ["type": "integer"],
        "stored": ["type": "integer"],
        "stalenessMs": ["type": ["integer", "null"]],
        "writeRefusal": optionalText,
    ])
}
