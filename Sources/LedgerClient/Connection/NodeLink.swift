package import GRPCWire
package import LedgerAPI
package import NIOCore
import Synchronization

/// A connection to one node, with its unary calls and its session.
package final class NodeLink: Sendable {
    /// Where it leads.
    package let address: NodeAddress
    /// What carries it.
    package let connection: GRPCClientConnection
    /// Calls for one command each.
    package let unary: UnaryConnection
    /// The stream for many.
    package let session: SessionConnection
    private let state: LinkState

    /// Connects to a node, on the next loop of `group`.
    package static func connect(
        to address: NodeAddress,
        on group: any EventLoopGroup,
        options: ClientOptions
    ) async throws(Problem) -> NodeLink {
        let state = LinkState()
        let connection: GRPCClientConnection
        do {
            connection = try await GRPCClientConnection.connect(
                host: address.host,
                port: address.port,
                on: group,
                limits: options.wireLimits,
                prepareChannel: options.prepareChannel,
                onStateChange: { state.become($0) }
            )
        } catch {
            throw .unreachable("\(address): \(error.message)")
        }
        let session: SessionConnection
        do {
            session = try await connection.eventLoop.submit {
                let session = SessionConnection(on: connection, limits: options.session)
                state.attach(session)
                return session
            }.get()
        } catch {
            throw .unreachable("\(address): \(error)")
        }
        return NodeLink(address: address, connection: connection, session: session, state: state)
    }

    private init(
        address: NodeAddress,
        connection: GRPCClientConnection,
        session: SessionConnection,
        state: LinkState
    ) {
        self.address = address
        self.connection = connection
        self.session = session
        self.state = state
        unary = UnaryConnection(on: connection)
    }

    /// Whether new calls may begin: false once the node said goodbye or the connection broke.
    package var isUsable: Bool { state.isUsable }

    /// Ends every call and closes.
    package func close() async { await connection.close() }
}

/// What a connection's state means to its link; told on the loop, asked from anywhere.
private final class LinkState: Sendable {
    private struct State {
        var isUsable = true
        var session: SessionConnection?
    }

    private let state = Mutex(State())

    var isUsable: Bool { state.withLock { $0.isUsable } }

    func attach(_ session: SessionConnection) {
        state.withLock { $0.session = session }
    }

    func become(_ next: GRPCConnectionState) {
        switch next {
        case .connecting, .ready: break
        case .draining:
            leave()?.drain()
        case .closed: _ = leave()
        }
    }

    private func leave() -> SessionConnection? {
        state.withLock { state in
            state.isUsable = false
            defer { state.session = nil }
            return state.session
        }
    }
}
