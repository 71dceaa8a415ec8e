import LedgerAPI
import LedgerClient

/// Asks each node of a cluster about itself.
final class ClusterProbe: Sendable {
    let addresses: [NodeAddress]
    private let client: EstoqueClient

    /// How long a node may take to tell its state; one that is down doesn't hold up the others.
    private static let statusLimit = Duration.milliseconds(500)

    init(_ addresses: [NodeAddress]) {
        self.addresses = addresses
        var options = ClientOptions()
        options.connectTimeout = Self.statusLimit
        // A digest may take long; what waits for one says how long itself.
        options.attemptTimeout = .seconds(60)
        options.backoffMax = .milliseconds(100)
        client = EstoqueClient(nodes: addresses, actor: LoadNames.actor, options: options)
    }

    /// The state of each node, asked at the same time; nil for those that don't answer or aren't asked.
    func statuses(of indices: [Int]? = nil) async -> [ProtoGetStatusResponse?] {
        await withTaskGroup(of: (Int, ProtoGetStatusResponse?).self) { group in
            for index in indices ?? Array(addresses.indices) {
                group.addTask { [self] in (index, await status(index)) }
            }
            var statuses = [ProtoGetStatusResponse?](repeating: nil, count: addresses.count)
            for await (index, status) in group { statuses[index] = status }
            return statuses
        }
    }

    /// The node that leads and takes writes, with its term; nil when there is none among those asked.
    func leader(among indices: [Int]? = nil) async -> (node: Int, term: UInt64)? {
        let statuses = await statuses(of: indices)
        let leaders = statuses.indices.compactMap { index -> (node: Int, term: UInt64)? in
            guard let status = statuses[index], status.role == .leader, status.ready,
                status.writeRefusal.isEmpty
            else { return nil }
            return (index, status.term)
        }
        // A deposed leader may not know it yet.
        return leaders.max { $0.term < $1.term }
    }

    func status(_ index: Int) async -> ProtoGetStatusResponse? {
        try? await client.ask(
            ServicePath.getStatus,
            ProtoGetStatusRequest(),
            of: addresses[index],
            timeout: Self.statusLimit
        )
    }

    /// The digest of what a node holds: at a new position, or at one that another node named.
    func digest(
        _ index: Int,
        at position: UInt64?,
        within limit: Duration
    ) async throws -> ProtoGetDigestResponse {
        var question = ProtoGetDigestRequest()
        if let position { question.position = position }
        return try await client.ask(
            ServicePath.getDigest,
            question,
            of: addresses[index],
            timeout: limit
        )
    }

    func close() async { await client.close() }
}
