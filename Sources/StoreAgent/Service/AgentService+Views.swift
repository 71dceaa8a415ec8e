package import AgentCore
package import Ledger
import LedgerStore

/// What the agent shows; none of it asks the cluster.
extension AgentService {
    /// Rows that one answer has at most.
    package static var rowsMax: Int { 500 }

    /// What there is of an item; nil: it isn't in the catalogue, as far as it is known here.
    package func stock(_ sku: SKU) async throws(AgentEnd) -> AgentStock? {
        try await look { core throws(StoreError) in try core.stock(sku) }
    }

    /// Items by words of their titles, or the beginning of their SKU.
    package func items(
        matching text: String,
        limit: Int = 50
    ) async throws(AgentEnd) -> [AgentStock] {
        let limit = max(1, min(limit, Self.rowsMax))
        return try await look { core throws(StoreError) in
            try core.items(matching: text, limit: limit)
        }
    }

    /// Open reservations of the store, by id, after one.
    package func pickUps(
        after id: ReservationID? = nil,
        limit: Int = 100
    ) async throws(AgentEnd) -> [Reservation] {
        let limit = max(1, min(limit, Self.rowsMax))
        return try await look { core throws(StoreError) in
            try core.pickUps(after: id?.text, limit: limit)
        }
    }

    /// Open transfers from and to the store, by id, after one.
    package func transfers(
        after id: TransferID? = nil,
        limit: Int = 100
    ) async throws(AgentEnd) -> [Transfer] {
        let limit = max(1, min(limit, Self.rowsMax))
        return try await look { core throws(StoreError) in
            try core.transfers(after: id?.text, limit: limit)
        }
    }

    /// How it stands with the agent.
    package func status() async throws(AgentEnd) -> AgentStatus {
        try await look { core throws(StoreError) in try core.status() }
    }
}
