import Foundation

/// A body as a value.
func decode<Value: Decodable>(_ type: Value.Type, _ body: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(body.utf8))
}

/// A body as Foundation's dictionaries, arrays, strings and numbers.
func parse(_ body: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(body.utf8), options: .fragmentsAllowed)
}
