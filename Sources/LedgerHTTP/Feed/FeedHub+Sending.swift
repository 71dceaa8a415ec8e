import Ledger
import NIOCore
import Replica

/// What a watcher is sent, and when it is sent away.
extension FeedHub {
    /// Sends what waits, as far as the connection takes it.
    func flush(_ watcher: Watcher) {
        guard watcher.state != .over, let client = watcher.client else { return }
        guard !watcher.isPoll else { return answerPoll(watcher, client) }
        // A write may tell at once that there is room again, and lead back here.
        guard !watcher.isFlushing else { return }
        watcher.isFlushing = true
        defer { watcher.isFlushing = false }
        var sent = 0
        while sent < watcher.pending.count, client.canTakeMore {
            var text = ByteBuffer()
            while sent < watcher.pending.count, text.readableBytes < limits.writeBytes {
                write(watcher, sent, into: &text)
                sent += 1
            }
            watcher.lastWrite = .now()
            client.send(text)
            // Writing may have ended it.
            guard watcher.state != .over else { return }
        }
        counts.events += UInt64(sent)
        watcher.pending.removeFirst(sent)
        // Who takes something, however slowly, isn't stalled.
        if sent > 0 || watcher.pending.isEmpty { watcher.blockedSince = nil }
        if !watcher.pending.isEmpty { hold(watcher) }
    }

    /// The id comes with the last event of its position: whoever comes back with it has them all.
    private func write(_ watcher: Watcher, _ index: Int, into text: inout ByteBuffer) {
        let event = watcher.pending[index]
        let position = event.record.position
        let isLast =
            index + 1 == watcher.pending.count
            || watcher.pending[index + 1].record.position > position
        event.record.encoded(event.face)
            .writeEvent(
                prev: watcher.previous,
                id: isLast ? position : nil,
                into: &text
            )
        watcher.previous = position
        if isLast { watcher.told = max(watcher.told, position) }
    }

    /// A slow one: of each key the last change will do; when that is too much, it has to begin anew.
    private func hold(_ watcher: Watcher) {
        if watcher.blockedSince == nil { watcher.blockedSince = .now() }
        guard watcher.pending.count > limits.pendingMax / 2 else { return }
        if watcher.request.mode == .latest {
            let gone = watcher.conflate()
            counts.conflated += UInt64(gone)
            counts.conflatedSlow += UInt64(gone)
        }
        if watcher.pending.count > limits.pendingMax { reset(watcher, .slow) }
    }

    /// Says how far this is.
    func bookmark(_ watcher: Watcher) {
        guard let client = watcher.client, watcher.state != .over else { return }
        guard client.canTakeMore else {
            if watcher.blockedSince == nil { watcher.blockedSince = .now() }
            return
        }
        let now = NIODeadline.now()
        var text = ByteBuffer()
        let isLive = watcher.state == .live
        // A snapshot may be newer than what this loop has seen of the ring.
        let position = isLive ? max(self.position, watcher.told) : self.position
        if isLive { watcher.told = position }
        text.writeBookmark(
            position,
            isCursor: isLive,
            age: freshness?.age(at: now),
            node: node.status.id
        )
        watcher.lastWrite = now
        watcher.blockedSince = nil
        counts.bookmarks += 1
        client.send(text)
    }

    /// Tells a watcher to begin anew, and ends its stream.
    func reset(_ watcher: Watcher, _ reset: FeedReset) {
        counts.count(reset)
        let client = watcher.client
        guard !watcher.isPoll else {
            remove(watcher)
            let standing = ring.standing(for: watcher.request.filter)
            client?.answer(Problem.feedCompacted(standing, watcher.request).reply)
            return
        }
        var text = ByteBuffer()
        text.writeReset(reset, position)
        remove(watcher)
        client?.send(text)
        client?.endStream()
    }

    /// Ends a stream in good order, with a cursor to go on from elsewhere.
    func end(_ watcher: Watcher) {
        guard watcher.state != .over else { return }
        guard !watcher.isPoll else {
            watcher.endsAt = .now()
            return flush(watcher)
        }
        flush(watcher)
        guard watcher.state != .over else { return }
        guard watcher.hasBegun else { return giveUp(watcher) }
        if watcher.pending.isEmpty { bookmark(watcher) }
        let client = watcher.client
        remove(watcher)
        client?.endStream()
        report()
    }

    // MARK: - Polls

    private func answerPoll(_ watcher: Watcher, _ client: any FeedClient) {
        guard watcher.state != .opening else { return }
        let isLate = watcher.endsAt <= .now()
        guard isLate || !watcher.pending.isEmpty else { return }
        var events = watcher.pending[...]
        if events.count > limits.pollEventsMax {
            let last = events[limits.pollEventsMax - 1].record.position
            let end = events.firstIndex { $0.record.position > last }
            events = events[..<(end ?? events.endIndex)]
        }
        var body = ByteBuffer(staticString: "{\"events\":[")
        for (index, event) in events.enumerated() {
            if index > 0 { body.writeStaticString(",") }
            body.writePolled(event, prev: watcher.previous)
            watcher.previous = event.record.position
        }
        body.writeStaticString("],\"next\":")
        body.writeDecimal(cursor(of: watcher, behind: events).rawValue)
        body.writeStaticString("}\n")
        counts.events += UInt64(events.count)
        var reply = Reply(status: 200, contentType: "application/json", body: body)
        reply.freshness = freshness ?? watcher.snapshotFreshness
        remove(watcher)
        client.answer(reply)
    }

    /// What the next poll is to ask for: behind what was told, or behind everything that was seen.
    private func cursor(of watcher: Watcher, behind events: ArraySlice<FeedEvent>) -> Position {
        guard watcher.state == .live else {
            return events.last?.record.position ?? watcher.cursor
        }
        if events.endIndex < watcher.pending.endIndex, let last = events.last {
            return last.record.position
        }
        return max(position, watcher.cursor, events.last?.record.position ?? Position(0))
    }
}

extension FeedHub {
    // MARK: - Rounds

    func beginRounds() {
        guard rounds == nil else { return }
        let interval = TimeAmount.nanoseconds(
            limits.bookmarkInterval.nanoseconds / Int64(Self.sliceCount)
        )
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        rounds = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let hub = bound.value
            hub.looksAt = (hub.looksAt + 1) % Self.sliceCount
            hub.look(at: hub.looksAt)
        }
    }

    /// The feed did not get to its cursor in time.
    private func giveUp(_ watcher: Watcher) {
        guard !watcher.hasBegun else { return reset(watcher, .ahead) }
        let client = watcher.client
        remove(watcher)
        client?.answer(Problem(.notReady).reply)
    }

    /// Looks after a tenth of the watchers: who is idle, slow, or at its end.
    private func look(at slice: Int) {
        run()
        let now = NIODeadline.now()
        // A moment less than the interval, as rounds are not that punctual.
        let idle = TimeAmount.nanoseconds(limits.bookmarkInterval.nanoseconds * 9 / 10)
        for watcher in slices[slice] {
            if watcher.state == .ahead, watcher.waitsUntil <= now, !watcher.isPoll {
                giveUp(watcher)
            } else if let since = watcher.blockedSince, since + limits.stallMax <= now {
                reset(watcher, .slow)
            } else if watcher.endsAt <= now {
                if !watcher.isPoll { counts.aged += 1 }
                end(watcher)
            } else if !watcher.isPoll, watcher.hasBegun, watcher.pending.isEmpty,
                watcher.lastWrite + idle <= now
            {
                bookmark(watcher)
            }
        }
        report()
    }
}
