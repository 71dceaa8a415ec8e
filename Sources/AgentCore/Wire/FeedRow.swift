package import Ledger

/// One row of the journal that concerns a location, as its agent follows it.
package struct FeedRow: Equatable, Sendable {
    /// The log entry that caused it.
    package var position: Position
    /// The time of that.
    package var logTime: LogTime
    /// The fact that the row tells of, if it is one of the location's.
    package var fact: FactMark?
    /// The location's levels that moved, as they were afterwards.
    package var levels: [LevelView] = []
    /// The item that was created or edited.
    package var editedItem: SKU?
    /// The offer of the location as the row left it.
    package var offer: Offer?
    /// The reservation as the row left it, if it names the location.
    package var reservation: Reservation?
    /// The transfer as the row left it, if it is from or to the location.
    package var transfer: Transfer?
    /// The location's rights as the row left them.
    package var allotments: Allotments?
    /// The location's agent as the row left it.
    package var store: StoreAgent?

    /// Rights, in an epoch.
    package struct Allotments: Equatable, Sendable {
        package var epoch: UInt32
        package var views: [AllotmentView]
        /// Whether the ledger asked for some of them back with this row.
        package var isRecall: Bool
        package init(epoch: UInt32, views: [AllotmentView], isRecall: Bool) {
            self.epoch = epoch
            self.views = views
            self.isRecall = isRecall
        }
    }

    /// A row that tells of nothing yet.
    package init(position: Position, logTime: LogTime) {
        self.position = position
        self.logTime = logTime
    }

    /// Whether there is anything in it.
    package var isEmpty: Bool {
        self == FeedRow(position: position, logTime: logTime)
    }
}

extension FeedRow {
    /// What a row of the journal says of a location; nil when nothing.
    ///
    /// - Parameters:
    ///   - row: As the ledger wrote it.
    ///   - location: The location.
    ///   - name: Finds the item and the location of a level.
    package init?(
        _ row: JournalRow,
        at location: LocationID,
        name: (LevelKey) -> (sku: SKU, location: LocationID)?
    ) {
        self.init(position: row.position, logTime: row.logTime)
        if case .fact(let trace, actor: _, outcome: _) = row.cause,
            trace.mark.location == location
        {
            fact = trace.mark
        }
        for movement in row.movements {
            guard let place = name(movement.key), place.location == location else { continue }
            levels.append(
                LevelView(sku: place.sku, location: location, level: movement.after)
            )
        }
        if row.outcome?.isRefusal == false, row.kind == .upsertItem, let document = row.document {
            editedItem = SKU(document.text)
        }
        if let offer = row.offer, offer.location == location { self.offer = offer }
        if let reservation = row.reservation,
            reservation.lines.contains(where: { $0.location == location })
        {
            self.reservation = reservation
        }
        if let transfer = row.transfer, [transfer.from, transfer.to].contains(location) {
            self.transfer = transfer
        }
        switch row.outcome {
        case .allotments(let epoch, let views)? where row.document?.text == location.text:
            allotments = Allotments(
                epoch: epoch,
                views: views,
                isRecall: row.kind == .recallAllotment
            )
        case .store(let agent)? where agent.location == location: store = agent
        default: break
        }
        if isEmpty { return nil }
    }
}
