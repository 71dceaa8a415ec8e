import Histories
import Ledger
import LedgerAPI
import LedgerClient

/// Reads over gRPC.
enum GRPCRead {
    /// How long a node may take; one that stands still may wake within it, and answer then.
    static let patience = Duration.seconds(2)

    /// What a node answers; nil when it does not, or not at the level asked for.
    static func ask(
        _ node: Cluster.Node,
        of cluster: Cluster,
        _ subject: ReadSubject,
        _ promise: ReadPromise
    ) async -> ReadReport? {
        guard let client = try? cluster.client(of: node) else { return nil }
        do throws(EstoqueError) {
            return try await ask(client, subject, ReadConsistency(promise))
        } catch {
            // An answer, too; but errors carry no position.
            guard error.code == .notFound, let value = subject.nothing else { return nil }
            return ReadReport(value: value, position: nil, claimedAge: nil)
        }
    }

    private static func ask(
        _ client: EstoqueClient,
        _ subject: ReadSubject,
        _ consistency: ReadConsistency
    ) async throws(EstoqueError) -> ReadReport {
        switch subject {
        case .level(let sku, let location):
            let result = try await client.stockLevel(
                sku,
                at: location,
                consistency,
                timeout: patience
            )
            return ReadReport(result) { .level($0.level) }
        case .item(let sku):
            let result = try await client.item(sku, consistency, timeout: patience)
            return ReadReport(result) { .item($0.item, levels: $0.levels) }
        case .location(let id):
            let result = try await client.location(id, consistency, timeout: patience)
            return ReadReport(result) { .location($0) }
        case .reservation(let id):
            let result = try await client.reservation(id, consistency, timeout: patience)
            return ReadReport(result) { .reservation($0) }
        case .availability(let skus, let location):
            let result = try await client.availability(
                skus,
                at: location,
                consistency,
                timeout: patience
            )
            return ReadReport(result) { .availability($0.map(AvailabilityReport.init)) }
        }
    }
}

extension ReadSubject {
    /// What a read finds where there is nothing; nil when that is no error.
    fileprivate var nothing: ReadValue? {
        switch self {
        case .level: .level(nil)
        case .item: .item(nil, levels: [])
        case .location: .location(nil)
        case .reservation: .reservation(nil)
        case .availability: nil
        }
    }
}

extension ReadReport {
    fileprivate init<Value>(_ result: ReadResult<Value>, _ value: (Value) -> ReadValue) {
        let age = result.staleness?.components
        self.init(
            value: value(result.value),
            position: result.position,
            claimedAge: age.map { seconds, attoseconds in
                UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
            }
        )
    }
}

extension ReadConsistency {
    fileprivate init(_ promise: ReadPromise) {
        self =
            switch promise {
            case .stale: .stale
            case .bounded(let age): .bounded(maxStaleness: .nanoseconds(Int64(age)))
            case .session(let position): .session(minPosition: position)
            case .linearizable: .linearizable
            }
    }
}

extension AvailabilityReport {
    fileprivate init(_ told: ItemAvailability) {
        let status: Status =
            switch told.status {
            case .inStock: .inStock
            case .lowStock: .lowStock
            case .outOfStock: .outOfStock
            case .backorder: .backorder
            case .unknownItem: .unknownItem
            }
        self.init(
            sku: told.sku,
            status: status,
            available: told.available,
            price: told.price,
            version: told.version
        )
    }
}
