import AgentCore
import Ledger
import NIOCore
import ServiceLifecycle
import Synchronization

/// The status of an agent as server-sent events: at once, whenever it has changed, and now and then.
struct StatusEvents: AsyncSequence, Sendable {
    let desk: any StoreDesk
    let limits: TillLimits
    /// Held as long as somebody follows.
    let place: FollowerPlace

    func makeAsyncIterator() -> Iterator { Iterator(events: self) }

    struct Iterator: AsyncIteratorProtocol {
        let events: StatusEvents
        private var told: ByteBuffer?
        private var quiet = Duration.zero

        init(events: StatusEvents) { self.events = events }

        /// The next event; nil when the server shuts down, or the agent has ended.
        mutating func next() async throws -> ByteBuffer? {
            let policy = events.desk.settings.policy
            let limits = events.limits
            while true {
                if told != nil {
                    try await Task.sleep(for: limits.followEvery)
                    quiet += limits.followEvery
                }
                guard !Task.isShuttingDownGracefully,
                    let status = try? await events.desk.status()
                else { return nil }
                // That time has passed is no change by itself.
                var state = ByteBuffer()
                state.writeTillStatus(status, policy: policy, now: LogTime(microseconds: 0))
                guard state != told || quiet >= limits.heartbeatEvery else { continue }
                told = state
                quiet = .zero
                var event = ByteBuffer(staticString: "event: status\ndata: ")
                event.writeTillStatus(status, policy: policy, now: TillResponder.now())
                event.writeStaticString("\n\n")
                return event
            }
        }
    }
}

/// A place among those who follow; given back when nobody holds it any more, whatever became of the answer.
final class FollowerPlace: Sendable {
    private let responder: TillResponder

    init(_ responder: TillResponder) { self.responder = responder }

    deinit { responder.followers.subtract(1, ordering: .relaxed) }
}
