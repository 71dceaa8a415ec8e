import GRPCWire
import LedgerClient
import NIOCore
import NIOPosix

/// The generator's connections: made, and made again when they break.
///
/// One that breaks is made anew to whichever node leads then; while none does, or if all nodes are asked,
/// to any that answers.
struct LoadConnections: Sendable {
    let group: any EventLoopGroup
    let probe: ClusterProbe
    let plan: BenchPlan
    private let broken = AsyncStream.makeStream(of: Int.self)

    init(_ plan: BenchPlan, probe: ClusterProbe, on group: any EventLoopGroup) {
        self.plan = plan
        self.probe = probe
        self.group = group
    }

    /// Connects, to the leader or to all nodes in turn.
    func open() async throws -> [GRPCClientConnection] {
        var nodes = Array(probe.addresses.indices)
        if !plan.isSpread {
            guard let leader = await probe.leader() else {
                throw CommandFailure("none of the nodes leads", isUnavailable: true)
            }
            nodes = [leader.node]
        }
        var connections: [GRPCClientConnection] = []
        for index in 0..<plan.connections * nodes.count {
            do {
                connections.append(
                    try await connect(index, to: probe.addresses[nodes[index % nodes.count]])
                )
            } catch {
                throw CommandFailure("\(error)", isUnavailable: true)
            }
        }
        return connections
    }

    /// Mends broken connections until it is cancelled.
    func mend(_ generator: NIOLoopBound<LoadGenerator>) async {
        let eventLoop = generator.eventLoop
        for await index in broken.stream {
            try? await eventLoop.submit {
                generator.value.replaceConnection(index, with: nil)
            }.get()
            var attempt = 0
            while !Task.isCancelled {
                let leader = plan.isSpread ? nil : await probe.leader()?.node
                let node = leader ?? (index + attempt) % probe.addresses.count
                attempt += 1
                if let connection = try? await connect(index, to: probe.addresses[node]) {
                    try? await eventLoop.submit {
                        generator.value.replaceConnection(index, with: connection)
                    }.get()
                    break
                }
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func connect(
        _ index: Int,
        to address: NodeAddress
    ) async throws -> GRPCClientConnection {
        var limits = GRPCLimits()
        limits.keepaliveInterval = .seconds(2)
        limits.keepaliveTimeout = .seconds(5)
        let isReady = ReadyFlag()
        let continuation = broken.continuation
        return try await GRPCClientConnection.connect(
            host: address.host,
            port: address.port,
            on: group,
            limits: limits,
            onStateChange: { state in
                switch state {
                case .ready: isReady.raise()
                case .closed, .draining:
                    // One that never came about is its maker's to try again; one that breaks is reported once.
                    if isReady.lower() { continuation.yield(index) }
                case .connecting: break
                }
            }
        )
    }
}
