package import Ledger

/// What a till or the back office asks of the agent.
package struct TillRequest: Equatable, Sendable {
    /// Names the request: the same one is answered with the same answer.
    package var id: RequestID
    /// About goods (``Command/isPhysical``), or a price (`SetOffer`).
    package var command: Command
    /// Of a sale: what units are sold for, where it isn't the price on the shelf.
    package var prices: [ItemPrice]
    /// Of a count: whether the agent's book is what it has when it takes the request, and not what the
    /// lines say.
    package var countsAgainstBook: Bool

    /// Puts the parts together.
    package init(
        id: RequestID,
        command: Command,
        prices: [ItemPrice] = [],
        countsAgainstBook: Bool = false
    ) {
        self.id = id
        self.command = command
        self.prices = prices
        self.countsAgainstBook = countsAgainstBook
    }

    /// By which an id that is used for two different things is noticed.
    var digest: UInt64 {
        var digest = command.payloadDigest() ^ (countsAgainstBook ? 1 : 0)
        for price in prices {
            for byte in Array(price.sku.text.utf8) + Array(price.price.currency.utf8) {
                digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3
            }
            digest = (digest ^ UInt64(bitPattern: price.price.amount)) &* 0x100_0000_01B3
        }
        return digest
    }
}

/// What a unit of an item costs.
package struct ItemPrice: Equatable, Sendable {
    /// The item.
    package var sku: SKU
    /// For one unit.
    package var price: Money

    /// Puts the parts together.
    package init(sku: SKU, price: Money) {
        self.sku = sku
        self.price = price
    }
}

/// What a till is told.
package enum TillAnswer: Equatable, Sendable {
    /// Done, and durable here.
    case done(TillReceipt)
    /// A rule said no; the same request is told the same again.
    case refused(Refusal)
    /// Not now: nothing was done, and nothing is remembered.
    case unavailable(AgentTrouble)
}

/// Why the agent can do nothing just now.
package enum AgentTrouble: Equatable, Sendable {
    /// It has no copy of its location yet.
    case notReady
    /// It sells no more until the store is set up anew.
    case frozen(AgentHead.Frozen)
    /// More facts wait for the cluster than may.
    case outboxFull
    /// More tills wait for a grant than may.
    case tooManyWaiting
    /// More edits of prices wait than may.
    case tooManyEdits
}

/// What was done at a till.
package struct TillReceipt: Equatable, Sendable {
    /// One line of it.
    package struct Line: Equatable, Sendable {
        /// The item.
        package var sku: SKU
        /// How many units.
        package var quantity: Quantity
        /// What a unit was sold for.
        package var price: Money?
        /// How many of them were beyond the agent's rights.
        package var overdrawn: Quantity
        /// The agent's own book afterwards.
        package var onHand: Quantity

        /// Puts the parts together.
        package init(
            sku: SKU,
            quantity: Quantity,
            price: Money?,
            overdrawn: Quantity,
            onHand: Quantity
        ) {
            self.sku = sku
            self.quantity = quantity
            self.price = price
            self.overdrawn = overdrawn
            self.onHand = onHand
        }
    }

    /// The epoch in which it happened.
    package var epoch: UInt32
    /// The fact's; 0: an edit of a price, which is no fact.
    package var sequence: UInt64
    /// Of a sale: its name, and the number on the receipt.
    package var sale: SaleID?
    /// What the agent's clock said.
    package var time: LogTime
    /// One an item.
    package var lines: [Line]

    /// Puts the parts together.
    package init(
        epoch: UInt32,
        sequence: UInt64,
        sale: SaleID?,
        time: LogTime,
        lines: [Line]
    ) {
        self.epoch = epoch
        self.sequence = sequence
        self.sale = sale
        self.time = time
        self.lines = lines
    }
}
