import NIOCore

/// Finds the files of a `FileDescriptorSet` by name and by the symbols that they define.
///
/// Reads only what it needs of `descriptor.proto`: names, packages, dependencies and the names of definitions.
struct DescriptorIndex: Sendable {
    private struct File {
        var serialized: ByteBuffer
        var dependencies: [String]
    }

    private var files: [String: File] = [:]
    private var fileBySymbol: [String: String] = [:]

    /// Reads a serialized `google.protobuf.FileDescriptorSet`.
    init(fileDescriptorSet: ByteBuffer) throws(ProtobufReader.Malformed) {
        var reader = ProtobufReader(fileDescriptorSet)
        while let field = try reader.next() {
            // FileDescriptorSet.file
            if field.number == 1, case .bytes(let file) = field.value { try add(file) }
        }
    }

    /// The file of this name and all that it imports, itself first.
    func files(named name: String) -> [ByteBuffer]? {
        guard files[name] != nil else { return nil }
        var found: [ByteBuffer] = []
        var seen: Set<String> = [name]
        var pending: CircularBuffer<String> = [name]
        while let next = pending.popFirst() {
            guard let file = files[next] else { continue }
            found.append(file.serialized)
            for dependency in file.dependencies where seen.insert(dependency).inserted {
                pending.append(dependency)
            }
        }
        return found
    }

    /// The file that defines a fully qualified symbol, and all that it imports.
    func files(defining symbol: String) -> [ByteBuffer]? {
        let name = symbol.hasPrefix(".") ? String(symbol.dropFirst()) : symbol
        return fileBySymbol[name].flatMap(files(named:))
    }

    private mutating func add(_ serialized: ByteBuffer) throws(ProtobufReader.Malformed) {
        var name = ""
        var package = ""
        var dependencies: [String] = []
        var symbols: [String] = []
        var reader = ProtobufReader(serialized)
        while let field = try reader.next() {
            guard case .bytes(let bytes) = field.value else { continue }
            // The numbers are those of FileDescriptorProto.
            switch field.number {
            case 1: name = String(buffer: bytes)
            case 2: package = String(buffer: bytes)
            case 3: dependencies.append(String(buffer: bytes))
            case 4: symbols += try Self.namesOfMessage(bytes)
            case 5: symbols += try Self.namesOfEnum(bytes)
            case 6: symbols += try Self.names(in: bytes, memberField: 2)
            case 7: symbols += try Self.names(in: bytes, memberField: nil)
            default: break
            }
        }
        files[name] = File(serialized: serialized, dependencies: dependencies)
        for symbol in symbols {
            fileBySymbol[package.isEmpty ? symbol : "\(package).\(symbol)"] = name
        }
    }

    /// A definition's own name (always field 1) and, after a dot, the names of its members.
    private static func names(
        in definition: ByteBuffer,
        memberField: UInt64?
    ) throws(ProtobufReader.Malformed) -> [String] {
        var own = ""
        var members: [String] = []
        var reader = ProtobufReader(definition)
        while let field = try reader.next() {
            guard case .bytes(let bytes) = field.value else { continue }
            if field.number == 1 { own = String(buffer: bytes) }
            if field.number == memberField { members += try names(in: bytes, memberField: nil) }
        }
        return [own] + members.map { "\(own).\($0)" }
    }

    /// Values of an enumeration live beside it, not in it.
    private static func namesOfEnum(
        _ definition: ByteBuffer
    ) throws(ProtobufReader.Malformed) -> [String] {
        let all = try names(in: definition, memberField: 2)
        guard let own = all.first else { return [] }
        return [own] + all.dropFirst().map { String($0.dropFirst(own.count + 1)) }
    }

    /// A message's fields, messages and enumerations, however deep.
    private static func namesOfMessage(
        _ definition: ByteBuffer
    ) throws(ProtobufReader.Malformed) -> [String] {
        var own = ""
        var members: [String] = []
        var reader = ProtobufReader(definition)
        while let field = try reader.next() {
            guard case .bytes(let bytes) = field.value else { continue }
            switch field.number {
            case 1: own = String(buffer: bytes)
            case 2, 6, 8: members += try names(in: bytes, memberField: nil)
            case 3: members += try namesOfMessage(bytes)
            case 4: members += try namesOfEnum(bytes)
            default: break
            }
        }
        return [own] + members.map { "\(own).\($0)" }
    }
}
