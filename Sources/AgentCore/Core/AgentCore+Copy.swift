import Ledger

/// The copy of the location: made from pages, kept by the feed.
///
/// A copy is made beside the old one: the pages first, each at a position of its own, then the feed
/// from before the first page until it is past the last. Whatever changed in between is in the feed,
/// so then all rows are as of one position, and it is known which own facts are in them.
extension AgentCore {
    /// Asks for the next page.
    mutating func pumpCopy() throws(Rows.Failure) {
        guard let session, let book = session.book, !link.has({ $0 == .page }) else { return }
        call(.page, .page(book, token: session.token, atLeast: session.base))
    }

    mutating func take(_ page: CopyPage) throws(Rows.Failure) {
        guard var session, let book = session.book else { return }
        try store(page.rows, &session)
        session.through = max(session.through, page.position)
        session.token = page.nextToken
        if page.nextToken == nil { session.book = CopyBook(rawValue: book.rawValue + 1) }
        let isComplete = session.book == nil
        self.session = session
        guard isComplete else { return }
        link.isFollowing = true
        effects.append(.follow(after: session.base))
        if session.through <= session.position { try promote() }
    }

    private mutating func store(
        _ rows: CopyPage.Rows,
        _ session: inout CopySession
    ) throws(Rows.Failure) {
        switch rows {
        case .items(let items):
            for item in items { staged.set(.item(item), AgentKey(.nextItem, item.sku.text)) }
        case .offers(let offers):
            for offer in offers {
                staged.set(.offer(offer), AgentKey(.nextOffer, offer.sku.text))
            }
        case .levels(let views):
            for view in views {
                staged.set(.level(view.level), AgentKey(.nextLevel, view.sku.text))
            }
        case .reservations(let reservations):
            for found in reservations {
                staged.set(.reservation(found), AgentKey(.nextReservation, found.id.text))
            }
        case .transfers(let transfers):
            for found in transfers {
                staged.set(.transfer(found), AgentKey(.nextTransfer, found.id.text))
            }
        case .allotments(let views):
            for view in views where view.allotment.epoch == head.epoch {
                if session.replacesRights {
                    set(view.allotment, view.sku)
                } else {
                    try raise(view)
                }
                session.recalls[view.sku] = view.allotment.recalled
            }
        }
    }

    /// Hears of rights: they only rise within an epoch, so late and repeated words change nothing.
    mutating func raise(_ view: AllotmentView) throws(Rows.Failure) {
        guard view.allotment.epoch == head.epoch else { return }
        var allotment = try allotment(view.sku)
        guard view.allotment.granted > allotment.granted else { return }
        allotment.granted = view.allotment.granted
        set(allotment, view.sku)
        review.add(view.sku)
    }

    /// Takes what the feed told; the feed is where the copy is, or the copy is made anew.
    mutating func take(
        _ rows: [FeedRow],
        after: Position,
        through: Position
    ) throws(Rows.Failure) {
        guard head.frozen == nil, link.isFollowing else { return }
        let position: Position
        if let session {
            position = session.position
        } else {
            guard let copy = head.copy else { return }
            position = copy.position
        }
        guard through > position else { return }
        guard after <= position else { return lose(.compacted) }
        disagrees = false
        for row in rows where row.position > position {
            try apply(row)
            guard head.frozen == nil else { return }
        }
        if session != nil {
            session?.position = through
            if let session, session.book == nil, session.through <= through { try promote() }
        } else {
            head.copy?.position = through
        }
        if disagrees { renew() }
    }

    /// The feed has ended: it is followed again, or the location copied anew.
    mutating func lose(_ loss: FeedLoss) {
        if loss == .compacted {
            needsCopy = true
            session = nil
        }
        if link.isUp { renew() }
    }

    /// The copy is complete.
    private mutating func promote() throws(Rows.Failure) {
        guard let session else { return }
        head.copy = AgentHead.Copy(position: session.position, known: session.known)
        head.rightsUnknownThrough = nil
        staged.promote()
        try flush()
        self.session = nil
        needsCopy = false
        pending.drop(through: session.known)
        for (sku, quantity) in session.recalls.sorted(by: { $0.key < $1.key }) {
            recall(quantity, of: sku)
        }
        review.nextReview = clock.steady
    }

