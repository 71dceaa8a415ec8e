import NIOCore
import Synchronization

/// The standard health service, `grpc.health.v1.Health`, with a status for each service that is set from anywhere.
///
/// Its messages have one field each, so they are written by hand.
package final class GRPCHealthService: Sendable {
    /// What the service says about another one; the numbers are the protocol's.
    package enum ServingStatus: UInt8, Sendable {
        case unknown = 0
        case serving = 1
        case notServing = 2
        /// Only in answers to `Watch`, for a service that nobody has set.
        case serviceUnknown = 3
    }

    /// The name of the health service itself.
    package static let serviceName = "grpc.health.v1.Health"
    /// Watchers beyond this are refused.
    package static let watchersMax = 1_024

    private struct State {
        var statuses: [String: ServingStatus] = [:]
        var watchers: [UInt64: Watcher] = [:]
        var nextWatcher: UInt64 = 0
        var isShutDown = false
    }

    private struct Watcher {
        var service: String
        var call: GRPCServerCallHandle
    }

    private let state = Mutex(State())

    /// A service that knows only the server as a whole, named by the empty string.
    package init(_ overall: ServingStatus = .serving) {
        state.withLock { $0.statuses[""] = overall }
    }

    /// Sets a service's status and tells its watchers.
    package func set(_ status: ServingStatus, for service: String = "") {
        // Told under the lock, so that two changes reach a watcher in their order.
        state.withLock { state in
            guard !state.isShutDown, state.statuses[service] != status else { return }
            state.statuses[service] = status
            Self.tell(&state, of: service, status)
        }
    }

    /// Says of every service that it serves no more, for good: the first step of a shutdown.
    package func shutDown() {
        state.withLock { state in
            state.isShutDown = true
            for service in state.statuses.keys.sorted() {
                state.statuses[service] = .notServing
                Self.tell(&state, of: service, .notServing)
            }
        }
    }

    private static func tell(_ state: inout State, of service: String, _ status: ServingStatus) {
        let told = state.watchers.filter { $0.value.service == service }.sorted { $0.key < $1.key }
        for (_, watcher) in told {
            watcher.call.eventLoop.execute { watcher.call.onLoop.send(encode(status)) }
        }
    }

    /// Adds the service's methods to a router.
    package func register(in router: inout GRPCRouter) {
        router.unary("/\(Self.serviceName)/Check") { request, call in
            guard let service = Self.serviceName(in: request) else {
                call.fail(GRPCStatus(.invalidArgument, "malformed HealthCheckRequest"))
                return
            }
            if let status = self.state.withLock({ $0.statuses[service] }) {
                call.respond(Self.encode(status))
            } else {
                call.fail(GRPCStatus(.notFound, "unknown service \(service)"))
            }
        }
        router.serverStreaming("/\(Self.serviceName)/Watch") { request, call in
            guard let service = Self.serviceName(in: request) else {
                call.fail(GRPCStatus(.invalidArgument, "malformed HealthCheckRequest"))
                return
            }
            self.watch(service, call)
        }
    }

    private func watch(_ service: String, _ call: GRPCServerCall) {
        let handle = call.handle
        let begun = state.withLock { state -> (key: UInt64, status: ServingStatus)? in
            guard state.watchers.count < Self.watchersMax else { return nil }
            let key = state.nextWatcher
            state.nextWatcher += 1
            state.watchers[key] = Watcher(service: service, call: handle)
            return (key, state.statuses[service] ?? .serviceUnknown)
        }
        guard let begun else {
            call.fail(GRPCStatus(.resourceExhausted, "too many watchers"))
            return
        }
        call.onEvent = { [unowned call] event in
            switch event {
            case .cancelled:
                self.forget(begun.key)
            case .draining:
                self.forget(begun.key)
                call.fail(GRPCStatus(.unavailable, "the server is shutting down"))
            case .message, .requestsEnded, .writable:
                break
            }
        }
        // A change that came in between is behind this in the loop's queue.
        call.send(Self.encode(begun.status))
    }

    private func forget(_ watcher: UInt64) {
        state.withLock { $0.watchers[watcher] = nil }
    }

    private static func encode(_ status: ServingStatus) -> ByteBuffer {
        var writer = ProtobufWriter()
        if status != .unknown { writer.write(UInt64(status.rawValue), field: 1) }
        return writer.buffer
    }

    private static func serviceName(in request: ByteBuffer) -> String? {
        var reader = ProtobufReader(request)
        var name = ""
        do throws(ProtobufReader.Malformed) {
            while let field = try reader.next() {
                if field.number == 1, case .bytes(let bytes) = field.value {
                    name = String(buffer: bytes)
                }
            }
        } catch {
            return nil
        }
        return name
    }
}
