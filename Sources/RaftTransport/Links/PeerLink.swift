import Glibc
import Logging
import NIOCore
import NIOPosix
import Raft

/// The sending side of one peer: dials it, again and again with growing pauses, and holds the
/// connection while there is one.
///
/// Invariants: at most one attempt or connection is under way; a callback of an earlier one
/// changes nothing. `open` is nil or equal to `current`.
final class PeerLink {
    let peer: NodeID
    /// Whether a test cut the way to this peer: what is sent is lost.
    var isCut = false

    private let network: PeerNetwork
    private let logger: Logger
    private var status: PeerLinkStatus.Outbound
    private var backoff: Backoff
    private var attempt = 0
    /// Channels of the dial under way: more than one when a name has several addresses.
    private var candidates: [DialledConnection] = []
    private var current: DialledConnection?
    private var open: DialledConnection?
    private var redial: Scheduled<Void>?
    private var loggedFailure: String?
    private var hasToldOverflow = false

    init(peer: NodeID, address: PeerAddress, network: PeerNetwork) {
        self.peer = peer
        self.network = network
        var logger = network.logger
        logger[metadataKey: "peer.id"] = "\(peer)"
        self.logger = logger
        backoff = Backoff(first: network.limits.backoffFirst, cap: network.limits.backoffMax)
        status = PeerLinkStatus.Outbound(address: address, state: .dialling, since: network.now)
    }

    /// The figures of this side as they are now.
    var currentStatus: PeerLinkStatus.Outbound {
        var status = status
        status.waitingBytes = waitingByteCount
        return status
    }

    /// Bytes that are accepted and not with the kernel yet.
    var waitingByteCount: Int { open?.waitingByteCount ?? 0 }

    /// Where the peer is dialled.
    var address: PeerAddress { status.address }

    /// Channels that are not closed yet, perhaps.
    var channels: [any Channel] {
        candidates.map(\.channel) + (current.map { [$0.channel] } ?? [])
    }

    // MARK: sending

    func send(kind: UInt8, payload: (inout ByteBuffer) -> Void) -> SendOutcome {
        guard let open, !isCut else {
            status.dropped += 1
            return .dropped(isCut ? .cut : .disconnected)
        }
        let outcome = open.append(kind: kind, payload: payload)
        switch outcome {
        case .queued:
            status.frames += 1
        case .dropped(let reason):
            status.dropped += 1
            if reason == .overflow { tellOverflow() }
        }
        return outcome
    }

    func flush() {
        open?.flush()
    }

    func countWritten(byteCount: Int) {
        status.bytes += UInt64(byteCount)
    }

    func bufferDrained(to byteCount: Int) {
        if byteCount <= network.limits.outboundBytesMax / 2 { hasToldOverflow = false }
    }

    private func tellOverflow() {
        guard !hasToldOverflow else { return }
        hasToldOverflow = true
        network.tell(.overflowed(peer))
        logger.warning("peer takes less than it is sent, frames are dropped")
    }

    // MARK: dialling

    /// Begins an attempt, once the network is up; there must be none under way.
    func dial() {
        redial = nil
        guard network.isDialling else { return }
        attempt += 1
        guard !isCut else { return fail(.cut) }
        enter(.dialling)
        let attempt = attempt
        connect().assumeIsolated().whenComplete { [self] result in
            guard attempt == self.attempt else {
                // Given up meanwhile.
                if case .success(let channel) = result { channel.close(promise: nil) }
                return
            }
            connected(result)
        }
    }

    private func connect() -> EventLoopFuture<any Channel> {
        let bound = NIOLoopBound(self, eventLoop: network.eventLoop)
        let bootstrap = ClientBootstrap(group: network.eventLoop)
            .connectTimeout(network.limits.connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try bound.value.prepare(channel) }
            }
        let address = status.address
        // A literal address needs no resolver, and so no thread.
        if let literal = try? SocketAddress(ipAddress: address.host, port: address.port) {
            return bootstrap.connect(to: literal)
        }
        return bootstrap.connect(host: address.host, port: address.port)
    }

    private func prepare(_ channel: any Channel) throws {
        let connection = DialledConnection(channel: channel, link: self, network: network)
        candidates.append(connection)
        try FrameHandler.install(connection, in: channel)
    }

    private func connected(_ result: Result<any Channel, any Error>) {
        let candidates = candidates
        self.candidates = []
        switch result {
        case .success(let channel):
            guard let connection = candidates.first(where: { $0.channel === channel }),
                connection.isReading
            else { return fail(.closed) }
            current = connection
            enter(.greeting)
            connection.greet()
        case .failure(let error):
            fail(.unreachable(Self.reason(of: error)))
        }
    }

    /// The system's words where there are some.
    private static func reason(of error: any Error) -> String {
        guard let error = error as? IOError else { return String(describing: error) }
        return String(cString: strerror(error.errnoCode))
    }

    // MARK: what becomes of a connection

    func opened(_ connection: DialledConnection, _ welcome: Welcome) {
        guard connection === current else { return }
        open = connection
        backoff.reset()
        hasToldOverflow = false
        loggedFailure = nil
        status.connects += 1
        status.incarnation = welcome.incarnation
        status.version = welcome.version
        enter(.connected)
        logger.info("connected to peer", metadata: ["peer.address": "\(status.address)"])
    }

    func ended(_ connection: DialledConnection, _ failure: LinkFailure) {
        guard connection === current else { return }
        fail(failure)
    }

    private func fail(_ failure: LinkFailure) {
        current = nil
        open = nil
        status.version = nil
        status.lastFailure = failure
        log(failure)
        enter(.waiting(failure))
        let pause = backoff.pause(using: &network.random)
        redial = network.eventLoop.assumeIsolated().scheduleTask(in: pause) { [self] in dial() }
    }

    private func enter(_ state: PeerState) {
        status.state = state
        status.since = network.now
        network.tell(.changed(peer, state))
    }

    /// One line whenever the reason changes, not one for each attempt.
    private func log(_ failure: LinkFailure) {
        guard failure.code != loggedFailure else { return }
        loggedFailure = failure.code
        let metadata: Logger.Metadata = [
            "peer.address": "\(status.address)", "failure": "\(failure.code)",
            "failure.details": "\(failure)",
        ]
        switch failure {
        case .refused, .mistrusted, .damaged, .outOfPlace:
            logger.warning("no connection to peer", metadata: metadata)
        default:
            logger.info("no connection to peer", metadata: metadata)
        }
    }

    // MARK: the owner's orders

    func tick() {
        current?.tick()
    }

    /// Leaves the old address at once and dials the new one.
    func move(to address: PeerAddress) {
        stop(.peersChanged)
        status.address = address
        backoff.reset()
        dial()
    }

    /// Ends for good; nothing happens afterwards.
    func remove(_ failure: LinkFailure) {
        stop(failure)
        enter(.removed)
    }

    private func stop(_ failure: LinkFailure) {
        attempt += 1
        redial?.cancel()
        redial = nil
        let connections = candidates + (current.map { [$0] } ?? [])
        candidates = []
        current = nil
        open = nil
        status.lastFailure = failure
        for connection in connections { connection.ended(failure) }
    }
}
