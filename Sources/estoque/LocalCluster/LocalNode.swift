import LedgerClient

/// Where one node of a local cluster listens, and where it keeps its files.
struct LocalNode: Sendable {
    var id: String
    var peer: NodeAddress
    var rpc: NodeAddress
    var http: NodeAddress
    /// Its data directory.
    var data: String
    /// What it prints.
    var log: String

    /// Nodes n1, n2, … on free ports of the loopback interface, with their files under `directory`.
    static func plan(_ count: Int, in directory: String) throws -> [LocalNode] {
        let ports = try FreePorts.take(count * 3)
        return (0..<count).map { index in
            func address(_ port: Int) -> NodeAddress { NodeAddress(host: "127.0.0.1", port: port) }
            let id = "n\(index + 1)"
            return LocalNode(
                id: id,
                peer: address(ports[index * 3]),
                rpc: address(ports[index * 3 + 1]),
                http: address(ports[index * 3 + 2]),
                data: "\(directory)/\(id)",
                log: "\(directory)/\(id).log"
            )
        }
    }

    /// The command line that starts it, after the executable.
    func arguments(members: [LocalNode]) -> [String] {
        [
            "node", "start", "--exit-with-parent",
            "--id", id,
            "--data", data,
            "--peer-address", "\(peer)",
            "--rpc-address", "\(rpc)",
            "--http-address", "\(http)",
            "--members", members.map { "\($0.id)=\($0.peer)" }.joined(separator: ","),
        ]
    }
}
