import Ledger
import LedgerAPI
import LedgerClient

extension EstoqueClient: BatchSender, LedgerReader {
    func position() async throws(EstoqueError) -> Position {
        // The answer's stamp is what matters; there needn't be such an item.
        try await availability([SKU(unchecked: "-")], .linearizable).position
    }

    func item(
        _ sku: SKU,
        from position: Position
    ) async throws(EstoqueError) -> StockedItem? {
        do {
            return try await item(sku, .session(minPosition: position)).value
        } catch  where error.reason == .itemNotFound {
            return nil
        }
    }

    func offer(
        _ sku: SKU,
        at location: LocationID,
        from position: Position
    ) async throws(EstoqueError) -> Offer? {
        do {
            return try await offer(sku, at: location, .session(minPosition: position)).value
        } catch  where error.reason == .offerNotFound {
            return nil
        }
    }

    func location(
        _ id: LocationID,
        from position: Position
    ) async throws(EstoqueError) -> Location? {
        do {
            return try await location(id, .session(minPosition: position)).value
        } catch  where error.reason == .locationNotFound {
            return nil
        }
    }
}