    /// What isn't on its way back already is to be given back.
    private mutating func recall(_ quantity: Quantity, of sku: SKU) {
        let wanted = quantity - pending.givenBack(sku)
        review.recalls[sku] = wanted > 0 ? wanted : nil
        if wanted > 0 { review.add(sku) }
    }

    private mutating func apply(_ row: FeedRow) throws(Rows.Failure) {
        let isNext = session != nil
        head.heard = hears(row.logTime)
        if let mark = row.fact, mark.epoch >= head.firstEpoch {
            if mark.epoch > head.epoch {
                disagrees = true
            } else if mark.sequence > head.sequence {
                return try freeze(.oldCopy)
            } else {
                know(mark.sequence)
            }
        }
        for view in row.levels {
            staged.set(
                .level(view.level),
                AgentKey(isNext ? .nextLevel : .level, view.sku.text)
            )
            if !isNext { review.add(view.sku) }
        }
        if let sku = row.editedItem {
            let position = Int64(clamping: row.position.rawValue)
            staged.set(.number(position), AgentKey(.stale, sku.text))
            staleItems.insert(sku)
        }
        if let offer = row.offer { try take(offer, isNext ? .nextOffer : .offer) }
        if let found = row.reservation { try take(found, isNext) }
        if let found = row.transfer { try take(found, isNext) }
        if let store = row.store, store.instance != head.instance || store.epoch > head.epoch {
            disagrees = true
        }
        guard let rights = row.allotments else { return }
        if rights.epoch > head.epoch { disagrees = true }
        for view in rights.views where rights.epoch == head.epoch {
            try raise(view)
            guard rights.isRecall else { continue }
            if isNext {
                session?.recalls[view.sku] = view.allotment.recalled
            } else {
                recall(view.allotment.recalled, of: view.sku)
            }
        }
    }

    /// Own facts up to this one are in the levels that the feed tells of.
    private mutating func know(_ sequence: UInt64) {
        if session != nil {
            let known = session?.known ?? 0
            session?.known = max(known, sequence)
        } else if let known = head.copy?.known, sequence > known {
            head.copy?.known = sequence
            pending.drop(through: sequence)
        }
    }

    mutating func take(_ offer: Offer, _ kind: AgentKey.Kind) throws(Rows.Failure) {
        let key = AgentKey(kind, offer.sku.text)
        if case .offer(let known)? = try staged.record(key), known.version >= offer.version {
            return
        }
        staged.set(.offer(offer), key)
    }

    private mutating func take(
        _ found: Reservation,
        _ isNext: Bool
    ) throws(Rows.Failure) {
        let key = AgentKey(isNext ? .nextReservation : .reservation, found.id.text)
        if case .reservation(let known)? = try staged.record(key),
            known.version >= found.version
        {
            return
        }
        let isOpen = found.state == .held || found.state == .confirmed
        let isHere = found.lines.contains { $0.location == head.location && $0.open > 0 }
        staged.set(isOpen && isHere ? .reservation(found) : nil, key)
    }

    private mutating func take(_ found: Transfer, _ isNext: Bool) throws(Rows.Failure) {
        let key = AgentKey(isNext ? .nextTransfer : .transfer, found.id.text)
        if case .transfer(let known)? = try staged.record(key), known.version >= found.version {
            return
        }
        staged.set(found.isOpen ? .transfer(found) : nil, key)
    }

    /// Asks for the new text of an item that was edited.
    mutating func pumpItems() throws(Rows.Failure) {
        let isAsking = link.has { if case .item = $0 { true } else { false } }
        guard !isAsking, session == nil, let sku = staleItems.min() else { return }
        let position = try number(AgentKey(.stale, sku.text))
        call(
            .item(sku, flaggedAt: position),
            .item(sku, atLeast: Position(UInt64(clamping: position)))
        )
    }

    mutating func take(
        _ item: Item?,
        _ sku: SKU,
        flaggedAt position: Int64
    ) throws(Rows.Failure) {
        let flag = AgentKey(.stale, sku.text)
        if let item, try self.item(sku)?.version ?? 0 < item.version {
            staged.set(.item(item), AgentKey(.item, sku.text))
        }
        // Edited again meanwhile: asked for again.
        guard try number(flag) == position else { return }
        staged.set(nil, flag)
        staleItems.remove(sku)
    }
}
