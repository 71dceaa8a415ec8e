import GRPCWire
import Ledger
import LedgerAPI
import Replica

/// Reads of sales, transfers and offers over gRPC.
extension LedgerServices {
    func registerDocumentReads(in router: inout GRPCRouter) {
        register("GetSale", ProtoGetSaleRequest.self, in: &router) {
            (request, call) throws(InvalidRequest) in
            let id: SaleID = try identifier(request.saleID, "sale_id")
            node.sale(
                id,
                consistency: try Consistency(request.consistency),
                deadline: deadline(of: call),
                completion: reply(to: call) { (read) -> Result<ProtoGetSaleResponse, Problem> in
                    guard let sale = read.value else {
                        return .failure(Problem(.saleNotFound(id)))
                    }
                    var response = ProtoGetSaleResponse()
                    response.sale = ProtoSale(sale)
                    response.stamp = ProtoReadStamp(read.stamp)
                    return .success(response)
                }
            )
        }
        register("GetTransfer", ProtoGetTransferRequest.self, in: &router) {
            (request, call) throws(InvalidRequest) in
            let id: TransferID = try identifier(request.transferID, "transfer_id")
            node.transfer(
                id,
                consistency: try Consistency(request.consistency),
                deadline: deadline(of: call),
                completion: reply(to: call) { (read) -> Result<ProtoGetTransferResponse, Problem> in
                    guard let transfer = read.value else {
                        return .failure(Problem(.transferNotFound(id)))
                    }
                    var response = ProtoGetTransferResponse()
                    response.transfer = ProtoTransfer(transfer)
                    response.stamp = ProtoReadStamp(read.stamp)
                    return .success(response)
                }
            )
        }
        register("GetOffer", ProtoGetOfferRequest.self, in: &router) {
            (request, call) throws(InvalidRequest) in
            let sku: SKU = try identifier(request.sku, "sku")
            let location: LocationID = try identifier(request.locationID, "location_id")
            node.offer(
                sku,
                at: location,
                consistency: try Consistency(request.consistency),
                deadline: deadline(of: call),
                completion: reply(to: call) { (read) -> Result<ProtoGetOfferResponse, Problem> in
                    guard let offer = read.value else {
                        return .failure(.offerNotFound(sku, location))
                    }
                    var response = ProtoGetOfferResponse()
                    response.offer = ProtoOffer(offer)
                    response.stamp = ProtoReadStamp(read.stamp)
                    return .success(response)
                }
            )
        }
    }
}
