import NIOCore

/// The description of the API in OpenAPI 3.1, put together from the resources' own.
enum OpenAPI {
    static let document: JSONValue = [
        "openapi": "3.1.0",
        "info": [
            "title": "Estoque",
            "version": "1",
            "summary": "A strongly consistent stock ledger, read over HTTP.",
            "description": .text(introduction),
            "license": ["name": "Apache 2.0", "identifier": "Apache-2.0"],
        ],
        "servers": [["url": "/", "description": "This node; any node of the cluster will do."]],
        "tags": .list(
            APIOperation.Group.allCases.map {
                ["name": .text($0.rawValue), "description": .text($0.description)]
            }
        ),
        "paths": .object(APIOperation.all.map { .init(name: $0.path, value: path($0)) }),
        "components": ["schemas": schemas, "headers": headers],
    ]

    static let introduction = """
        Every read may say what it must promise: `stale` (a consistent prefix of the log, with its age \
        stated), `bounded` (no older than asked), `session` (includes a position that was seen before) or \
        `linearizable` (everything acknowledged before it). What can't be had is refused with 503 and \
        `Retry-After`, never given in silence. Errors are `application/problem+json` with a stable `type`. \
        Everything that knows GET knows HEAD and OPTIONS.
        """

    private static func path(_ operation: APIOperation) -> JSONValue {
        .object([.init(name: operation.method, value: describe(operation))])
    }

    private static func describe(_ operation: APIOperation) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init(name: "tags", value: [.text(operation.group.rawValue)]),
            .init(name: "operationId", value: .text(operation.id)),
            .init(name: "summary", value: .text(operation.summary)),
        ]
        if !operation.description.isEmpty {
            members.append(.init(name: "description", value: .text(operation.description)))
        }
        let parameters =
            operation.pathParameters.map { parameter($0, in: "path", of: operation) }
            + operation.route.parameters.map { parameter($0, in: "query", of: operation) }
        if !parameters.isEmpty {
            members.append(.init(name: "parameters", value: .list(parameters)))
        }
        if let body = operation.body {
            members.append(
                .init(
                    name: "requestBody",
                    value: ["required": true, "content": ["application/json": media(body)]]
                )
            )
        }
        members.append(.init(name: "responses", value: responses(of: operation)))
        return .object(members)
    }

    static func media(_ schema: String) -> JSONValue {
        ["schema": ["$ref": .text("#/components/schemas/\(schema)")]]
    }

    // MARK: Responses

    private static func responses(of operation: APIOperation) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init(name: "\(operation.status)", value: success(of: operation))
        ]
        if operation.method == "get", operation.isRead || operation.route.isStatic {
            members.append(
                .init(
                    name: "304",
                    value: ["description": "What the `If-None-Match` names is still so."]
                )
            )
        }
        let reasons = problems(of: operation)
        for status in Set(reasons.map(\.status)).sorted() {
            let here = reasons.filter { $0.status == status }
            members.append(.init(name: "\(status)", value: refusal(here)))
        }
        return .object(members)
    }

    /// What may happen to any request, to any read, and to this one.
    static func problems(of operation: APIOperation) -> [ProblemReason] {
        var reasons: [ProblemReason] = [
            .malformedRequest, .requestTimeout, .targetTooLong, .headersTooLarge,
            .tooManyConnections,
        ]
        if operation.method == "get" { reasons.append(.bodyNotAllowed) }
        if operation.isRead {
            reasons += [
                .invalidArgument, .stale, .sessionAhead, .noQuorum, .notReady, .overloaded,
            ]
        }
        if operation.route == .ready || operation.route == .readyForWrites {
            reasons.append(.notReady)
        }
        return ProblemReason.allCases.filter { (reasons + operation.problems).contains($0) }
    }

    private static func success(of operation: APIOperation) -> JSONValue {
        let content: JSONValue =
            switch operation.content {
            case .json(let schema): ["application/json": media(schema)]
            case .textOrJSON(let schema):
                ["text/plain": ["schema": ["type": "string"]], "application/json": media(schema)]
            case .other(let type):
                .object([.init(name: type, value: ["schema": ["type": "string"]])])
            }
        var members: [JSONValue.Member] = [
            .init(name: "description", value: .text(operation.summary + "."))
        ]
        if operation.isRead {
            let names = readHeaders + (operation.method == "get" ? ["ETag"] : [])
            members.append(.init(name: "headers", value: references(names)))
        }
        members.append(.init(name: "content", value: content))
        return .object(members)
    }

    private static func refusal(_ reasons: [ProblemReason]) -> JSONValue {
        let lines = reasons.map { "\($0.rawValue): \($0.title)." }
        var members: [JSONValue.Member] = [
            .init(name: "description", value: .text(lines.joined(separator: "\n\n")))
        ]
        if reasons.contains(where: { $0.retryAfter != nil }) {
            members.append(.init(name: "headers", value: references(["Retry-After"])))
        }
        members.append(
            .init(name: "content", value: ["application/problem+json": media("Problem")])
        )
        return .object(members)
    }

    private static func references(_ names: [String]) -> JSONValue {
        .object(
            names.map { .init(name: $0, value: ["$ref": .text("#/components/headers/\($0)")]) }
        )
    }

    private static let readHeaders = [
        "Estoque-Position", "Estoque-Staleness-Ms", "Estoque-Node", "Estoque-Role", "Age",
    ]

    private static let headers: JSONValue = [
        "Estoque-Position": [
            "description": "The answer contains every entry of the log up to here and none after.",
            "required": true,
            "schema": ["type": "integer", "format": "int64", "minimum": 0],
        ],
        "Estoque-Staleness-Ms": [
            "description": "An upper bound on the answer's age in milliseconds, or `unknown`.",
            "required": true,
            "schema": ["type": "string", "pattern": "^([0-9]+|unknown)$"],
        ],
        "Estoque-Node": [
            "description": "The node that answered.",
            "required": true,
            "schema": ["type": "string"],
        ],
        "Estoque-Role": [
            "description": "Its part in the cluster.",
            "required": true,
            "schema": [
                "type": "string", "enum": ["leader", "follower", "candidate", "learner"],
            ],
        ],
        "Age": [
            "description": "The same age in whole seconds, for caches; absent when it is unknown.",
            "schema": ["type": "integer", "minimum": 0],
        ],
        "ETag": [
            "description": "Names what the body says; send it back as `If-None-Match`.",
            "required": true,
            "schema": ["type": "string"],
        ],
        "Retry-After": [
            "description": "Seconds after which another try makes sense.",
            "required": true,
            "schema": ["type": "integer", "minimum": 1],
        ],
    ]
}
