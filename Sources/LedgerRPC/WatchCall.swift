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
            let location = LocationID(request.locationID)
            guard location != nil || request.locationID.isEmpty else {
                let problem = Problem(InvalidRequest(field: "location_id", Self.noIdentifier))
                call.fail(GRPCStatus(problem))
                return
            }
            WatchCall(services: self, books: books, call: call, location).start(after: start)
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
    /// Nil: everything is told.
    private let location: LocationID?
    private var cursor = ChangeCursor.sequence(0)
    /// When the client has heard last how far it is told.
    private var toldTime = NIODeadline.now()
    private var waiter: ChangeWaiter?
    /// Changes are asked for, or waited for.
    private var isAsking = false
    private var isOver = false

    private static let rowsPerMessage = 500
    /// How often a client hears that nothing has changed.
    private static let idle = TimeAmount.seconds(1)
    private static let patience = TimeAmount.seconds(30)

    init(
        services: LedgerServices,
        books: any LedgerBooks,
        call: GRPCServerCall,
        _ location: LocationID?
    ) {
        self.services = services
        self.books = books
        self.call = call
        self.location = location
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
        ) { [handle, services, location] result in
            // Encoded here, on the reader's thread.
            let message = result.map { batch in
                var response = ProtoWatchChangesResponse()
                let told = location.map { place in batch.entries.filter { $0.concerns(place) } }
                response.entries = (told ?? batch.entries).map(ProtoJournalEntry.init)
                response.position = batch.position.rawValue
                return Message(
                    bytes: response.wireBytes,
                    isEmpty: response.entries.isEmpty,
                    batch: batch
                )
            }.mapError(services.problem)
            handle.run { _ in bound.value.take(message) }
        }
    }

    private struct Message: Sendable {
        let bytes: [UInt8]
        /// It only says how far it goes.
        let isEmpty: Bool
        let batch: ChangeBatch
    }

    private func take(_ result: Result<Message, Problem>) {
        isAsking = false
        guard !isOver else { return }
        switch result {
        case .failure(let problem):
            end()
            call.fail(GRPCStatus(problem))
        case .success(let message):
            cursor = .sequence(message.batch.next)
            guard message.batch.entries.isEmpty else {
                // Of what goes on elsewhere a client hears no more often than of nothing at all.
                if !message.isEmpty || .now() - toldTime >= Self.idle { tell(message.bytes) }
                ask()
                return
            }
            wait(after: message.batch.next, message.bytes)
        }
    }

    private func tell(_ bytes: [UInt8]) {
        toldTime = .now()
        call.send(ByteBuffer(bytes: bytes))
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
        if !hasChanged { tell(bookmark) }
        ask()
    }
}
