/// What a leader knows of one peer, and how it sends entries there.
///
///               heartbeat reply, ack            gap, unreachable
///      probe ────────────────────────▶ replicate ──────────────▶ probe
///        └──────────── entries gone ────────▶ snapshot ── caught up ──▶ probe
///
/// Invariant: `match < next`; in `replicate`, everything in `match + 1 ..< next` is in flight.
struct Progress: Sendable {
    let id: NodeID
    var isVoter: Bool
    var isOutgoing: Bool
    private(set) var mode = ReplicationMode.probe
    /// The peer's log agrees with ours, durably, up to here.
    private(set) var match: LogIndex = 0
    /// How far its state machine was when it last said so; a restart may set it back.
    var applied: LogIndex = 0
    /// The next entry to send.
    private(set) var next: LogIndex
    /// In `probe`: one append is on its way, and the next waits for an answer.
    private(set) var isPaused = false
    private(set) var inFlight = InFlight()
    /// Entries for it are being read from the log store, from here on.
    var loadingFrom: LogIndex?
    /// The peer showed that it lives but lacks something: ask, even with nothing new to send.
    var needsAppend = false
    /// The commit index that it has been told.
    var toldCommit: LogIndex = 0
    /// When a message of this term came from it.
    var heardAt: Tick
    /// The newest round of heartbeats that it answered.
    var answeredSequence: UInt64 = 0
    /// What was offered to it, while in `snapshot`; nil while a copy is being taken.
    private(set) var offered: SnapshotOffer?
    /// When it was offered, or last seen to be getting on with it.
    private(set) var offeredAt: Tick = 0
    /// The payload bytes that it said it can take.
    var room = Int.max

    init(id: NodeID, next: LogIndex, now: Tick) {
        self.id = id
        self.next = next
        isVoter = false
        isOutgoing = false
        heardAt = now
    }

    /// The peer has acknowledged everything up to an index; tells whether that was news.
    mutating func acknowledge(_ index: LogIndex, firstAvailable: LogIndex) -> Bool {
        isPaused = false
        inFlight.release(through: index)
        let isNews = index > match
        match = max(match, index)
        switch mode {
        case .probe:
            next = match.next
            mode = .replicate
        case .replicate:
            next = max(next, match.next)
        case .snapshot where match.next >= firstAvailable:
            probe(from: match.next)
        case .snapshot:
            break
        }
        return isNews
    }

    /// An append after `previous` was refused.
    ///
    /// Refusals of a pipeline arrive in a row; the first one starts a probe, and the rest are about
    /// positions that are no longer asked about.
    mutating func refuse(previous: LogIndex, retryFrom index: LogIndex) -> Bool {
        switch mode {
        case .replicate where previous > match, .probe where next.previous == previous:
            guard previous > match else { return false }
            probe(from: max(match.next, min(previous, index)))
            return true
        case .replicate, .probe, .snapshot:
            return false
        }
    }

    /// An append ending with an index was sent.
    mutating func sent(through index: LogIndex, byteCount: Int) {
        needsAppend = false
        switch mode {
        case .probe:
            isPaused = true
        case .replicate:
            guard index >= next else { return }
            inFlight.add(through: index, byteCount: byteCount)
            next = index.next
        case .snapshot:
            break
        }
    }

    /// Starts over, one append at a time.
    mutating func probe(from index: LogIndex) {
        mode = .probe
        next = max(index, match.next)
        isPaused = false
        loadingFrom = nil
        inFlight.removeAll()
    }

    mutating func awaitSnapshot(now: Tick) {
        mode = .snapshot
        offered = nil
        offeredAt = now
        isPaused = false
        loadingFrom = nil
        inFlight.removeAll()
    }

    mutating func offer(_ offer: SnapshotOffer, now: Tick) {
        offered = offer
        offeredAt = now
    }

    /// It couldn't have what it was offered.
    mutating func withdrawOffer() { offered = nil }

    /// It fetches what it was offered: it is given more time.
    mutating func advanceSnapshot(now: Tick) { offeredAt = now }

    mutating func resume() { isPaused = false }

    /// Whether its state machine is at an index, or near enough to be there in a moment.
    ///
    /// Who has the log but not the state can lead, and would answer nobody until it had applied what it
    /// has: after it got a copy of the state that may be seconds of work.
    func hasApplied(_ index: LogIndex, _ limits: Limits) -> Bool {
        // What a peer says may be any number, so nothing is added to it.
        applied >= index || applied.distance(to: index) <= limits.unappliedEntriesMax
    }

    /// Whether nothing more may be on its way: by count, by bytes, or for lack of room there.
    ///
    /// One append is let through whatever the room. The peer may be full of the very entries that come
    /// next, written by an older leader: they cost it nothing, but without being sent them it would
    /// never learn that they are ours too, and never settle them.
    func isFull(_ limits: Limits) -> Bool {
        inFlight.isFull(limits) || !inFlight.isEmpty && inFlight.byteCount >= room
    }
}

/// The appends on their way to a peer, first in, first out, with their payload bytes.
struct InFlight: Sendable {
    private struct Item: Sendable {
        let last: LogIndex
        let byteCount: Int
    }

    private var items: [Item] = []
    private var head = 0
    private(set) var byteCount = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { count == 0 }

    func isFull(_ limits: Limits) -> Bool {
        count >= limits.inFlightAppendsMax || byteCount >= limits.inFlightBytesMax
    }

    mutating func add(through last: LogIndex, byteCount: Int) {
        items.append(Item(last: last, byteCount: byteCount))
        self.byteCount += byteCount
    }

    mutating func release(through index: LogIndex) {
        while head < items.count, items[head].last <= index {
            byteCount -= items[head].byteCount
            head += 1
        }
        if head >= count {
            items.removeFirst(head)
            head = 0
        }
    }

    mutating func removeAll() {
        items.removeAll(keepingCapacity: true)
        head = 0
        byteCount = 0
    }
}
