import Ledger
import NIOCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A JSON body as it came, before anybody knows what is asked.
indirect enum BodyValue: Decodable, Equatable {
    case object([String: BodyValue])
    case list([BodyValue])
    case text(String)
    case whole(Int64)
    /// A number that isn't a whole one, or is too great.
    case fraction
    case bool(Bool)
    case null

    /// Reads a body, which must be an object.
    static func read(_ body: ByteBuffer) throws(Problem) -> BodyValue {
        let value: BodyValue
        do {
            value = try JSONDecoder().decode(BodyValue.self, from: Data(body.readableBytesView))
        } catch {
            throw Problem(.invalidArgument, detail: notAnObject)
        }
        guard case .object = value else { throw Problem(.invalidArgument, detail: notAnObject) }
        return value
    }

    private static let notAnObject = "the body must be a JSON object"

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Name.self) {
            var values: [String: BodyValue] = [:]
            for name in members.allKeys {
                values[name.stringValue] = try members.decode(BodyValue.self, forKey: name)
            }
            self = .object(values)
            return
        }
        if var elements = try? decoder.unkeyedContainer() {
            var values: [BodyValue] = []
            while !elements.isAtEnd { values.append(try elements.decode(BodyValue.self)) }
            self = .list(values)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let bool = try? single.decode(Bool.self) {
            self = .bool(bool)
        } else if let text = try? single.decode(String.self) {
            self = .text(text)
        } else if let number = try? single.decode(Int64.self) {
            self = .whole(number)
        } else {
            self = .fraction
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

/// The members of an object, read strictly: what is unknown, missing or of another type is named.
struct BodyMembers {
    /// Where the object is in the body: `lines[2]`, or nothing.
    let path: String
    private let values: [String: BodyValue]

    /// Members of the object at the path.
    init(_ value: BodyValue, at path: String = "", knows names: Set<String>) throws(Problem) {
        guard case .object(let values) = value else {
            throw .invalid(path, "must be an object")
        }
        self.path = path
        self.values = values
        for name in values.keys.sorted() where !names.contains(name) {
            throw .invalid(Self.join(path, name), "is not known here")
        }
    }

    /// A member; nil when it is absent or null.
    func value(_ name: String) -> BodyValue? {
        values[name].flatMap { $0 == .null ? nil : $0 }
    }

    /// Whether the member is there, and be it null.
    func has(_ name: String) -> Bool { values[name] != nil }

    func text(ifAny name: String) throws(Problem) -> String? {
        guard let value = value(name) else { return nil }
        guard case .text(let text) = value else { throw wrong(name, "must be a string") }
        return text
    }

    func text(_ name: String) throws(Problem) -> String {
        guard let text = try text(ifAny: name) else { throw wrong(name, "is required") }
        return text
    }

    func identifier<Identifier: ClientIdentifier>(
        ifAny name: String
    ) throws(Problem) -> Identifier? {
        guard let text = try text(ifAny: name) else { return nil }
        guard let identifier = Identifier(text) else {
            throw wrong(name, "must be 1 to 64 visible ASCII characters without spaces")
        }
        return identifier
    }

    func identifier<Identifier: ClientIdentifier>(
        _ name: String
    ) throws(Problem) -> Identifier {
        guard let identifier: Identifier = try identifier(ifAny: name) else {
            throw wrong(name, "is required")
        }
        return identifier
    }

    func whole(ifAny name: String) throws(Problem) -> Int64? {
        guard let value = value(name) else { return nil }
        guard case .whole(let number) = value else {
            throw wrong(name, "must be a whole number")
        }
        return number
    }

    func whole(_ name: String) throws(Problem) -> Int64 {
        guard let number = try whole(ifAny: name) else { throw wrong(name, "is required") }
        return number
    }

    /// The objects of a list; nil when there is none.
    func objects(
        ifAny name: String,
        knows names: Set<String>
    ) throws(Problem) -> [BodyMembers]? {
        guard let value = value(name) else { return nil }
        guard case .list(let values) = value else { throw wrong(name, "must be a list") }
        var objects: [BodyMembers] = []
        for (index, value) in values.enumerated() {
            let path = "\(Self.join(path, name))[\(index)]"
            objects.append(try BodyMembers(value, at: path, knows: names))
        }
        return objects
    }

    /// The members of an object that is a member; nil when it is none.
    func object(ifAny name: String, knows names: Set<String>) throws(Problem) -> BodyMembers? {
        guard let value = value(name) else { return nil }
        return try BodyMembers(value, at: Self.join(path, name), knows: names)
    }

    /// What is wrong with a member.
    func wrong(_ name: String, _ what: String) -> Problem {
        .invalid(Self.join(path, name), what)
    }

    private static func join(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }
}
