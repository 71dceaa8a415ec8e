import Ledger
import LedgerStore
import NIOCore
import Raft

/// Reads of the applied state on the loop, and the readers' view of it.
extension ReplicaLoop {
    typealias ReadResult<Value: Sendable> = Result<Stamped<Value>, ReadFailure>

    func readReservation(_ id: ReservationID) -> ReadResult<Reservation?> {
        stamped { () throws(SQLiteLedgerState.Failure) in try core.state.reservation(id) }
    }

    func readSale(_ id: SaleID) -> ReadResult<Sale?> {
        stamped { () throws(SQLiteLedgerState.Failure) in try core.state.sale(id) }
    }

    func readTransfer(_ id: TransferID) -> ReadResult<Transfer?> {
        stamped { () throws(SQLiteLedgerState.Failure) in try core.state.transfer(id) }
    }

    func readOffer(_ sku: SKU, at location: LocationID) -> ReadResult<Offer?> {
        stamped { () throws(SQLiteLedgerState.Failure) in
            guard let item = try core.state.itemKey(sku),
                let place = try core.state.locationKey(location)
            else { return nil }
            return try core.state.offer(LevelKey(location: place, item: item))
        }
    }

    /// Tries a request on rows over the state's, which are dropped.
    func validate(_ request: Request) -> Result<Answer, ReadFailure> {
        let read: ReadResult<Answer> = stamped { () throws(SQLiteLedgerState.Failure) in
            try LedgerRules.validate(request, on: &core.state)
        }
        return read.map(\.value)
    }

    func readLocation(_ id: LocationID) -> ReadResult<Location?> {
        stamped { () throws(SQLiteLedgerState.Failure) in
            guard let key = try core.state.locationKey(id) else { return nil }
            shared.note(known: id)
            return try core.state.location(key)
        }
    }

    func stamped<Value: Sendable>(
        _ read: () throws(SQLiteLedgerState.Failure) -> Value
    ) -> ReadResult<Value> {
        guard exchange == nil else { return .failure(.notReady) }
        do {
            let value = try read()
            let status = shared.status()
            return .success(
                Stamped(
                    value: value,
                    stamp: ReadStamp(
                        position: Position(core.appliedIndex.rawValue),
                        staleness: status.staleness,
                        node: status.id,
                        role: status.role
                    )
                )
            )
        } catch {
            stopAfter(.state("\(error)"))
            return .failure(.notReady)
        }
    }
}
