import NIOCore
import NIOHPACK
import NIOHTTP2

/// A client's end of one connection: gives calls their streams, and keeps those that must wait in order.
final class ClientConnection: WireConnectionOwner {
    private let wire: WireConnection
    private let head: HPACKHeaders
    private let onStateChange: (@Sendable (GRPCConnectionState) -> Void)?
    private var nextStreamID = HTTP2StreamID(1)
    private var queue = CircularBuffer<GRPCClientCall>()
    private var concurrentStreamsMax = 0
    private(set) var state = GRPCConnectionState.connecting
    private var readyPromise: EventLoopPromise<Void>?

    init(
        wire: WireConnection,
        authority: String,
        isSecure: Bool,
        ready: EventLoopPromise<Void>,
        onStateChange: (@Sendable (GRPCConnectionState) -> Void)?
    ) {
        self.wire = wire
        self.onStateChange = onStateChange
        readyPromise = ready
        head = [":method": "POST", ":scheme": isSecure ? "https" : "http", ":authority": authority]
    }

    private func become(_ next: GRPCConnectionState) {
        guard state != next else { return }
        state = next
        onStateChange?(next)
    }

    // MARK: Calls

    /// Begins a call; if it can't begin it ends at once, with an event like any other end.
    func start(
        _ path: String,
        metadata: GRPCMetadata,
        deadline: NIODeadline?,
        onEvent: @escaping (GRPCClientCallEvent) -> Void
    ) -> GRPCClientCall {
        let call = GRPCClientCall(
            wire: wire,
            path: path,
            metadata: metadata,
            deadline: deadline,
            onEvent: onEvent
        )
        switch state {
        case .connecting, .ready:
            guard queue.count < wire.limits.queuedCallsMax else {
                call.failInQueue(GRPCStatus(.resourceExhausted, "too many calls wait already"))
                return call
            }
            if let deadline {
                if deadline <= .now() {
                    call.failInQueue(
                        GRPCStatus(.deadlineExceeded, "the deadline has passed already")
                    )
                    return call
                }
                wire.watch(deadline: deadline)
            }
            queue.append(call)
            openQueued()
        case .draining:
            call.failInQueue(GRPCStatus(.unavailable, "the connection is going away"))
        case .closed(let reason):
            call.failInQueue(reason)
        }
        return call
    }

    private func openQueued() {
        guard state == .ready else { return }
        while wire.streams.count < concurrentStreamsMax, let call = queue.popFirst() {
            if call.isFinished { continue }
            let id = nextStreamID
            wire.streams[id] = call
            call.open(as: id, head: head)
            guard id < HTTP2StreamID.maxID else {
                // No number is left for another stream; the owner must connect anew.
                drain()
                return
            }
            nextStreamID = id.advanced(by: 2)
        }
    }

    private func failQueue(_ status: GRPCStatus) {
        while let call = queue.popFirst() { call.failInQueue(status) }
    }

    // MARK: What the connection brings

    func wire(
        _ wire: WireConnection,
        opened id: HTTP2StreamID,
        headers: HPACKHeaders,
        endStream: Bool
    ) {
        // Servers open no streams: we have switched off push.
        wire.reset(id, code: .refusedStream)
    }

    func wire(_ wire: WireConnection, received settings: HTTP2Settings) {
        let streamsIfUnlimited = wire.limits.concurrentStreamsMax
        if concurrentStreamsMax == 0 { concurrentStreamsMax = streamsIfUnlimited }
        for setting in settings where setting.parameter == .maxConcurrentStreams {
            concurrentStreamsMax = min(setting.value, streamsIfUnlimited)
        }
        if state == .connecting {
            become(.ready)
            readyPromise?.succeed(())
            readyPromise = nil
        }
        openQueued()
    }

    func wire(_ wire: WireConnection, goingAway code: HTTP2ErrorCode, lastStreamID: HTTP2StreamID) {
        drain()
    }

    func wireStreamClosed(_ wire: WireConnection) {
        if state == .draining { closeIfDrained() } else { openQueued() }
    }

    func wireOutputOverflowed(_ wire: WireConnection) {
        // Calls are refused new messages before this: what remains is ours to wait for.
    }

    func wireEndIsKnown(_ wire: WireConnection) {}

    func wireIdled(_ wire: WireConnection) {}

    func wire(_ wire: WireConnection, expireAt now: NIODeadline) -> NIODeadline? {
        var next: NIODeadline?
        for call in queue {
            guard let deadline = call.activeDeadline else { continue }
            if deadline <= now {
                call.failInQueue(GRPCStatus(.deadlineExceeded, "no answer before the deadline"))
            } else {
                next = min(next ?? deadline, deadline)
            }
        }
        queue.removeAll { $0.isFinished }
        return next
    }

    func wireClosed(_ wire: WireConnection, reason: GRPCStatus) {
        become(.closed(reason))
        failQueue(reason)
        readyPromise?.fail(reason)
        readyPromise = nil
    }

    // MARK: Ends

    /// Begins no more calls and closes after the last one.
    func drain() {
        guard state == .ready || state == .connecting else { return }
        become(.draining)
        failQueue(GRPCStatus(.unavailable, "the connection is going away"))
        closeIfDrained()
    }

    private func closeIfDrained() {
        guard wire.streams.isEmpty else { return }
        wire.close(because: GRPCStatus(.unavailable, "connection closed"))
    }

    /// Ends everything now.
    func close() {
        wire.close(because: GRPCStatus(.unavailable, "connection closed by the client"))
    }
}
