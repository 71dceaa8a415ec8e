import Ledger
import LedgerStore
import NIOCore
import Replica

/// How the change of a location becomes records: what it is decides about every item there.
///
/// They are looked for in the table of levels, and told of part by part, as there may be more than the feed
/// keeps.
extension FeedSource {
    func convert(edited id: LocationID, at position: Position) -> Conversion {
        guard let location = fetched else {
            fetch(id)
            return .waits
        }
        // A new one has no stock yet.
        guard location.version > 1 else {
            records.append(FeedRecord(.location(location), at: position))
            fetched = nil
            return .done
        }
        guard let skus = untold else {
            scan(for: location, at: position)
            return .waits
        }
        let part = skus.prefix(min(Self.itemsPerFetch, max(limits.itemsKept / 2, 1)))
        let outdated = part.filter { sku in (items[sku]?.asOf ?? Position(0)) < position }
        guard outdated.isEmpty else { return fetch(outdated) }
        for sku in part { append(stockOf: sku, whole: true, at: id, position) }
        guard part.endIndex < skus.endIndex else {
            fetched = nil
            untold = nil
            return .done
        }
        untold = skus[part.endIndex...]
        return .again
    }

    private func fetch(_ id: LocationID) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        node.location(id, consistency: .stale, deadline: .now() + .seconds(5)) {
            [eventLoop] result in
            eventLoop.execute {
                let source = bound.value
                switch result {
                case .failure(let failure): source.retryWork("\(failure)")
                case .success(let found):
                    source.fetched = found.value
                    if found.value == nil {
                        source.retryWork("location \(id) is not there")
                    } else {
                        source.goOn()
                    }
                }
            }
        }
    }

    /// Looks through the table of levels for the items at a location.
    private func scan(for location: Location, at position: Position) {
        let scan = LevelScan(location: location.id, position: position, limits: limits)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        scan.run(books) { [eventLoop] result in
            eventLoop.execute {
                let source = bound.value
                guard !source.isOver else { return }
                switch result {
                case .found(let skus): source.tell(of: skus, at: location, position)
                case .tooMany: source.tellOfWatched(at: location, position)
                case .failed(let failure): source.retryWork("\(failure)")
                }
            }
        }
    }

    private func tell(of skus: [SKU], at location: Location, _ position: Position) {
        records.append(FeedRecord(.location(location), at: position))
        untold = skus[...]
        goOn()
    }

    /// There are too many: it is told of those that somebody names, and all who watch more begin anew.
    private func tellOfWatched(at location: Location, _ position: Position) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        watched(limits.itemsPerLocationMax) { [eventLoop] skus in
            eventLoop.execute {
                let source = bound.value
                guard !source.isOver else { return }
                guard let skus else {
                    source.jump(to: source.node.status.applied, "a large location changed")
                    return
                }
                source.gaps.append(
                    FeedGap(location: location.id, told: skus, position: position)
                )
                source.tell(of: skus.sorted(), at: location, position)
            }
        }
    }
}
