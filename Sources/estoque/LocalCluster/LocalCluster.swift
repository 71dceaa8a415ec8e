import Foundation
import LedgerAPI
import LedgerClient
import Synchronization

/// A cluster of real node processes on this machine's loopback interface, made of this very program.
///
/// The nodes end when ``stop(keepingFiles:)`` is called, and also when this process dies.
final class LocalCluster: Sendable {
    let nodes: [LocalNode]
    let directory: WorkDirectory
    /// Asks the nodes for their state.
    let probe: ClusterProbe
    private let executable: String
    private let children: Mutex<[ChildProcess?]>

    /// How long a node may take to end before it is killed.
    private static let stopLimit = Duration.seconds(5)

    private init(nodes: [LocalNode], directory: WorkDirectory, executable: String) {
        self.nodes = nodes
        self.directory = directory
        self.executable = executable
        probe = ClusterProbe(nodes.map(\.rpc))
        children = Mutex(nodes.map { _ in nil })
    }

    /// Starts the nodes and waits until one of them leads.
    ///
    /// - Parameters:
    ///   - count: How many nodes.
    ///   - directory: Where they keep their files; a temporary directory when nil.
    ///   - executable: The program; this one by default.
    /// - Returns: The cluster, with a leader.
    /// - Throws: Why there is none, with the nodes' last words.
    static func start(
        nodes count: Int,
        directory: String? = nil,
        executable: String = "/proc/self/exe"
    ) async throws -> LocalCluster {
        let directory = try WorkDirectory(named: directory)
        let cluster: LocalCluster
        do {
            cluster = LocalCluster(
                nodes: try LocalNode.plan(count, in: directory.path),
                directory: directory,
                // A link to ourselves means someone else in the child.
                executable: URL(fileURLWithPath: executable).resolvingSymlinksInPath().path
            )
        } catch {
            directory.removeIfTemporary()
            throw error
        }
        do {
            for index in cluster.nodes.indices { try cluster.start(index) }
            _ = try await cluster.waitForLeader(within: .seconds(30))
        } catch {
            await cluster.stop(keepingFiles: true)
            throw error
        }
        return cluster
    }

    /// The addresses for gRPC.
    var rpcAddresses: [NodeAddress] { nodes.map(\.rpc) }

    // MARK: Processes

    /// Starts a node that does not run.
    func start(_ index: Int) throws {
        let node = nodes[index]
        let child = try launch(node.arguments(members: nodes), output: node.log)
        children.withLock { $0[index] = child }
    }

    /// Starts another process of the same program; whoever asks for it ends it.
    func launch(_ arguments: [String], output: String) throws -> ChildProcess {
        var environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("ESTOQUE_") }
        // A node that is killed on purpose needs no backtrace.
        environment["SWIFT_BACKTRACE"] = "enable=no"
        return try ChildProcess.start(
            executable,
            arguments,
            environment: environment,
            output: output
        )
    }

    /// The process id of a node; nil when it does not run.
    func pid(_ index: Int) -> pid_t? {
        children.withLock { children in
            guard let child = children[index], child.isRunning else { return nil }
            return child.pid
        }
    }

    /// Kills a node with SIGKILL, and returns when it is gone.
    func kill(_ index: Int) async {
        guard let child = children.withLock({ $0[index] }) else { return }
        child.send(SIGKILL)
        _ = await child.waitForExit(within: Self.stopLimit)
    }

    /// The processor time that all nodes that run have used.
    func processorTime() -> Duration {
        nodes.indices.reduce(.zero) { sum, index in
            sum + (pid(index).flatMap(ProcessorTime.of) ?? .zero)
        }
    }

    /// Ends all nodes, together, and removes a temporary directory.
    func stop(keepingFiles: Bool = false) async {
        await probe.close()
        let running = children.withLock { $0.compactMap { $0 } }
        await withTaskGroup { group in
            for child in running {
                group.addTask { await child.stop(within: Self.stopLimit) }
            }
        }
        if !keepingFiles { directory.removeIfTemporary() }
    }

    // MARK: State

    /// Waits until a node leads and takes writes; gives its index.
    func waitForLeader(within limit: Duration) async throws -> Int {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let leader = await probe.leader() { return leader.node }
            if let dead = nodes.indices.first(where: { pid($0) == nil }) {
                throw failure("node \(nodes[dead].id) ended", showing: [dead])
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw failure("no node leads after \(limit)", showing: Array(nodes.indices))
    }

    /// A failure that says where the nodes' logs are, with the last lines of some.
    func failure(_ what: String, showing indices: [Int]) -> CommandFailure {
        var text = "\(what); the nodes' logs and data are in \(directory.path)"
        for index in indices {
            let log = (try? String(contentsOfFile: nodes[index].log, encoding: .utf8)) ?? ""
            let last = log.split(separator: "\n").suffix(5).map { "\n    \($0)" }.joined()
            let code = children.withLock { $0[index]?.exitCode }
            if let code { text += "\n  \(nodes[index].id) ended with exit code \(code)" }
            if !last.isEmpty { text += "\n  \(nodes[index].log):\(last)" }
        }
        return CommandFailure(text)
    }
}
