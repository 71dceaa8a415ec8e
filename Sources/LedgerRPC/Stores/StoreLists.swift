import GRPCWire
import Ledger
import LedgerAPI
import LedgerStore
import NIOCore
import Replica
import SwiftProtobuf

/// What is known of stores, over gRPC.
extension LedgerServices {
    private static let path = "/estoque.v1.StoreService/"

    func registerStoreLists(of books: any LedgerBooks, in router: inout GRPCRouter) {
        list("ListStores", ProtoListStoresRequest.self, of: books, in: &router) {
            (request) throws(InvalidRequest) in
            .stores(try place(request.locationID))
        } respond: { rows, token, stamp in
            var response = ProtoListStoresResponse()
            if case .stores(let reports) = rows {
                response.stores = reports.map(ProtoStoreReport.init)
            }
            response.nextPageToken = token
            response.stamp = stamp
            return response
        }
        list("ListConflicts", ProtoListConflictsRequest.self, of: books, in: &router) {
            (request) throws(InvalidRequest) in
            .conflicts(try place(request.locationID))
        } respond: { rows, token, stamp in
            var response = ProtoListConflictsResponse()
            if case .conflicts(let rows) = rows {
                response.conflicts = rows.map { ProtoConflict($0.key, $0.conflict) }
            }
            response.nextPageToken = token
            response.stamp = stamp
            return response
        }
        list("ListQuarantined", ProtoListQuarantinedRequest.self, of: books, in: &router) {
            (request) throws(InvalidRequest) in
            .quarantined(try place(request.locationID))
        } respond: { rows, token, stamp in
            var response = ProtoListQuarantinedResponse()
            if case .quarantined(let facts) = rows {
                response.facts = facts.map(ProtoQuarantinedFact.init)
            }
            response.nextPageToken = token
            response.stamp = stamp
            return response
        }
        registerListsOfOne(of: books, in: &router)
    }

    private func registerListsOfOne(of books: any LedgerBooks, in router: inout GRPCRouter) {
        list("ListAllotments", ProtoListAllotmentsRequest.self, of: books, in: &router) {
            (request) throws(InvalidRequest) in
            .allotments(try identifier(request.locationID, "location_id"))
        } respond: { rows, token, stamp in
            var response = ProtoListAllotmentsResponse()
            if case .allotments(let views) = rows {
                response.allotments = views.map(ProtoAllotment.init)
            }
            response.nextPageToken = token
            response.stamp = stamp
            return response
        }
        list("ListStoreRows", ProtoListStoreRowsRequest.self, of: books, in: &router) {
            (request) throws(InvalidRequest) in
            try StoreTable(
                request.table,
                at: try identifier(request.locationID, "location_id")
            )
        } respond: { rows, token, stamp in
            var response = ProtoListStoreRowsResponse()
            switch rows {
            case .levels(let rows): response.levels = rows.map(ProtoStockLevel.init)
            case .offers(let rows): response.offers = rows.map(ProtoOffer.init)
            case .reservations(let rows): response.reservations = rows.map(ProtoReservation.init)
            case .transfers(let rows): response.transfers = rows.map(ProtoTransfer.init)
            case .stores, .conflicts, .quarantined, .allotments: break
            }
            response.nextPageToken = token
            response.stamp = stamp
            return response
        }
    }

    private func place(_ text: String) throws(InvalidRequest) -> LocationID? {
        text.isEmpty ? nil : try identifier(text, "location_id")
    }

    private func list<Request: StoreListRequest & Sendable, Response: SwiftProtobuf.Message>(
        _ method: String,
        _ type: Request.Type,
        of books: any LedgerBooks,
        in router: inout GRPCRouter,
        _ table: @escaping @Sendable (Request) throws(InvalidRequest) -> StoreTable,
        respond: @escaping @Sendable (StoreRows, _ token: String, ProtoReadStamp) -> Response
    ) {
        register(method, type, in: &router, path: Self.path) {
            (request, call) throws(InvalidRequest) in
            books.list(
                try table(request),
                pageSize: request.pageSize == 0
                    ? HistoryQuery.pageSizeDefault : Int(request.pageSize),
                pageToken: request.pageToken.isEmpty ? nil : request.pageToken,
                minPosition: Position(optional: request.minPosition),
                deadline: deadline(of: call),
                completion: reply(to: call) { (read: Stamped<StoreList>) -> Response in
                    respond(
                        read.value.rows,
                        read.value.nextPageToken ?? "",
                        ProtoReadStamp(read.stamp)
                    )
                }
            )
        }
    }
}

/// What all lists of stores have.
private protocol StoreListRequest: SwiftProtobuf.Message {
    var pageSize: UInt32 { get }
    var pageToken: String { get }
    var minPosition: UInt64 { get }
}

extension ProtoListStoresRequest: StoreListRequest {}
extension ProtoListConflictsRequest: StoreListRequest {}
extension ProtoListQuarantinedRequest: StoreListRequest {}
extension ProtoListAllotmentsRequest: StoreListRequest {}
extension ProtoListStoreRowsRequest: StoreListRequest {}

extension StoreTable {
    fileprivate init(
        _ proto: ProtoListStoreRowsRequest.Table,
        at location: LocationID
    ) throws(InvalidRequest) {
        switch proto {
        case .levels: self = .levels(location)
        case .offers: self = .offers(location)
        case .openReservations: self = .openReservations(location)
        case .openTransfers: self = .openTransfers(location)
        case .unspecified: throw InvalidRequest(field: "table", "is required")
        case .UNRECOGNIZED(let number):
            throw InvalidRequest(field: "table", "\(number) is no table")
        }
    }
}

extension ProtoStoreReport {
    fileprivate init(_ report: StoreReport) {
        self.init()
        agent = ProtoStoreAgent(report.agent)
        openConflicts = UInt32(clamping: report.openConflicts)
        quarantined = UInt32(clamping: report.quarantined)
    }
}
