import GRPCWire
import Ledger
import LedgerAPI
import LedgerStore
import NIOCore
import Replica

extension LedgerServices {
    func registerWatch(_ books: any LedgerBooks, in router: inout GRPCRouter) {
        router.serverStreaming(ServicePath.watchChanges) { bytes, call in
            guard let request = ProtoWatchChangesRequest(wire: bytes) else {
                call.fail(GRPCStatus(.notAMessage))
                return
            }
            let start =
                request.fromNow
                ? node.status.applied : Position(request.afterPosition)
            WatchCall(services: self, books: books, call: call).start(after: start)
        }
    }
}

/// One stream of changes, confined to its connection's loop: it asks for the next ones when the client
/// has taken the last, so that a slow client costs nothing but its own stream.
private final class WatchCall {
    private let services: LedgerServices
    private let books: any LedgerBooks
    private let call: GRPCServerCall
    private let handle: GRPCServerCallHandle
    private var cursor = ChangeCursor.sequence(0)
    private var waiter: ChangeWaiter?
    /// Changes are asked for, or waited for.
    private var isAsking = false
    private var isOver = false

    private static let rowsPerMessage = 500
    /// How often a client hears that nothing has changed.
    private static let idle = TimeAmount.seconds(1)
    private static let patience = TimeAmount.seconds(30)

    init(services: LedgerServices, books: any LedgerBooks, call: GRPCServerCall) {
        self.services = services
        self.books = books
        self.call = call
        handle = call.handle
    }

    func start(after position: Position) {
        cursor = .position(position)
        // The call keeps this alive while it lasts.
        call.onEvent = { [self] event in
            switch event {
            case .writable: ask()
            case .draining:
                end()
                call.fail(GRPCStatus(.notReady(retryDelay: services.limits.retryDelay)))
            case .cancelled: end()
            case .message, .requestsEnded: break
            }
        }
        ask()
    }

    private func end() {
        isOver = true
        waiter?.cancel()
        waiter = nil
    }

    private func ask() {
        guard !isOver, !isAsking, call.isWritable else { return }
        isAsking = true
        let bound = NIOLoopBound(self, eventLoop: handle.eventLoop)
        books.changes(
            after: cursor,
            limit: Self.rowsPerMessage,
            deadline: .now() + Self.patience
        ) { [handle, services] result in
            // Encoded here, on the reader's thread.
            let message = result.map { batch in
                var response = ProtoWatchChangesResponse()
                response.entries = batch.entries.map(ProtoJournalEntry.init)
                response.position = batch.position.rawValue
                return (bytes: response.wireBytes, batch: batch)
            }.mapError(services.problem)
            handle.run { _ in bound.value.take(message) }
        }
    }

    private func take(_ result: Result<(bytes: [UInt8], batch: ChangeBatch), Problem>) {
        isAsking = false
        guard !isOver else { return }
        switch result {
        case .failure(let problem):
            end()
            call.fail(GRPCStatus(problem))
        case .success(let (bytes, batch)):
            cursor = .sequence(batch.next)
            guard batch.entries.isEmpty else {
                call.send(ByteBuffer(bytes: bytes))
                ask()
                return
            }
            wait(after: batch.next, bytes)
        }
    }

    private func wait(after sequence: UInt64, _ bookmark: [UInt8]) {
        isAsking = true
        let bound = NIOLoopBound(self, eventLoop: handle.eventLoop)
        waiter = books.whenChanged(after: sequence, deadline: .now() + Self.idle) {
            [handle] hasChanged in
            handle.run { _ in bound.value.wake(hasChanged, bookmark) }
        }
        if waiter == nil {
            end()
            call.fail(GRPCStatus(.overloaded(retryDelay: services.limits.retryDelay)))
        }
    }

    private func wake(_ hasChanged: Bool, _ bookmark: [UInt8]) {
        isAsking = false
        waiter = nil
        guard !isOver else { return }
        if !hasChanged { call.send(ByteBuffer(bytes: bookmark)) }
        ask()
    }
}
