import Ledger
import Synchronization

/// Items with their levels and offers in memory, for readers on any thread; kept current by apply.
///
/// Invariant: what is in the view is the state at `position`, exactly: the loop that applies
/// updates every entry that a batch changed, and the position, under one lock. An item that isn't
/// there has to be fetched by the loop. Bounded by a count of entries and by bytes: when either is
/// reached, entries that were not read since the clock's hand last passed go (second chance).
final class AvailabilityView: Sendable {
    /// What one batch changed, for an entry if there is one.
    enum Change {
        /// The item itself; nil when it isn't one any more.
        case item(SKU, ItemView?)
        case level(SKU, LocatedLevel)
        case offer(SKU, LocatedOffer)
        /// It may stand in any entry.
        case location(Location)
    }

    /// What is known of a SKU; `view` is nil when it names no item.
    private struct Entry {
        var view: ItemView?
        var bytes: Int
        var wasRead: Bool

        init(_ view: ItemView?) {
            self.view = view
            bytes = Entry.bytes(view)
            wasRead = true
        }

        /// About what an entry takes in memory, its place in table and ring included.
        static func bytes(_ view: ItemView?) -> Int { 256 + (view?.memoryBytes ?? 0) }

        /// Changes the view; returns by how many bytes it grew.
        mutating func edit(_ change: (inout ItemView?) -> Void) -> Int {
            let before = bytes
            change(&view)
            bytes = Self.bytes(view)
            return bytes - before
        }
    }

    private struct Content {
        var position = Position(0)
        var entries: [SKU: Entry] = [:]
        /// The SKUs, each once, for the second-chance clock.
        var ring: [SKU] = []
        var hand = 0
        var bytes = 0
    }

    private let content = Mutex(Content())
    private let countMax: Int
    private let bytesMax: Int

    init(countMax: Int, bytesMax: Int) {
        precondition(countMax > 0 && bytesMax > 0)
        self.countMax = countMax
        self.bytesMax = bytesMax
    }

    /// The items in the order asked for with the position they show, or nil if one is missing.
    func read(_ skus: [SKU]) -> (items: [ItemView?], position: Position)? {
        content.withLock { content in
            var items: [ItemView?] = []
            items.reserveCapacity(skus.count)
            for sku in skus {
                guard let index = content.entries.index(forKey: sku) else { return nil }
                content.entries.values[index].wasRead = true
                items.append(content.entries.values[index].view)
            }
            return (items, content.position)
        }
    }

    /// Puts in what the loop has fetched at the view's own position.
    func insert(_ view: ItemView?, for sku: SKU) {
        let entry = Entry(view)
        content.withLock { content in
            if let old = content.entries.updateValue(entry, forKey: sku) {
                content.bytes -= old.bytes
            } else {
                content.ring.append(sku)
            }
            content.bytes += entry.bytes
            shrink(&content)
        }
    }

    /// Brings the view to `position` by what changed since the one before, in that order.
    func advance(to position: Position, by changes: [Change]) {
        content.withLock { content in
            for change in changes { apply(change, &content) }
            content.position = position
            shrink(&content)
        }
    }

    private func apply(_ change: Change, _ content: inout Content) {
        switch change {
        case .item(let sku, let view): edit(sku, &content) { $0 = view }
        case .level(let sku, let level): edit(sku, &content) { $0?.set(level) }
        case .offer(let sku, let offer): edit(sku, &content) { $0?.set(offer) }
        case .location(let location):
            // Rare, so that a walk over everything is cheaper than an index kept by every insertion,
            // and far cheaper than to fetch everything anew. Nothing is added, so no bytes are either.
            var index = content.entries.startIndex
            while index != content.entries.endIndex {
                content.entries.values[index].view?.set(location)
                content.entries.formIndex(after: &index)
            }
        }
    }

    private func edit(_ sku: SKU, _ content: inout Content, _ change: (inout ItemView?) -> Void) {
        guard let index = content.entries.index(forKey: sku) else { return }
        content.bytes += content.entries.values[index].edit(change)
    }

    /// Whether the SKU is in the view, known to exist or not.
    func contains(_ sku: SKU) -> Bool {
        content.withLock { $0.entries[sku] != nil }
    }

    var count: Int { content.withLock { $0.entries.count } }

    /// About what all entries take in memory.
    var bytes: Int { content.withLock { $0.bytes } }

    /// Forgets everything; the next readers fetch anew.
    func removeAll(at position: Position) {
        content.withLock { content in
            content = Content()
            content.position = position
        }
    }

    /// Evicts until both bounds hold.
    ///
    /// Ends: within one round of the ring every flag is cleared, and then each step takes one out.
    private func shrink(_ content: inout Content) {
        while content.ring.count > countMax || content.bytes > bytesMax, !content.ring.isEmpty {
            if content.hand >= content.ring.count { content.hand = 0 }
            let candidate = content.ring[content.hand]
            if let index = content.entries.index(forKey: candidate),
                content.entries.values[index].wasRead
            {
                content.entries.values[index].wasRead = false
                content.hand += 1
            } else {
                content.bytes -= content.entries.removeValue(forKey: candidate)?.bytes ?? 0
                content.ring[content.hand] = content.ring[content.ring.count - 1]
                content.ring.removeLast()
            }
        }
    }
}
