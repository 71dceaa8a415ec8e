import GRPCWire
public import Ledger
package import LedgerAPI
import NIOCore
package import SwiftProtobuf
import Synchronization

/// Streams from one node.
extension EstoqueClient {
    /// Takes part in what changes, in order, from a position on; nil: from now on.
    ///
    /// Goes on until `onChanges` returns false, the task is cancelled or the stream breaks: then
    /// whoever wants to go on asks again, at any node, behind the last position that was told.
    ///
    /// - Parameters:
    ///   - position: Everything up to it is known already.
    ///   - location: Only what concerns this location: its stock, its offers, the location itself,
    ///     and items; nil: everything. Positions go on all the same.
    ///   - node: Whom to ask; nil: whoever answers.
    ///   - onChanges: Rows that come together, none when nothing has changed for a while, and the
    ///     position behind which to go on; says whether to.
    /// - Throws: Why the stream ended.
    public func watch(
        after position: Position?,
        of location: LocationID? = nil,
        at node: NodeAddress? = nil,
        onChanges: @escaping @Sendable ([JournalEntry], Position) -> Bool
    ) async throws(EstoqueError) {
        var question = ProtoWatchChangesRequest()
        question.afterPosition = position?.rawValue ?? 0
        question.fromNow = position == nil
        question.locationID = location?.text ?? ""
        try await stream(ServicePath.watchChanges, question, of: node) {
            (message: ProtoWatchChangesResponse) in
            onChanges(
                message.entries.compactMap(JournalEntry.init),
                Position(message.position)
            )
        }
    }

    /// Has a node check its whole ledger.
    package func verify(
        at node: NodeAddress,
        onProgress: @escaping @Sendable (ProtoVerifyProgress) -> Void
    ) async throws(EstoqueError) -> ProtoVerifyReport {
        let report = Mutex<ProtoVerifyReport?>(nil)
        try await stream(ServicePath.verify, ProtoVerifyRequest(), of: node) {
            (message: ProtoVerifyResponse) in
            switch message.event {
            case .progress(let progress): onProgress(progress)
            case .report(let found): report.withLock { $0 = found }
            case nil: break
            }
            return true
        }
        guard let report = report.withLock({ $0 }) else {
            throw EstoqueError(.unreadableAnswer)
        }
        return report
    }

    /// One call that is answered by many messages, at one node; ends well when `onMessage` has enough.
    package func stream<Question: Message, Answer: Message & Sendable>(
        _ path: String,
        _ question: Question,
        of node: NodeAddress? = nil,
        onMessage: @escaping @Sendable (Answer) -> Bool
    ) async throws(EstoqueError) {
        let bytes = question.wireBytes
        do throws(Failover.Failure) {
            // It may be asked of another node only as long as nothing has come.
            try await failover.run(timeout: nil, at: node, isRepeatable: false) { link, _ in
                await Self.stream(path, bytes, over: link, onMessage)
            }
        } catch {
            throw EstoqueError(error.problem)
        }
    }

    private static func stream<Answer: Message & Sendable>(
        _ path: String,
        _ question: [UInt8],
        over link: NodeLink,
        _ onMessage: @escaping @Sendable (Answer) -> Bool
    ) async -> Failover.Attempt<Void> {
        let cancel = CancelBox()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                link.connection.onLoop { connection in
                    let reader = StreamReader(onMessage) { continuation.resume(returning: $0) }
                    let call = connection.startCall(path) { reader.take($0) }
                    reader.call = call
                    cancel.set(call.handle)
                    call.send(ByteBuffer(bytes: question), end: true)
                }
            }
        } onCancel: {
            cancel.cancel()
        }
    }
}

/// Reads one stream, on its connection's loop.
private final class StreamReader<Answer: Message & Sendable> {
    var call: GRPCClientCall?
    private let onMessage: (Answer) -> Bool
    private var onEnd: ((Failover.Attempt<Void>) -> Void)?

    init(
        _ onMessage: @escaping (Answer) -> Bool,
        onEnd: @escaping (Failover.Attempt<Void>) -> Void
    ) {
        self.onMessage = onMessage
        self.onEnd = onEnd
    }

    func take(_ event: GRPCClientCallEvent) {
        switch event {
        case .initialMetadata, .writable: break
        case .message(let message):
            let bytes = message.readableBytesSpan.withUnsafeBytes { [UInt8]($0) }
            guard let answer = try? Answer(serializedBytes: bytes) else {
                end(.failed(.unreadableAnswer))
                return
            }
            if !onMessage(answer) { end(.done(())) }
        case .finished(let reason):
            end(reason.status.code == .ok ? .done(()) : .failed(Problem(reason)))
        }
    }

    private func end(_ result: Failover.Attempt<Void>) {
        guard let onEnd else { return }
        self.onEnd = nil
        onEnd(result)
        call?.cancel()
        call = nil
    }
}

/// The call that a cancelled task puts an end to.
private final class CancelBox: Sendable {
    private struct State {
        var handle: GRPCClientCallHandle?
        var isCancelled = false
    }

    private let state = Mutex(State())

    func set(_ handle: GRPCClientCallHandle) {
        let isCancelled = state.withLock { state in
            state.handle = handle
            return state.isCancelled
        }
        if isCancelled { handle.run { $0.cancel() } }
    }

    func cancel() {
        let handle = state.withLock { state in
            state.isCancelled = true
            return state.handle
        }
        handle?.run { $0.cancel() }
    }
}
