import Ledger
import NIOCore
import Replica

/// How a watcher begins: with a snapshot, or behind its cursor.
extension FeedHub {
    /// Takes a watcher in, or says why not.
    func open(_ watcher: Watcher) throws(Problem) {
        guard metrics.admit(max: limits.watchersMax) else {
            throw Problem(.overloaded, detail: "too many follow the changes of this node")
        }
        wakeSource()
        insert(watcher)
        switch watcher.request.form {
        case .stream:
            counts.streams += 1
            // So that clients which came together leave one by one.
            let age = limits.streamAgeMax.nanoseconds
            let jitter = Int64.random(in: -(age / 5)...(age / 5), using: &random)
            watcher.endsAt = .now() + .nanoseconds(age + jitter)
        case .poll(let wait):
            counts.polls += 1
            watcher.endsAt = .now() + wait
            let bound = NIOLoopBound((self, watcher), eventLoop: eventLoop)
            eventLoop.scheduleTask(deadline: watcher.endsAt) {
                let (hub, watcher) = bound.value
                hub.flush(watcher)
                hub.report()
            }
        }
        guard watcher.request.after == nil else { return resume(watcher) }
        let filter = watcher.request.filter
        if watcher.request.mode == .latest, !filter.isEverything {
            takeSnapshot(watcher)
        } else {
            // From now on: what the feed is still reading back is not new.
            watcher.cursor = max(ring.standing.position, node.status.applied)
            if watcher.isPoll { watcher.endsAt = .now() }
            resume(watcher)
        }
    }

    private func takeSnapshot(_ watcher: Watcher) {
        if watcher.isPoll { watcher.endsAt = .now() }
        let filter = watcher.request.filter
        let bound = NIOLoopBound((self, watcher), eventLoop: eventLoop)
        FeedSnapshot.take(filter, of: node, deadline: .now() + .seconds(2)) {
            [eventLoop] result in
            eventLoop.execute {
                let (hub, watcher) = bound.value
                guard watcher.state == .opening else { return }
                switch result {
                case .failure(let failure): hub.refuse(watcher, failure)
                case .success(let snapshot):
                    watcher.pending = snapshot.events
                    watcher.cursor = snapshot.position
                    watcher.snapshotFreshness = snapshot.freshness
                    hub.resume(watcher)
                }
                hub.report()
            }
        }
    }

    private func refuse(_ watcher: Watcher, _ failure: ReadFailure) {
        let client = watcher.client
        remove(watcher)
        let problem = failure == .notReady ? Problem(.notReady) : Problem(.overloaded)
        client?.answer(problem.reply)
    }

    /// Puts a watcher behind its cursor, with everything that it has missed since.
    func resume(_ watcher: Watcher) {
        switch ring.search(watcher.request.filter, after: watcher.cursor, watcher.request.mode) {
        case .compacted(let standing):
            counts.refusedCursors += 1
            guard !watcher.hasBegun else { return reset(watcher, .compacted) }
            let client = watcher.client
            remove(watcher)
            client?.answer(Problem.feedCompacted(standing, watcher.request).reply)
            return
        case .ahead:
            if watcher.state != .ahead {
                watcher.state = .ahead
                watcher.waitsUntil = .now() + limits.aheadMax
                ahead.append(watcher)
            }
            // The feed, and not the node, is behind: it gets there soon, and then the cursor may prove
            // to be too old.
            if watcher.pending.isEmpty, watcher.cursor <= node.status.applied { return }
        case .found(let events, let standing):
            watcher.pending += events
            watcher.next = standing.next
            watcher.told = watcher.cursor
            watcher.state = .live
            index.insert(watcher)
        }
        begin(watcher)
    }

    /// Writes what can be written at once: the head, the snapshot, the first bookmark.
    private func begin(_ watcher: Watcher) {
        if !watcher.isPoll, !watcher.hasBegun {
            watcher.hasBegun = true
            let freshness = self.freshness ?? watcher.snapshotFreshness
            watcher.client?.beginStream(freshness, socketBytes: limits.socketBytes)
            var text = ByteBuffer()
            let least = limits.reconnect.nanoseconds
            text.writeRetry(.nanoseconds(Int64.random(in: least...(2 * least), using: &random)))
            watcher.client?.send(text)
        }
        flush(watcher)
        // Not while the feed is only about to get where the node is.
        let isSettled = watcher.state == .live || watcher.request.after != nil
        if !watcher.isPoll, watcher.pending.isEmpty, isSettled { bookmark(watcher) }
    }

    /// Lets those go on whose cursor this node has got to by now.
    func considerAhead() {
        guard !ahead.isEmpty else { return }
        let reached = ahead.filter { $0.cursor <= position }
        guard !reached.isEmpty else { return }
        ahead.removeAll { $0.cursor <= position }
        for watcher in reached { resume(watcher) }
    }
}

/// The state of everything that a watcher names, as events of one position.
struct FeedSnapshot: Sendable {
    var events: [FeedEvent]
    var position: Position
    var freshness: Freshness

    static func take(
        _ filter: FeedFilter,
        of node: any LedgerNode,
        deadline: NIODeadline,
        _ completion: @escaping @Sendable (Result<FeedSnapshot, ReadFailure>) -> Void
    ) {
        // The age that the stamp tells began no later than this.
        let asked = NIODeadline.now()
        let withItems = { @Sendable (found: Stamped<[ItemView?]>) in
            addLocations(
                to: items(found, filter, asked: asked),
                filter.places[...],
                of: node,
                deadline,
                completion
            )
        }
        if let found = node.itemsInView(filter.skus) { return withItems(found) }
        node.items(filter.skus, consistency: .stale, deadline: deadline) { result in
            switch result {
            case .failure(let failure): completion(.failure(failure))
            case .success(let found): withItems(found)
            }
        }
    }

    private static func items(
        _ found: Stamped<[ItemView?]>,
        _ filter: FeedFilter,
        asked: NIODeadline
    ) -> FeedSnapshot {
        let position = found.stamp.position
        var events: [FeedEvent] = []
        for (sku, view) in zip(filter.skus, found.value) {
            if filter.places.isEmpty {
                let facts = StockFacts(sku, view, whole: true, at: nil)
                let record = FeedRecord(.stock(facts), at: position)
                events.append(FeedEvent(record: record, face: .whole))
            }
            for place in filter.places {
                let facts = StockFacts(sku, view, whole: false, at: place)
                let record = FeedRecord(.stock(facts), at: position)
                events.append(FeedEvent(record: record, face: .placed))
            }
        }
        let freshness = Freshness(stamp: found.stamp, since: asked)
        return FeedSnapshot(events: events, position: position, freshness: freshness)
    }

    /// They may be a little newer than the items; changes behind the items' position come again.
    private static func addLocations(
        to snapshot: FeedSnapshot,
        _ places: ArraySlice<LocationID>,
        of node: any LedgerNode,
        _ deadline: NIODeadline,
        _ completion: @escaping @Sendable (Result<FeedSnapshot, ReadFailure>) -> Void
    ) {
        guard let place = places.first else { return completion(.success(snapshot)) }
        node.location(place, consistency: .stale, deadline: deadline) { result in
            switch result {
            case .failure(let failure): completion(.failure(failure))
            case .success(let found):
                var snapshot = snapshot
                if let location = found.value {
                    let record = FeedRecord(.location(location), at: snapshot.position)
                    snapshot.events.append(FeedEvent(record: record, face: .whole))
                }
                addLocations(to: snapshot, places.dropFirst(), of: node, deadline, completion)
            }
        }
    }
}
