package import AgentCore
package import Ledger
import LedgerAPI
package import LedgerClient
import Synchronization

/// The cluster behind a client of its own, which is made anew when the connection is torn down.
package final class LedgerClientCentre: StoreCentre {
    private static let pageSize = 500
    private let makeClient: @Sendable () -> EstoqueClient
    private let current: Mutex<EstoqueClient>
    private let location: LocationID
    private let timeout: Duration

    /// A way to the cluster for the agent of a location.
    ///
    /// - Parameters:
    ///   - location: The store.
    ///   - timeout: After so long a call is given up; less than what the agent's core waits.
    ///   - makeClient: Makes a client that speaks for the agent.
    package init(
        at location: LocationID,
        timeout: Duration = .seconds(8),
        makeClient: @escaping @Sendable () -> EstoqueClient
    ) {
        self.makeClient = makeClient
        current = Mutex(makeClient())
        self.location = location
        self.timeout = timeout
    }

    private var client: EstoqueClient { current.withLock { $0 } }

    /// Closes the connections.
    package func close() async { await client.close() }

    /// Asks the leader which cluster it leads.
    package func find() async throws -> Reference? {
        let status = try await client.leaderStatus(timeout: timeout)
        return Reference(status.clusterID)
    }

    /// Carries a call to the cluster.
    package func answer(_ call: CentreCall) async -> CentreAnswer {
        do throws(EstoqueError) {
            switch call.question {
            case .command(let request):
                return .applied(try await client.send(request, timeout: timeout))
            case .submit(let submission): return try await submit(submission)
            case .page(let book, let token, atLeast: let position):
                let page = PageRequest(
                    size: Self.pageSize,
                    token: token,
                    minPosition: position,
                    timeout: timeout
                )
                return .page(try await self.page(book, page))
            case .item(let sku, atLeast: let position):
                return .item(try await item(sku, position))
            }
        } catch {
            return error.refused.map { .applied($0) } ?? .failed
        }
    }

    private func submit(
        _ submission: OutboxSubmission
    ) async throws(EstoqueError) -> CentreAnswer {
        let facts = FactSubmission(
            location: submission.location,
            epoch: submission.epoch,
            firstSequence: submission.firstSequence,
            previousHash: submission.previousHash,
            facts: submission.facts.map { row in
                WrittenFact(
                    claimedTime: row.claimedTime,
                    kind: row.fact.kind,
                    version: row.fact.version,
                    payload: row.fact.bytes
                )
            },
            completeThrough: submission.completeThrough
        )
        let taken = try await client.submitFacts(
            facts,
            id: submission.request,
            timeout: timeout
        )
        let answer = Answer(
            position: taken.position,
            logTime: taken.logTime,
            outcome: .facts(taken.value.receipt),
            replayed: taken.isReplay
        )
        return .applied(answer, credit: taken.value.credit)
    }

    private func item(
        _ sku: SKU,
        _ position: Position
    ) async throws(EstoqueError) -> Item? {
        do throws(EstoqueError) {
            let consistency = ReadConsistency.session(minPosition: position)
            return try await client.item(sku, consistency, timeout: timeout).value.item
        } catch {
            guard error.reason == .itemNotFound else { throw error }
            return nil
        }
    }

    private func page(
        _ book: CopyBook,
        _ page: PageRequest
    ) async throws(EstoqueError) -> CopyPage {
        switch book {
        case .items:
            let found = try await client.searchItems(
                includeArchived: true,
                pageSize: page.size,
                pageToken: page.token,
                minPosition: page.minPosition,
                timeout: page.timeout
            )
            return Self.page(found) { .items($0) }
        case .offers: return Self.page(try await client.offers(at: location, page)) { .offers($0) }
        case .levels: return Self.page(try await client.levels(at: location, page)) { .levels($0) }
        case .allotments:
            return Self.page(try await client.allotments(at: location, page)) { .allotments($0) }
        case .reservations:
            let found = try await client.openReservations(at: location, page)
            return Self.page(found) { .reservations($0) }
        case .transfers:
            let found = try await client.openTransfers(at: location, page)
            return Self.page(found) { .transfers($0) }
        }
    }

    private static func page<Row: Sendable>(
        _ found: ReadResult<Page<Row>>,
        _ rows: ([Row]) -> CopyPage.Rows
    ) -> CopyPage {
        CopyPage(
            position: found.position,
            rows: rows(found.value.rows),
            nextToken: found.value.nextPageToken
        )
    }

    /// Follows the location's changes.
    package func follow(
        after position: Position,
        onChanges: @escaping @Sendable ([FeedRow], Position) -> Bool
    ) async -> FeedLoss {
        do throws(EstoqueError) {
            try await client.watch(after: position, of: location) { [location] entries, through in
                onChanges(entries.compactMap { FeedRow($0, at: location) }, through)
            }
        } catch {
            // The journal is kept for good, so there is no other way for a feed to end; what it can't
            // tell is no longer asked for.
            return error.code == .outOfRange ? .compacted : .broken
        }
        return .broken
    }

    /// Goes on with a new client; what the old one has under way fails.
    package func redial() async {
        let new = makeClient()
        let old = current.withLock { current in
            defer { current = new }
            return current
        }
        await old.close()
    }
}
