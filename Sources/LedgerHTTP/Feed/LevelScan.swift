import Ledger
import LedgerStore
import NIOCore
import Replica

/// Looks through the whole table of levels for the items that ever had stock at a location.
///
/// A page after the other, on the readers' threads. It is for the rare change of a location.
struct LevelScan: Sendable {
    enum Outcome: Sendable {
        case found([SKU])
        case tooMany
        case failed(BookFailure)
    }

    let location: LocationID
    /// The database must have got here.
    let position: Position
    let limits: FeedLimits
    private var found: [SKU] = []
    private var scanned = 0

    init(location: LocationID, position: Position, limits: FeedLimits) {
        self.location = location
        self.position = position
        self.limits = limits
    }

    /// The completion is called once, on any thread.
    func run(_ books: any LedgerBooks, _ completion: @escaping @Sendable (Outcome) -> Void) {
        read(from: nil, books, completion)
    }

    private func read(
        from token: String?,
        _ books: any LedgerBooks,
        _ completion: @escaping @Sendable (Outcome) -> Void
    ) {
        books.list(
            .levels,
            pageSize: HistoryQuery.pageSizeMax,
            pageToken: token,
            minPosition: position,
            deadline: .now() + .seconds(10)
        ) { result in
            switch result {
            case .failure(let failure): completion(.failed(failure))
            case .success(let page):
                var scan = self
                scan.take(page.value.rows)
                let isTooMuch =
                    scan.found.count > limits.itemsPerLocationMax
                    || scan.scanned > limits.levelsScannedMax
                if isTooMuch { return completion(.tooMany) }
                guard let next = page.value.nextPageToken else {
                    return completion(.found(scan.found))
                }
                scan.read(from: next, books, completion)
            }
        }
    }

    private mutating func take(_ rows: BookRows) {
        guard case .levels(let levels) = rows else { return }
        scanned += levels.count
        for level in levels where level.location == location { found.append(level.sku) }
    }
}
