import Ledger
import LedgerStore
import NIOCore
import Replica

/// What is known of stores, from a reader's thread.
extension ReadService {
    func askStores(
        _ books: any LedgerBooks,
        _ request: ReadRequest,
        _ position: Position?,
        _ deadline: NIODeadline,
        _ finish: @escaping Finish
    ) {
        switch request.resource {
        case .storeTable(let table, let size, let token):
            let done = Self.page(finish) { (body, list: StoreList) in body.writeStoreTable(list) }
            books.list(
                table,
                pageSize: size,
                pageToken: token,
                minPosition: position,
                deadline: deadline,
                completion: done
            )
        case .store(let location):
            books.list(
                .stores(location),
                pageSize: 1,
                pageToken: nil,
                minPosition: position,
                deadline: deadline,
                completion: Self.store(finish)
            )
        default: preconditionFailure("not a question about stores")
        }
    }

    /// The one agent in the list, or that there is none.
    private static func store(
        _ finish: @escaping Finish
    ) -> @Sendable (Result<Stamped<StoreList>, BookFailure>) -> Void {
        { result in
            switch result {
            case .failure(let failure): finish(ReadResult.Outcome(failure))
            case .success(let read):
                var body: ByteBuffer?
                if case .stores(let reports) = read.value.rows, let report = reports.first {
                    var written = ByteBuffer()
                    written.writeStore(report, now: read.value.logTime)
                    written.writeStaticString("\n")
                    body = written
                }
                finish(
                    .document(
                        Stamped(value: body, stamp: read.stamp),
                        missing: .storeNotRegistered
                    )
                )
            }
        }
    }
}
