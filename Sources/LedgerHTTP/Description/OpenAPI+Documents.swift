import Ledger
import LedgerAPI

extension OpenAPI {
    /// Stock and documents, as staff reads them.
    static let documents: [JSONValue.Member] = [
        .init(name: "Stock", value: stock),
        .init(name: "Offer", value: offer),
        .init(name: "Reservation", value: reservation),
        .init(name: "Transfer", value: transfer),
        .init(name: "Sale", value: sale),
    ]

    /// The journal.
    static let movements: [JSONValue.Member] = [
        .init(name: "MovementList", value: page("entries", of: "JournalEntry")),
        .init(name: "JournalEntry", value: entry),
        .init(name: "Movement", value: movement),
    ]

    /// An object whose members are quantities, behind some others.
    private static func amounts(
        _ first: JSONValue,
        _ names: [String],
        _ last: [JSONValue.Member] = []
    ) -> JSONValue {
        closed(first.adding(names.map { .init(name: $0, value: ref("Quantity")) } + last))
    }

    private static let buckets = ["onHand", "reserved", "allotted", "unavailable", "incoming"]

    private static let place: JSONValue = [
        "sku": ref("Identifier"), "location": ref("Identifier"),
    ]

    private static let stock: JSONValue = amounts(
        place,
        buckets + ["safetyStock", "backorderLimit", "available", "availableOnline"],
        [.init(name: "version", value: ref("Version"))]
    )

    private static let offer: JSONValue = closed([
        "sku": ref("Identifier"),
        "location": ref("Identifier"),
        "price": ref("Price"),
        "attributes": ref("Attributes"),
        "version": ref("Version"),
    ])

    private static let reservation: JSONValue = closed([
        "reservation": ref("Identifier"),
        "owner": closed([
            "kind": oneOf(["CUSTOMER", "STORE", "ORDER"]), "reference": ref("Identifier"),
        ]),
        "state": oneOf(["HELD", "CONFIRMED", "FULFILLED", "RELEASED", "EXPIRED"]),
        "lines": [
            "type": "array",
            "items": amounts(place, ["requested", "fulfilled", "released", "returned"]),
        ],
        "expireTime": ref("Time"),
        "maxExpireTime": ref("Time"),
        "order": optionalText,
        "version": ref("Version"),
    ])

    private static let transfer: JSONValue = closed([
        "transfer": ref("Identifier"),
        "from": ref("Identifier"),
        "to": ref("Identifier"),
        "state": oneOf(["DRAFT", "IN_TRANSIT", "CLOSED", "CANCELLED"]),
        "lines": [
            "type": "array",
            "items": amounts(
                ["sku": ref("Identifier")],
                ["requested", "shipped", "received", "rejected", "lost", "inTransit"]
            ),
        ],
        "document": optionalText,
        "version": ref("Version"),
    ])

    private static let sale: JSONValue = closed([
        "sale": ref("Identifier"),
        "lines": ["type": "array", "items": amounts(place, ["sold", "returned"])],
        "version": ref("Version"),
    ])

    private static let kinds = (UInt8.min...UInt8.max)
        .compactMap { JournalRow.Kind(rawValue: $0)?.word }

    private static let entry: JSONValue = closed(
        [
            "sequence": ["type": "integer", "format": "int64"],
            "position": ["type": "integer", "format": "int64"],
            "time": ref("Time"),
            "kind": oneOf(kinds),
            "request": optionalText,
            "batchIndex": [
                "type": "integer", "description": "Of a part of a batch: which one it was.",
            ],
            "actor": optionalText,
            "refused": ["type": "boolean"],
            "reason": optionalText,
            "document": optionalText,
            "movements": list(of: "Movement"),
            "reservation": ref("Reservation"),
            "sale": ref("Sale"),
            "transfer": ref("Transfer"),
            "offer": ref("Offer"),
            "fact": ref("Fact"),
            "curedBy": ref("FactMark"),
        ],
        optional: [
            "batchIndex", "reservation", "sale", "transfer", "offer", "fact", "curedBy",
        ]
    )

    private static let movement: JSONValue = amounts(
        place,
        buckets,
        [
            .init(
                name: "after",
                value: amounts(
                    .object([]),
                    buckets,
                    [.init(name: "version", value: ref("Version"))]
                )
            )
        ]
    )
}
