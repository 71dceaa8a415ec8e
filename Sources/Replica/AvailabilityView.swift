import Ledger
import Synchronization

/// Items and their levels in memory, for readers on any thread; kept current by apply.
///
/// Invariant: what is in the view is the state at `position`, exactly: the loop that applies
/// updates every entry that a batch changed, and the position, under one lock. An item that isn't
/// there has to be fetched by the loop. Bounded: when full, the entry least recently put in that
/// was not read since goes (second chance).
final class AvailabilityView: Sendable {
    /// What is known of a SKU; `view` is nil when it names no item.
    private struct Entry {
        var view: ItemView?
        var wasRead: Bool
    }

    private struct Content {
        var position = Position(0)
        var entries: [SKU: Entry] = [:]
        /// The SKUs in the order of arrival, for the second-chance clock.
        var ring: [SKU] = []
        var hand = 0
    }

    private let content = Mutex(Content())
    private let capacity: Int

    init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
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
        content.withLock { content in
            if content.entries[sku] == nil {
                if content.ring.count < capacity {
                    content.ring.append(sku)
                } else {
                    evictOne(&content, replacingWith: sku)
                }
            }
            content.entries[sku] = Entry(view: view, wasRead: true)
        }
    }

    /// Brings the view to `position`: `change` is called, under the lock, with a function that
    /// edits the entry of a SKU if there is one.
    func advance(
        to position: Position,
        changing changes: (_ edit: (SKU, (inout ItemView?) -> Void) -> Void) -> Void
    ) {
        content.withLock { content in
            changes { sku, edit in
                guard let index = content.entries.index(forKey: sku) else { return }
                edit(&content.entries.values[index].view)
            }
            content.position = position
        }
    }

    /// Whether the SKU is in the view, known to exist or not.
    func contains(_ sku: SKU) -> Bool {
        content.withLock { $0.entries[sku] != nil }
    }

    var count: Int { content.withLock { $0.entries.count } }

    /// Forgets everything; the next readers fetch anew.
    func removeAll(at position: Position) {
        content.withLock { content in
            content = Content()
            content.position = position
        }
    }

    private func evictOne(_ content: inout Content, replacingWith sku: SKU) {
        // Ends within two rounds: the first round clears every flag.
        while true {
            let candidate = content.ring[content.hand]
            if let index = content.entries.index(forKey: candidate),
                content.entries.values[index].wasRead
            {
                content.entries.values[index].wasRead = false
                content.hand = (content.hand + 1) % content.ring.count
            } else {
                content.entries[candidate] = nil
                content.ring[content.hand] = sku
                content.hand = (content.hand + 1) % content.ring.count
                return
            }
        }
    }
}
