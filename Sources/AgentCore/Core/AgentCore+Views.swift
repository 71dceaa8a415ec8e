package import Ledger

/// What the agent shows.
extension AgentCore {
    /// What there is of an item; nil: it isn't in the copy.
    package mutating func stock(_ sku: SKU) throws(Rows.Failure) -> AgentStock? {
        guard let item = try item(sku) else { return nil }
        return try stock(of: item)
    }

    private mutating func stock(of item: Item) throws(Rows.Failure) -> AgentStock {
        let sku = item.sku
        let level = try level(sku)
        return AgentStock(
            item: item,
            price: try price(sku),
            onHand: level.onHand + pending.onHand(sku),
            unavailable: level.unavailable + pending.unavailable(sku),
            reserved: level.reserved,
            incoming: level.incoming,
            rights: try rights(sku)
        )
    }

    /// Items by words of their title, or the beginning of their SKU, with what there is of them.
    package mutating func items(
        matching text: String,
        limit: Int
    ) throws(Rows.Failure) -> [AgentStock] {
        try flush()
        let found = try staged.items(matching: text, limit: limit)
        var stocks: [AgentStock] = []
        for item in found { stocks.append(try stock(of: item)) }
        return stocks
    }

    /// Open reservations of the location, with what was handed over here and isn't known yet.
    package mutating func pickUps(
        after name: String? = nil,
        limit: Int
    ) throws(Rows.Failure) -> [Reservation] {
        try flush()
        let entries = try staged.records(.reservation, after: name, limit: limit)
        return entries.compactMap { entry in
            guard case .reservation(var found) = entry.record else { return nil }
            for (index, line) in found.lines.enumerated() where line.location == head.location {
                found.lines[index].fulfilled +=
                    pending.moved(.reservation(found.id), line.sku)
            }
            return found
        }
    }

    /// Open transfers from and to the location, with what went and came here and isn't known yet.
    package mutating func transfers(
        after name: String? = nil,
        limit: Int
    ) throws(Rows.Failure) -> [Transfer] {
        try flush()
        let entries = try staged.records(.transfer, after: name, limit: limit)
        return entries.compactMap { entry in
            guard case .transfer(var found) = entry.record else { return nil }
            for (index, line) in found.lines.enumerated() {
                found.lines[index].shipped += pending.moved(.shipped(found.id), line.sku)
                found.lines[index].received += pending.moved(.arrived(found.id), line.sku)
            }
            return found
        }
    }

    /// How it stands with the agent.
    package mutating func status() throws(Rows.Failure) -> AgentStatus {
        let oldest =
            head.outboxDepth > 0 ? try staged.fact(head.acknowledged + 1)?.claimedTime : nil
        return AgentStatus(
            head: head,
            isCutOff: link.isCutOff,
            cutOffSince: cutOffSince,
            oldestUnacknowledged: oldest,
            outboxBytes: outbox.bytes,
            waiting: waiting.count,
            edits: editCount,
            isCopying: session != nil,
            trouble: trouble,
            registrationRefusal: registrationRefusal,
            counts: counts
        )
    }

    /// Units that may be sold without asking, of all items; looks at every one of them.
    package mutating func openUnits() throws(Rows.Failure) -> Quantity {
        try flush()
        var sum: Quantity = 0
        var name: String?
        while true {
            let entries = try staged.records(.allotment, after: name, limit: 1_000)
            for entry in entries { sum += try rights(SKU(unchecked: entry.name)) }
            guard let last = entries.last else { return sum }
            name = last.name
        }
    }
}

/// What there is of an item at the store, as the agent sees it.
package struct AgentStock: Equatable, Sendable {
    /// The item.
    package var item: Item
    /// What a unit costs here.
    package var price: Money?
    /// The store's own book: everything that happened here is in it.
    package var onHand: Quantity
    /// Damaged or on hold; a part of what is on hand.
    package var unavailable: Quantity
    /// Promised to customers, as far as it is known here.
    package var reserved: Quantity
    /// On its way, as far as it is known here.
    package var incoming: Quantity
    /// What may be sold without asking.
    package var rights: Quantity
}

/// How it stands with an agent.
package struct AgentStatus: Equatable, Sendable {
    /// Who it is, and how far it has come.
    package var head: AgentHead
    /// Whether tills are answered from its rights alone.
    package var isCutOff: Bool
    /// Since when; nil: it isn't.
    package var cutOffSince: LogTime?
    /// When the first fact happened that the ledger doesn't have yet, by the agent's clock.
    package var oldestUnacknowledged: LogTime?
    /// Bytes of the facts that wait.
    package var outboxBytes: UInt64
    /// Tills that wait for a grant.
    package var waiting: Int
    /// Edits of prices that wait.
    package var edits: Int
    /// Whether the location is being copied.
    package var isCopying: Bool
    /// Why nothing can be done; nil: it can.
    package var trouble: AgentTrouble?
    /// Why the ledger didn't register it: another agent has the store, say; nil: it did.
    package var registrationRefusal: Refusal?
    /// What it has done since it was started.
    package var counts: AgentCounts
}
