import GRPCWire
import Ledger
import LedgerAPI
import LedgerStore
import NIOCore
import Replica
import SwiftProtobuf

/// The journal and what follows from it, over gRPC.
extension LedgerServices {
    static let booksPath = "/estoque.v1.BookService/"

    /// Adds the service, if the node keeps books that can be asked.
    func registerBooks(in router: inout GRPCRouter) {
        guard let books else { return }
        registerHistory(of: books, in: &router)
        registerTables(of: books, in: &router)
        registerWatch(books, in: &router)
        registerVerify(books, in: &router)
        registerStoreLists(of: books, in: &router)
        registerReplay(of: books, in: &router)
    }

    private func registerHistory(of books: any LedgerBooks, in router: inout GRPCRouter) {
        register("ListHistory", ProtoListHistoryRequest.self, in: &router, path: Self.booksPath) {
            (request, call) throws(InvalidRequest) in
            books.history(
                try HistoryQuery(request),
                minPosition: Position(optional: request.minPosition),
                deadline: deadline(of: call),
                completion: reply(to: call) {
                    (read: Stamped<HistoryPage>) -> ProtoListHistoryResponse in
                    var response = ProtoListHistoryResponse()
                    response.entries = read.value.entries.map(ProtoJournalEntry.init)
                    response.nextPageToken = read.value.nextPageToken ?? ""
                    response.stamp = ProtoReadStamp(read.stamp)
                    return response
                }
            )
        }
        register("GetStockAsOf", ProtoGetStockAsOfRequest.self, in: &router, path: Self.booksPath) {
            (request, call) throws(InvalidRequest) in
            let moment: AsOf
            switch request.asOf {
            case .position(let position): moment = .position(Position(position))
            case .timeUs(let time): moment = .time(LogTime(microseconds: time))
            case nil: throw InvalidRequest(field: "as_of", "is required")
            }
            books.levels(
                try identifier(request.sku, "sku"),
                at: request.locationID.isEmpty
                    ? nil : try identifier(request.locationID, "location_id"),
                asOf: moment,
                deadline: deadline(of: call),
                completion: reply(to: call) {
                    (read: Stamped<LevelsAsOf>) -> ProtoGetStockAsOfResponse in
                    var response = ProtoGetStockAsOfResponse()
                    response.levels = read.value.levels.map(ProtoStockLevel.init)
                    response.position = read.value.position.rawValue
                    response.stamp = ProtoReadStamp(read.stamp)
                    return response
                }
            )
        }
    }

    private func registerTables(of books: any LedgerBooks, in router: inout GRPCRouter) {
        register("SearchItems", ProtoSearchItemsRequest.self, in: &router, path: Self.booksPath) {
            (request, call) throws(InvalidRequest) in
            books.searchItems(
                ItemSearch(request),
                minPosition: Position(optional: request.minPosition),
                deadline: deadline(of: call),
                completion: reply(to: call) {
                    (read: Stamped<ItemPage>) -> ProtoSearchItemsResponse in
                    var response = ProtoSearchItemsResponse()
                    response.items = read.value.items.map(ProtoItem.init)
                    response.nextPageToken = read.value.nextPageToken ?? ""
                    response.stamp = ProtoReadStamp(read.stamp)
                    return response
                }
            )
        }
        register("ListTable", ProtoListTableRequest.self, in: &router, path: Self.booksPath) {
            (request, call) throws(InvalidRequest) in
            books.list(
                try BookTable(request.table),
                pageSize: request.pageSize == 0
                    ? HistoryQuery.pageSizeDefault : Int(request.pageSize),
                pageToken: request.pageToken.isEmpty ? nil : request.pageToken,
                minPosition: Position(optional: request.minPosition),
                deadline: deadline(of: call),
                completion: reply(to: call) {
                    (read: Stamped<BookList>) -> ProtoListTableResponse in
                    var response = ProtoListTableResponse(read.value.rows)
                    response.nextPageToken = read.value.nextPageToken ?? ""
                    response.stamp = ProtoReadStamp(read.stamp)
                    return response
                }
            )
        }
    }

    /// What completes a question to the books: its answer as a message, or why there is none.
    func reply<Value: Sendable, Response: SwiftProtobuf.Message>(
        to call: GRPCServerCall,
        _ respond: @escaping @Sendable (Value) -> Response
    ) -> @Sendable (Result<Value, BookFailure>) -> Void {
        let handle = call.handle
        return { answer in
            // On the reader's thread: large pages don't hold up the connections' loop.
            let bytes = answer.mapError(problem).map { respond($0).wireBytes }
            handle.run { call in
                switch bytes {
                case .success(let bytes): call.respond(bytes)
                case .failure(let problem): call.fail(GRPCStatus(problem))
                }
            }
        }
    }

    /// Why the books have no answer.
    func problem(_ failure: BookFailure) -> Problem {
        switch failure {
        case .read(let failure): problem(failure)
        case .malformed(let field, let reason): Problem(InvalidRequest(field: field, reason))
        case .itemNotFound(let sku): Problem(.itemNotFound(sku))
        case .locationNotFound(let id): Problem(.locationNotFound(id))
        case .ahead(let applied):
            .sessionAhead(applied: applied, retryDelay: limits.retryDelay)
        case .store(let text): .unreadable(text)
        case .cancelled: .notReady(retryDelay: limits.retryDelay)
        }
    }
}

extension Position {
    /// Messages say none by 0.
    init?(optional number: UInt64) {
        guard number > 0 else { return nil }
        self.init(number)
    }
}
