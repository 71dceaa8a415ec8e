public import Ledger
import LedgerAPI

/// Reads of sales, transfers and offers.
extension EstoqueClient {
    /// A sale.
    public func sale(
        _ id: SaleID,
        _ consistency: ReadConsistency = .stale,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> ReadResult<Sale> {
        var question = ProtoGetSaleRequest()
        question.saleID = id.text
        question.consistency = ProtoConsistency(consistency)
        let answer: ProtoGetSaleResponse =
            try await ask(ServicePath.getSale, question, timeout: timeout)
        return ReadResult(try readable(Sale(answer.sale)), answer.stamp)
    }

    /// A transfer.
    public func transfer(
        _ id: TransferID,
        _ consistency: ReadConsistency = .stale,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> ReadResult<Transfer> {
        var question = ProtoGetTransferRequest()
        question.transferID = id.text
        question.consistency = ProtoConsistency(consistency)
        let answer: ProtoGetTransferResponse =
            try await ask(ServicePath.getTransfer, question, timeout: timeout)
        return ReadResult(try readable(Transfer(answer.transfer)), answer.stamp)
    }

    /// What is different about an item at a location.
    public func offer(
        _ sku: SKU,
        at location: LocationID,
        _ consistency: ReadConsistency = .stale,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> ReadResult<Offer> {
        var question = ProtoGetOfferRequest()
        question.sku = sku.text
        question.locationID = location.text
        question.consistency = ProtoConsistency(consistency)
        let answer: ProtoGetOfferResponse =
            try await ask(ServicePath.getOffer, question, timeout: timeout)
        return ReadResult(try readable(Offer(answer.offer)), answer.stamp)
    }
}
