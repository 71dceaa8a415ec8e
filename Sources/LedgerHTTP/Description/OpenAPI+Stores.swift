import Ledger
import LedgerAPI

extension OpenAPI {
    /// Stores that sell while they are cut off, and what they leave for people to look at.
    static let stores: [JSONValue.Member] = [
        .init(name: "Store", value: store),
        .init(name: "StoreList", value: page("stores", of: "Store")),
        .init(name: "Conflict", value: conflict),
        .init(name: "ConflictList", value: page("conflicts", of: "Conflict")),
        .init(name: "FactMark", value: nullableMark),
        .init(name: "Fact", value: fact),
    ]

    private static func count(_ description: String) -> JSONValue {
        [
            "type": "integer", "format": "int64", "minimum": 0, "description": .text(description),
        ]
    }

    private static let store: JSONValue = closed([
        "location": ref("Identifier"),
        "state": oneOf(["ACTIVE", "FROZEN"]),
        "epoch": count("Raised when rights are revoked or another agent takes over."),
        "instance": ref("Identifier"),
        "lastFact": count("The last fact that was taken in; 0: none yet."),
        "lastSeen": ref("Time"),
        "silentMs": count("Since then, by the ledger's time."),
        "knownThrough": [
            "type": ["string", "null"],
            "description": "Everything that happened at the store until then is known.",
        ],
        "ageMs": [
            "type": ["integer", "null"],
            "description": "Since then, by the ledger's time; null: it never told all.",
        ],
        "allotted": ref("Quantity"),
        "facts": count("Facts taken in."),
        "openConflicts": count("Conflicts that are open; 1,000: that many or more."),
        "quarantined": count("Facts that are put aside; 1,000: that many or more."),
        "onlineShare": count("Percent of what is on hand that is never allotted."),
        "releasesHolds": [
            "type": "boolean",
            "description":
                "Whether holds are released when a late fact has taken what they promised.",
        ],
        "version": ref("Version"),
    ])

    private static let conflictKinds = Conflict.Kind.allCases.map(\.word)

    private static let conflict: JSONValue = closed([
        "conflict": [
            "type": "string", "description": "Names it where it is decided.",
        ],
        "kind": oneOf(conflictKinds),
        "location": ref("Identifier"),
        "sku": optionalText,
        "position": ["type": "integer", "format": "int64"],
        "time": ref("Time"),
        "fact": ref("FactMark"),
        "quantity": ref("Quantity"),
        "promises": list(of: "Identifier"),
        "mismatch": optionalText,
        "wanted": ref("Price"),
    ])

    private static let mark: JSONValue = [
        "location": ref("Identifier"),
        "epoch": ["type": "integer", "minimum": 1],
        "sequence": ["type": "integer", "format": "int64", "minimum": 1],
    ]

    private static let nullableMark: JSONValue = [
        "description": "Which fact of which store; null for no fact.",
        "type": ["object", "null"],
        "properties": mark,
        "required": ["location", "epoch", "sequence"],
        "additionalProperties": false,
    ]

    private static let notes = FactFate.all.words

    private static let fact: JSONValue = closed(
        mark.adding([
            .init(name: "claimedTime", value: ref("Time")),
            .init(name: "prices", value: list(of: "Price")),
            .init(name: "notes", value: ["type": "array", "items": oneOf(notes)]),
        ])
    )
}
