/// The schemas of carts and of the cluster.
extension OpenAPI {
    static let carts: [JSONValue.Member] = [
        .init(name: "HoldRequest", value: request),
        .init(name: "HoldChange", value: change),
        .init(name: "HoldAnswer", value: answer),
        .init(name: "Cluster", value: cluster),
        .init(name: "NodeState", value: nodeState),
        .init(name: "Member", value: member),
        .init(name: "Durations", value: durations),
    ]

    /// What was asked for and what there is, line by line.
    static let shortage: JSONValue = closed([
        "sku": ref("Identifier"), "location": optionalText, "requested": ref("Quantity"),
        "available": ref("Quantity"),
    ])

    private static let uuid: JSONValue = [
        "type": "string", "format": "uuid", "description": "In lower case.",
    ]
    private static let secret: JSONValue = [
        "type": "string", "pattern": "^[!-~]{22,128}$",
        "description": "Random, and told to nobody: it is the right to change the cart's holds.",
    ]
    private static let ttl: JSONValue = [
        "type": "integer", "minimum": 1, "maximum": 1_800_000,
        "description": "How long from now, in ms; ten minutes when it is left out.",
    ]

    private static let request: JSONValue = closed(
        [
            "requestId": uuid,
            "cart": secret,
            "reservation": uuid,
            "replaces": uuid,
            "lines": [
                "type": "array", "minItems": 1, "maxItems": 50,
                "items": closed(
                    [
                        "sku": ref("Identifier"),
                        "quantity": ["type": "integer", "minimum": 1, "maximum": 1_000],
                        "location": ref("Identifier"),
                    ],
                    optional: ["location"]
                ),
            ],
            "ttlMs": ttl,
        ],
        optional: ["reservation", "replaces", "ttlMs"]
    )

    private static let change: JSONValue = closed(
        ["requestId": uuid, "cart": secret, "ttlMs": ttl, "order": ref("Identifier")],
        optional: ["ttlMs", "order"]
    )

    private static let answer: JSONValue = closed([
        "hold": ref("Reservation"),
        "time": ref("Time"),
        "position": ["type": "integer"],
        "replayed": ["type": "boolean", "description": "The same request was answered before."],
    ])

    private static let cluster: JSONValue = closed([
        "cluster": ["type": "string", "description": "The cluster's identity."],
        "node": ref("NodeState"),
        "leader": [
            "type": ["object", "null"], "description": "A NodeState; null when none answers.",
        ],
        "configurationPosition": ["type": "integer"],
        "joint": ["type": "boolean", "description": "Two majorities decide together."],
        "joining": optionalText,
        "transferTarget": optionalText,
        "members": list(of: "Member"),
        "counters": [
            "type": "object", "additionalProperties": ["type": "number"],
            "description": "The node's own, by their names in `/metrics`.",
        ],
        "requests": ref("Durations"),
        "http": ref("Durations"),
    ])

    private static let nodeState: JSONValue = closed([
        "id": ["type": "string"],
        "role": oneOf(["leader", "follower", "candidate", "learner"]),
        "term": ["type": "integer"],
        "leader": optionalText,
        "position": ["type": "integer", "description": "What is applied, and shown to readers."],
        "commit": ["type": "integer"],
        "stored": ["type": "integer"],
        "logFirst": ["type": "integer"],
        "logLast": ["type": "integer"],
        "stalenessMs": [
            "type": ["integer", "null"],
            "description": """
            An upper bound on the age of what it shows, when this answer is written; of other nodes the \
            time since they were asked is in it. Null when unknown.
            """,
        ],
        "ready": ["type": "boolean"],
        "writeRefusal": optionalText,
    ])

    private static let member: JSONValue = closed([
        "id": ["type": "string"],
        "part": oneOf(["voter", "learner", "incoming", "outgoing"]),
        "peerAddress": ["type": "string"],
        "connection": ["type": "string"],
        "mode": optionalText,
        "position": [
            "type": ["integer", "null"], "description": "What the leader knows that it has.",
        ],
        "lag": [
            "type": ["integer", "null"],
            "description": "Entries of the leader's log that it lacks.",
        ],
        "silentMs": [
            "type": ["integer", "null"],
            "description": "So long the leader has heard nothing of it.",
        ],
        "state": [
            "type": ["object", "null"],
            "description": "A NodeState, told by the member itself; null when it does not answer.",
        ],
        "unansweredMs": [
            "type": ["integer", "null"],
            "description": "So long this node has asked it in vain.",
        ],
    ])

    private static let durations: JSONValue = closed([
        "boundsSeconds": [
            "type": "array", "items": ["type": "number"],
            "description": "Upper bounds; a last bucket without one follows.",
        ],
        "counts": ["type": "array", "items": ["type": "integer"]],
        "sumSeconds": ["type": "number"],
    ])
}
