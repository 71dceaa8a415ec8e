import NIOCore

/// What all watchers of a run have seen; on their loop.
final class WatchTally {
    var connected = 0
    var ended = 0
    var events = 0
    var bookmarks = 0
    var resets = 0
    /// Events whose `prev` is not the position of the event before.
    var gaps = 0
    var refused = 0
    /// When each position was first seen, and last.
    var firstSeen: [Int: NIODeadline] = [:]
    var lastSeen: [Int: NIODeadline] = [:]
    var keepsTimes = false
}

/// One stream of events over a bare connection, in HTTP/1.0: without chunks.
final class SSEWatcher: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let query: String
    private let tally: WatchTally
    private var received = ByteBuffer()
    private var hasHead = false
    /// The position of the event before; nil before the first.
    private var previous: Int?
    /// The last id, with which a stream elsewhere goes on.
    private(set) var cursor: Int?
    private(set) var channel: (any Channel)?

    init(query: String, cursor: Int?, tally: WatchTally) {
        self.query = query
        self.cursor = cursor
        self.tally = tally
        previous = cursor
    }

    func channelActive(context: ChannelHandlerContext) {
        channel = context.channel
        var request = "GET /v1/changes?\(query) HTTP/1.0\r\nHost: bench\r\n"
        if let cursor { request += "Last-Event-ID: \(cursor)\r\n" }
        context.writeAndFlush(
            wrapOutboundOut(ByteBuffer(string: request + "\r\n")),
            promise: nil
        )
    }

    func channelInactive(context: ChannelHandlerContext) {
        tally.ended += 1
        channel = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.discardReadBytes()
        received.writeBuffer(&bytes)
        if !hasHead { takeHead() }
        guard hasHead else { return }
        takeEvents()
    }

    private func takeHead() {
        guard let end = received.readableBytesView.firstRange(of: "\r\n\r\n".utf8) else { return }
        let head = received.readString(length: end.upperBound - received.readerIndex) ?? ""
        hasHead = true
        if head.hasPrefix("HTTP/1.1 200 ") { tally.connected += 1 } else { tally.refused += 1 }
    }

    private func takeEvents() {
        let newline = UInt8(ascii: "\n")
        while true {
            let view = received.readableBytesView
            var end: Int?
            var index = view.startIndex
            while let line = view[index...].firstIndex(of: newline) {
                let next = line + 1
                guard next < view.endIndex else { break }
                if view[next] == newline {
                    end = next
                    break
                }
                index = next
            }
            guard let end else { return }
            take(view[view.startIndex...end])
            received.moveReaderIndex(to: end + 1)
        }
    }

    private func take(_ event: ByteBufferView) {
        if event.starts(with: "event: bookmark".utf8) {
            tally.bookmarks += 1
        } else if event.starts(with: "event: reset".utf8) {
            tally.resets += 1
        } else if let position = Self.number("\"position\":", in: event),
            let prev = Self.number("\"prev\":", in: event)
        {
            tally.events += 1
            if let previous, previous != prev { tally.gaps += 1 }
            previous = position
            if tally.keepsTimes {
                let now = NIODeadline.now()
                if tally.firstSeen[position] == nil { tally.firstSeen[position] = now }
                tally.lastSeen[position] = now
            }
        }
        if let id = Self.number("\nid: ", in: event) { cursor = id }
    }

    /// The number behind a text.
    private static func number(_ name: StaticString, in event: ByteBufferView) -> Int? {
        let found = name.withUTF8Buffer { name -> Int? in
            guard event.count >= name.count else { return nil }
            var index = event.endIndex - name.count
            // From the end, where both numbers are.
            while index >= event.startIndex {
                if event[index] == name[0], event[index..<(index + name.count)].elementsEqual(name)
                {
                    return index + name.count
                }
                index -= 1
            }
            return nil
        }
        guard var index = found else { return nil }
        var value = 0
        var hasDigit = false
        while index < event.endIndex, (0x30...0x39).contains(event[index]) {
            value = value * 10 + Int(event[index] - 0x30)
            hasDigit = true
            index += 1
        }
        return hasDigit ? value : nil
    }
}
