import Ledger
import LedgerStore
import NIOCore
import Replica

/// Reads whose answers are whole bodies, written where the node gives what they tell.
extension ReadService {
    typealias Finish = @Sendable (ReadResult.Outcome) -> Void

    /// A reservation, transfer, sale, offer or location, from the node's state.
    func loadDocument(
        _ request: ReadRequest,
        _ deadline: NIODeadline,
        _ finish: @escaping Finish
    ) {
        let level = request.consistency
        switch request.resource {
        case .reservation(let id):
            let done = Self.document(finish, .reservationNotFound) { $0.writeReservation($1) }
            node.reservation(id, consistency: level, deadline: deadline, completion: done)
        case .transfer(let id):
            let done = Self.document(finish, .transferNotFound) { $0.writeTransfer($1) }
            node.transfer(id, consistency: level, deadline: deadline, completion: done)
        case .sale(let id):
            let done = Self.document(finish, .saleNotFound) { $0.writeSale($1) }
            node.sale(id, consistency: level, deadline: deadline, completion: done)
        case .offer(let location, let sku):
            let done = Self.document(finish, .offerNotFound) { $0.writeOffer($1) }
            node.offer(sku, at: location, consistency: level, deadline: deadline, completion: done)
        case .location(let id):
            let done = Self.document(finish, .locationNotFound) { $0.writeLocation($1) }
            node.location(id, consistency: level, deadline: deadline, completion: done)
        default: preconditionFailure("not a document")
        }
    }

    /// Pages and the past, from a reader's thread; large pages are written there too.
    ///
    /// The database lags behind the state that a quorum confirms: a linearizable read learns the
    /// position first, and waits until the database has it.
    func askBooks(_ request: ReadRequest, _ deadline: NIODeadline, _ finish: @escaping Finish) {
        guard let books else { return finish(.failed(.notReady)) }
        switch request.consistency {
        case .stale, .bounded: ask(books, request, nil, deadline, finish)
        case .session(let position): ask(books, request, position, deadline, finish)
        case .linearizable:
            node.items([], consistency: .linearizable, deadline: deadline) { [self] result in
                switch result {
                case .failure(let failure): finish(.failed(failure))
                case .success(let read):
                    ask(books, request, read.stamp.position, deadline) { outcome in
                        // The client named no position: that it wasn't reached is no fault of its own.
                        if case .failed(.sessionAhead) = outcome {
                            return finish(.failed(.overloaded))
                        }
                        finish(outcome)
                    }
                }
            }
        }
    }

    private func ask(
        _ books: any LedgerBooks,
        _ request: ReadRequest,
        _ position: Position?,
        _ deadline: NIODeadline,
        _ finish: @escaping Finish
    ) {
        switch request.resource {
        case .search(let query):
            let done = Self.page(finish) { (body, page: ItemPage) in body.writeItems(page) }
            books.searchItems(query, minPosition: position, deadline: deadline, completion: done)
        case .locations(let size, let token):
            let done = Self.page(finish) { (body, list: BookList) in body.writeLocations(list) }
            books.list(
                .locations,
                pageSize: size,
                pageToken: token,
                minPosition: position,
                deadline: deadline,
                completion: done
            )
        case .history(let query):
            let done = Self.page(finish) { (body, page: HistoryPage) in body.writeHistory(page) }
            books.history(query, minPosition: position, deadline: deadline, completion: done)
        case .stockAsOf(let location, let sku, let moment):
            let done = Self.page(finish) { (body, past: LevelsAsOf) in
                // Nothing was ever there by then: all zeros.
                body.writeStock(past.levels.first?.level ?? StockLevel(), sku: sku, at: location)
            }
            books.levels(sku, at: location, asOf: moment, deadline: deadline, completion: done)
        case .storeTable, .store: askStores(books, request, position, deadline, finish)
        default: preconditionFailure("not a question for the books")
        }
    }

    private static func document<Value: Sendable>(
        _ finish: @escaping Finish,
        _ missing: ProblemReason,
        _ write: @escaping @Sendable (inout ByteBuffer, Value) -> Void
    ) -> @Sendable (Result<Stamped<Value?>, ReadFailure>) -> Void {
        { result in
            switch result {
            case .failure(let failure): finish(.failed(failure))
            case .success(let read):
                let body = read.value.map { value in
                    var body = ByteBuffer()
                    write(&body, value)
                    body.writeStaticString("\n")
                    return body
                }
                finish(.document(Stamped(value: body, stamp: read.stamp), missing: missing))
            }
        }
    }

    static func page<Value: Sendable>(
        _ finish: @escaping Finish,
        _ write: @escaping @Sendable (inout ByteBuffer, Value) -> Void
    ) -> @Sendable (Result<Stamped<Value>, BookFailure>) -> Void {
        { result in
            switch result {
            case .failure(let failure): finish(ReadResult.Outcome(failure))
            case .success(let read):
                var body = ByteBuffer()
                write(&body, read.value)
                finish(.document(Stamped(value: body, stamp: read.stamp), missing: .notFound))
            }
        }
    }
}

extension ReadResult.Outcome {
    /// Why the books have no answer.
    init(_ failure: BookFailure) {
        switch failure {
        case .read(let failure): self = .failed(failure)
        case .malformed(let field, let reason):
            self = .refused(.invalid(field == "text" ? "q" : field, reason))
        case .itemNotFound: self = .refused(Problem(.itemNotFound))
        case .locationNotFound: self = .refused(Problem(.locationNotFound))
        case .ahead(let applied): self = .failed(.sessionAhead(applied: applied))
        case .store: self = .refused(Problem(.unreadable))
        case .cancelled: self = .failed(.notReady)
        }
    }
}
