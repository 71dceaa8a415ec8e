import ArgumentParser
import Foundation
import LedgerHTTP
import LedgerRPC
import Logging
import Raft
import RaftTransport
import Replica

/// The settings of one node, checked.
struct NodeConfiguration {
    var node: NodeSettings
    var rpc: PeerAddress
    var http: PeerAddress
    var logLevel: Logger.Level
    var logsJSON: Bool
    var httpLimits = HTTPLimits()
    var rpcLimits = LedgerServiceLimits()

    init(_ settings: Settings) throws {
        let id = try Self.nodeID(try settings.required("id", flag: "--id"), "--id")
        let peer = try Self.address(
            try settings.required("peerAddress", flag: "--peer-address"),
            "--peer-address"
        )
        rpc = try Self.address(
            try settings.required("rpcAddress", flag: "--rpc-address"),
            "--rpc-address"
        )
        http = try Self.address(
            try settings.required("httpAddress", flag: "--http-address"),
            "--http-address"
        )
        node = NodeSettings(
            id: id,
            dataDirectory: try settings.required("data", flag: "--data"),
            peerListen: peer,
            members: try Self.members(try settings.required("members", flag: "--members")),
            clusterName: settings.text("cluster") ?? "estoque"
        )
        node.isJoining = try settings.flag("join")
        let isNamed = node.members.contains { $0.id == id }
        guard isNamed != node.isJoining else {
            throw ValidationError(
                isNamed
                    ? "--id \(id) is among --members: a node that joins is none of them yet"
                    : "--id \(id) is not among --members (a new node joins with --join)"
            )
        }
        guard !node.isJoining || settings.text("clusterID") != nil else {
            throw ValidationError(
                "--join needs --cluster-id: `estoque cluster status` of the cluster prints it"
            )
        }
        guard NodeID(node.clusterName) != nil else {
            throw ValidationError("--cluster must be 1 to 64 printable characters without spaces")
        }
        if let text = settings.text("clusterID") {
            guard let clusterID = ClusterID(text) else {
                throw ValidationError("--cluster-id must be 32 lower-case hexadecimal digits")
            }
            node.clusterID = clusterID
        }
        if let watchers = try settings.number(
            "watchersMax",
            in: 1...100_000,
            flag: "--watchers-max"
        ) {
            httpLimits.feed.watchersMax = watchers
            // Reads need connections too.
            httpLimits.connectionsMax = max(httpLimits.connectionsMax, 2 * watchers)
        }
        if let kept = try settings.number(
            "changesKept",
            in: 16...10_000_000,
            flag: "--changes-kept"
        ) {
            httpLimits.feed.recordsMax = kept
        }
        if let share = try settings.number("factsShare", in: 1...100, flag: "--facts-share") {
            rpcLimits.facts.share = share
        }
        let level = settings.text("logLevel") ?? "notice"
        guard let logLevel = Logger.Level(rawValue: level) else {
            throw ValidationError(
                "--log-level '\(level)' is not one of "
                    + Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        self.logLevel = logLevel
        switch settings.text("logFormat") ?? "text" {
        case "text": logsJSON = false
        case "json": logsJSON = true
        case let other: throw ValidationError("--log-format '\(other)' is neither text nor json")
        }
    }

    /// What `check-config` prints.
    var summary: String {
        """
        id            \(node.id)
        data          \(node.dataDirectory)
        peer address  \(node.peerListen)
        rpc address   \(rpc)
        http address  \(http)
        members       \(node.members.map { "\($0.id)=\($0.address)" }.joined(separator: ","))
        cluster       \(node.clusterName)
        joining       \(node.isJoining ? "yes" : "no")
        facts' share  \(rpcLimits.facts.share) %
        """
    }

    // MARK: - Parsing

    static func nodeID(_ text: String, _ flag: String) throws -> NodeID {
        guard let id = NodeID(text) else {
            throw ValidationError(
                "\(flag) '\(text)' must be 1 to 64 printable ASCII characters without spaces"
            )
        }
        return id
    }

    /// `HOST:PORT`, with an IPv6 host in brackets.
    static func address(_ text: String, _ flag: String) throws -> PeerAddress {
        guard let address = PeerAddress(text) else {
            throw ValidationError("\(flag) '\(text)' must be HOST:PORT")
        }
        return address
    }

    static func members(_ text: String) throws -> [(id: NodeID, address: PeerAddress)] {
        var members: [(id: NodeID, address: PeerAddress)] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else {
                throw ValidationError("--members: '\(part)' must be ID=HOST:PORT")
            }
            let id = try nodeID(String(pair[0]), "--members")
            let address = try address(String(pair[1]), "--members")
            guard address.port > 0 else {
                throw ValidationError("--members: the port of \(id) must not be 0")
            }
            guard !members.contains(where: { $0.id == id || $0.address == address }) else {
                throw ValidationError("--members names \(id) or its address twice")
            }
            members.append((id, address))
        }
        guard members.count <= 5 else {
            throw ValidationError("--members: at most five voters")
        }
        return members
    }
}
