@testable import LedgerHTTP

/// Holds values against the schemas of the description: the part of JSON Schema that it uses, and
/// nothing but that part, so that a keyword which isn't checked can't be written by mistake.
struct SchemaCheck {
    /// Members that were seen, as `Schema.member`.
    private(set) var seen: Set<String> = []
    private(set) var faults: [String] = []

    /// Checks a value, as Foundation reads it, by the schema of that name.
    mutating func check(_ value: Any, by name: String) {
        guard let schema = OpenAPI.schemas[name] else {
            faults.append("there is no schema \(name)")
            return
        }
        check(value, schema, name)
    }

    private mutating func check(_ value: Any, _ schema: JSONValue, _ place: String) {
        if let reference = schema["$ref"]?.text {
            let name = String(reference.split(separator: "/").last ?? "")
            return check(value, by: name)
        }
        for member in schema.members where !Self.keywords.contains(member.name) {
            faults.append("\(place): the keyword \(member.name) is not checked")
        }
        let types = schema["type"].map { $0.text.map { [$0] } ?? $0.elements.compactMap(\.text) }
        if let types, !types.contains(where: { Self.isOfType(value, $0) }) {
            faults.append("\(place): \(value) is not \(types)")
            return
        }
        if let words = schema["enum"]?.elements.compactMap(\.text), !words.isEmpty,
            !words.contains(value as? String ?? "")
        {
            faults.append("\(place): \(value) is none of \(words)")
        }
        if let object = value as? [String: Any] { check(object, schema, place) }
        if let list = value as? [Any], let items = schema["items"] {
            for element in list { check(element, items, place) }
        }
    }

    private mutating func check(_ object: [String: Any], _ schema: JSONValue, _ place: String) {
        for name in schema["required"]?.elements.compactMap(\.text) ?? [] where object[name] == nil
        {
            faults.append("\(place): \(name) is missing")
        }
        for (name, value) in object.sorted(by: { $0.key < $1.key }) {
            if let property = schema["properties"]?[name] {
                seen.insert("\(place).\(name)")
                check(value, property, "\(place).\(name)")
            } else if case .object = schema["additionalProperties"] ?? .null,
                let others = schema["additionalProperties"]
            {
                check(value, others, "\(place).*")
            } else if schema["additionalProperties"] == .bool(false) {
                faults.append("\(place): \(name) is not described")
            }
        }
    }

    private static let keywords: Set<String> = [
        "type", "enum", "properties", "required", "additionalProperties", "items", "description",
        "format", "pattern", "minimum", "maximum", "minItems", "maxItems",
    ]

    private static func isOfType(_ value: Any, _ type: String) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "boolean": value is Bool
        case "number": value is Double || value is Int
        case "integer": !(value is String) && value is Int
        case "null": "\(value)" == "<null>"
        default: false
        }
    }
}
