import ArgumentParser
import Configuration
import Foundation
import Logging
import Raft
import RaftTransport
import Replica
import SystemPackage

/// The flags of a node; what is left out comes from the environment or the file.
struct NodeOptions: ParsableArguments {
    @Option(name: .long, help: "A JSON file with settings.")
    var config: String?

    @Option(name: .long, help: "This node's name, such as n1.")
    var id: String?

    @Option(name: .long, help: "The directory for log and database; made if it isn't there.")
    var data: String?

    @Option(name: .long, help: "HOST:PORT on which the other nodes reach this one.")
    var peerAddress: String?

    @Option(name: .long, help: "HOST:PORT for gRPC.")
    var rpcAddress: String?

    @Option(name: .long, help: "HOST:PORT for HTTP.")
    var httpAddress: String?

    @Option(
        name: .long,
        help: "The members with their peer addresses: n1=HOST:PORT,n2=HOST:PORT,n3=HOST:PORT."
    )
    var members: String?

    @Option(name: .long, help: "The cluster's name (default: estoque).")
    var cluster: String?

    @Option(
        name: .customLong("cluster-id"),
        help: "The cluster's identity, 32 hexadecimal digits, if addresses have changed since."
    )
    var clusterID: String?

    @Flag(
        name: .long,
        help: "Join a cluster that runs: wait to be added by `estoque cluster add`."
    )
    var join = false

    @Option(
        name: .long,
        help: "Streams and polls of changes at once over HTTP, 1 to 100000 (default: 8192)."
    )
    var watchersMax: String?

    @Option(
        name: .long,
        help: "Changes kept in memory for those who come back, 16 to 10000000 (default: 131072)."
    )
    var changesKept: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            The most of its time that facts of stores may be under way, 1 to 100 percent (default: 20). More \
            of it lets stores that were cut off tell faster, and everybody else wait longer meanwhile.
            """
        )
    )
    var factsShare: String?

    @Option(name: .long, help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?

    @Option(name: .long, help: "text or json.")
    var logFormat: String?

    /// The settings by their names in file and environment.
    private var flags: [String: String?] {
        [
            "id": id, "data": data, "peerAddress": peerAddress, "rpcAddress": rpcAddress,
            "httpAddress": httpAddress, "members": members, "cluster": cluster,
            "clusterID": clusterID, "join": join ? "true" : nil, "logLevel": logLevel,
            "logFormat": logFormat, "watchersMax": watchersMax, "changesKept": changesKept,
            "factsShare": factsShare,
        ]
    }

    /// Flags over environment over file; anything missing or wrong is named.
    func resolve() async throws -> NodeConfiguration {
        let names = Set(flags.keys)
        try refuseUnknownEnvironment(names)
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (name, value) in flags {
            guard let value else { continue }
            values[[name]] = ConfigValue(.string(value), isSecret: false)
        }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: values),
            EnvironmentVariablesProvider().prefixKeys(with: "estoque"),
        ]
        if let config {
            try refuseUnknownKeys(in: config, names)
            do {
                providers.append(
                    try await FileProvider<JSONSnapshot>(filePath: FilePath(config))
                )
            } catch {
                throw ValidationError("--config \(config): \(error)")
            }
        }
        return try NodeConfiguration(Settings(reader: ConfigReader(providers: providers)))
    }

    private func refuseUnknownEnvironment(_ names: Set<String>) throws {
        let known = Set(names.map { "ESTOQUE_" + Self.environmentName($0) })
        for name in ProcessInfo.processInfo.environment.keys.sorted()
        where name.hasPrefix("ESTOQUE_") && !known.contains(name)
            && name != ConnectionOptions.nodeVariable
        {
            throw ValidationError(
                "the environment has \(name), which is no setting; known are "
                    + known.sorted().joined(separator: ", ")
            )
        }
    }

    private func refuseUnknownKeys(in path: String, _ names: Set<String>) throws {
        let object: Any
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            object = try JSONSerialization.jsonObject(with: data)
        } catch {
            throw ValidationError("--config \(path): \(error.localizedDescription)")
        }
        guard let settings = object as? [String: Any] else {
            throw ValidationError("--config \(path): must be one JSON object")
        }
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard names.contains(key) else {
                throw ValidationError(
                    "--config \(path): '\(key)' is no setting; known are "
                        + names.sorted().joined(separator: ", ")
                )
            }
            guard value is String else {
                throw ValidationError("--config \(path): '\(key)' must be a string")
            }
        }
    }

    /// `peerAddress` is `PEER_ADDRESS`.
    private static func environmentName(_ name: String) -> String {
        var result = ""
        var previousIsLower = false
        for character in name {
            if character.isUppercase, previousIsLower { result.append("_") }
            result.append(character.uppercased())
            previousIsLower = character.isLowercase
        }
        return result
    }
}

/// The settings as one reader gives them, whatever they came from.
struct Settings {
    let reader: ConfigReader

    func text(_ name: String) -> String? {
        reader.string(forKey: ConfigKey([name])).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A setting that is true, false or left out.
    func flag(_ name: String) throws -> Bool {
        switch text(name) {
        case nil, "false": return false
        case "true": return true
        case let other?: throw ValidationError("'\(name)' is \(other), and must be true or false")
        }
    }

    /// A number within bounds, if it is set.
    func number(_ name: String, in bounds: ClosedRange<Int>, flag: String) throws -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), bounds.contains(number) else {
            throw ValidationError(
                "\(flag) is \(text), and must be \(bounds.lowerBound) to \(bounds.upperBound)"
            )
        }
        return number
    }

    func required(_ name: String, flag: String) throws -> String {
        guard let value = text(name) else {
            throw ValidationError(
                "\(flag) is missing (or '\(name)' in the file, or its variable in the environment)"
            )
        }
        return value
    }
}
