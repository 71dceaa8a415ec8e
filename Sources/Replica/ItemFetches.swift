import DequeModule
import Ledger
import LedgerStore
import NIOCore

/// Readers that wait for items which the view lacks.
///
/// The loop fetches them slice by slice, so that a question for many cold items never holds up the
/// cluster's own traffic; each item is fetched once however many wait for it, since whoever comes
/// later finds it in the view.
struct ItemFetches {
    struct Fetch {
        let skus: [SKU]
        /// The SKUs before it are in the view, or were.
        var next = 0
        let deadline: NIODeadline
        let done: (Result<Stamped<[ItemView?]>, ReadFailure>) -> Void
    }

    var waiting = Deque<Fetch>()
    /// A further slice is due on the loop.
    var isScheduled = false
    /// Items fetched so far.
    var fetchedCount: UInt64 = 0
}

extension ReplicaLoop {
    /// The items as of one position: from the view, or fetched into it first.
    func readItems(
        _ skus: [SKU],
        deadline: NIODeadline,
        _ done: @escaping (ReadResult<[ItemView?]>) -> Void
    ) {
        guard !isStopped, exchange == nil else { return done(.failure(.notReady)) }
        if let items = shared.view.read(skus)?.items { return done(stamped { items }) }
        guard fetches.waiting.count < limits.itemFetchesMax else {
            return done(.failure(.overloaded))
        }
        fetches.waiting.append(ItemFetches.Fetch(skus: skus, deadline: deadline, done: done))
        if fetches.waiting.count == 1 { fetchSlice() } else { scheduleFetch() }
    }

    /// Those who wait are told that there is nothing to be read here now.
    func failFetches() {
        let waiting = fetches.waiting
        fetches.waiting = []
        for fetch in waiting { fetch.done(.failure(.notReady)) }
    }

    private func scheduleFetch() {
        guard !fetches.isScheduled else { return }
        fetches.isScheduled = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.assumeIsolated().execute {
            bound.value.fetches.isScheduled = false
            bound.value.fetchSlice()
        }
    }

    private func fetchSlice() {
        var rows = limits.rowsFetchedPerSliceMax
        while rows > 0, var fetch = fetches.waiting.popFirst() {
            guard !isStopped, exchange == nil else {
                fetch.done(.failure(.notReady))
                continue
            }
            guard fetch.deadline > .now() else {
                fetch.done(.failure(.overloaded))
                continue
            }
            do throws(SQLiteLedgerState.Failure) {
                try advance(&fetch, &rows)
            } catch {
                stopAfter(.state("\(error)"))
                fetch.done(.failure(.notReady))
                return
            }
            if fetch.next < fetch.skus.count {
                fetches.waiting.prepend(fetch)
            } else {
                finish(fetch)
            }
        }
        if !fetches.waiting.isEmpty { scheduleFetch() }
    }

    private func advance(
        _ fetch: inout ItemFetches.Fetch,
        _ rows: inout Int
    ) throws(SQLiteLedgerState.Failure) {
        while fetch.next < fetch.skus.count, rows > 0 {
            let sku = fetch.skus[fetch.next]
            fetch.next += 1
            guard !shared.view.contains(sku) else { continue }
            let view = try itemView(sku)
            fetches.fetchedCount += 1
            rows -= 1 + (view.map { $0.levels.count + $0.offers.count } ?? 0)
            shared.view.insert(view, for: sku)
        }
    }

    /// Reads what was fetched, all as of now.
    private func finish(_ fetch: ItemFetches.Fetch) {
        fetch.done(
            stamped { () throws(SQLiteLedgerState.Failure) in
                if let items = shared.view.read(fetch.skus)?.items { return items }
                // More was asked for than the view holds: without it then, in one go.
                var items: [ItemView?] = []
                items.reserveCapacity(fetch.skus.count)
                for sku in fetch.skus { items.append(try itemView(sku)) }
                return items
            }
        )
    }
}
