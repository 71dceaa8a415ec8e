package import Ledger

/// Offers, sales and transfers: in memory alone for now.
extension SQLiteLedgerState {
    package mutating func onlineLocations(limit: Int) throws(StoreError) -> [OnlineLocation] {
        var online: [OnlineLocation] = []
        for number in 0..<header.lastLocationKey {
            let key = LocationKey(number + 1)
            guard let location = try location(key) else { continue }
            if let found = OnlineLocation(location, key: key) { online.append(found) }
        }
        return Array(online.sorted(by: OnlineLocation.isTriedBefore).prefix(limit))
    }

    package mutating func offer(_ key: LevelKey) throws(StoreError) -> Offer? { offers[key] }

    package mutating func setOffer(_ offer: Offer, key: LevelKey) { offers[key] = offer }

    package mutating func sale(_ id: SaleID) throws(StoreError) -> Sale? {
        if let sale = changedSales[id] { return sale }
        guard let sequence = soldAt[id] else { return nil }
        return try journalRow(sequence)?.madeSale
    }

    /// The row that makes it is known by what it says itself.
    package mutating func createSale(_ id: SaleID) {
        precondition(soldAt[id] == nil, "a sale is made once")
    }

    package mutating func setSale(_ sale: Sale) { changedSales[sale.id] = sale }

    package mutating func transfer(_ id: TransferID) throws(StoreError) -> Transfer? {
        transfers[id]
    }

    package mutating func setTransfer(_ transfer: Transfer) { transfers[transfer.id] = transfer }
}
