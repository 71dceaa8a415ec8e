import Logging
import NIOCore
import NIOPosix
import Raft
import TestSupport
import Testing

@testable import RaftTransport

/// One network on a loop of its own, on loopback, with limits short enough for tests.
struct TestNode: Sendable {
    static let cluster = ClusterIdentity(high: 0x0123_4567_89AB_CDEF, low: 42)

    let name: NodeID
    let address: PeerAddress
    let configuration: PeerNetworkConfiguration
    private let loop: any EventLoop
    private let network: NIOLoopBound<PeerNetwork>
    private let recorder: NIOLoopBound<Recorder>

    static func configuration(_ name: NodeID) -> PeerNetworkConfiguration {
        var configuration = PeerNetworkConfiguration(
            node: name,
            cluster: cluster,
            incarnation: Incarnation(rawValue: 7),
            listen: PeerAddress(host: "127.0.0.1", port: 0)
        )
        configuration.limits.backoffFirst = .milliseconds(2)
        configuration.limits.backoffMax = .milliseconds(20)
        return configuration
    }

    static func start(
        _ name: NodeID,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ adjust: (inout PeerNetworkConfiguration) -> Void = { _ in }
    ) async throws -> TestNode {
        var adjusted = configuration(name)
        adjust(&adjusted)
        let configuration = adjusted
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let (network, recorder) = try await loop.submit {
            let network = PeerNetwork(
                configuration: configuration,
                eventLoop: loop,
                logger: logger
            )
            return (
                NIOLoopBound(network, eventLoop: loop), NIOLoopBound(Recorder(), eventLoop: loop)
            )
        }.get()
        let bound = try await loop.flatSubmit { network.value.start(delegate: recorder.value) }
            .get()
        return TestNode(
            name: name,
            address: PeerAddress(host: "127.0.0.1", port: bound.port ?? 0),
            configuration: configuration,
            loop: loop,
            network: network,
            recorder: recorder
        )
    }

    func run<Value: Sendable>(
        _ body: @escaping @Sendable (PeerNetwork) throws -> Value
    ) async throws -> Value {
        try await loop.submit { try body(network.value) }.get()
    }

    func record<Value: Sendable>(
        _ body: @escaping @Sendable (Recorder) throws -> Value
    ) async throws -> Value {
        try await loop.submit { try body(recorder.value) }.get()
    }

    func shutdown() async throws {
        try await loop.flatSubmit { network.value.shutdown() }.get()
    }

    // MARK: shorthands

    func meet(_ nodes: TestNode...) async throws {
        let peers = Dictionary(uniqueKeysWithValues: nodes.map { ($0.name, $0.address) })
        try await run { $0.setPeers(peers) }
    }

    @discardableResult
    func send(_ payload: [UInt8], kind: UInt8 = 1, to peer: NodeID) async throws -> SendOutcome {
        try await run { $0.send(kind: kind, to: peer, payload: payload.span.bytes) }
    }

    func status(of peer: NodeID) async throws -> PeerLinkStatus? {
        try await run { $0.status.first { $0.peer == peer } }
    }

    func payloads() async throws -> [[UInt8]] {
        try await record { $0.frames.map(\.payload) }
    }

    func isConnected(to peer: NodeID) async throws -> Bool {
        try await status(of: peer)?.outbound?.state == .connected
    }

    func lastFailure(to peer: NodeID) async throws -> LinkFailure? {
        try await status(of: peer)?.outbound?.lastFailure
    }

    func lastInboundFailure(from peer: NodeID) async throws -> LinkFailure? {
        try await status(of: peer)?.inbound?.lastFailure
    }

    /// Finds fault with `peer` from within the callback of its first frame.
    func dismissOnFirstFrame(_ peer: NodeID) async throws {
        try await loop.submit { [network, recorder] in
            recorder.value.onFrame = { network.value.dismiss(peer, because: "nonsense") }
        }.get()
    }

    func acceptedCount() async throws -> Int {
        try await run { $0.accepted.count }
    }
}

/// Two nodes that know and have reached each other.
func makePair(
    _ adjust: (inout PeerNetworkConfiguration) -> Void = { _ in }
) async throws -> (TestNode, TestNode) {
    let a = try await TestNode.start("a", adjust)
    let b = try await TestNode.start("b", adjust)
    try await a.meet(b)
    try await b.meet(a)
    try await eventually {
        let isThere = try await a.isConnected(to: "b")
        let isBack = try await b.isConnected(to: "a")
        return isThere && isBack
    }
    return (a, b)
}
