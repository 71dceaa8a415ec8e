import LedgerClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// One question over HTTP on a connection of its own, and the whole answer.
struct HTTPExchange: Sendable {
    private typealias HTTPChannel = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    /// What came back.
    struct Answer: Equatable, Sendable {
        var status: Int
        var body: [UInt8]
    }

    /// Why there is no answer that could be used.
    enum Failure: Error, Equatable {
        /// The connection was closed before the answer was whole.
        case incomplete
        case tooLong
    }

    let address: NodeAddress
    /// Whatever is there and doesn't answer is left then.
    var patience = TimeAmount.seconds(5)

    private static let bytesMax = 65_536

    /// Asks for what is there.
    func get(_ path: String) async throws -> Answer {
        try await send(HTTPRequestHead(version: .http1_1, method: .GET, uri: path), nil)
    }

    /// Sends JSON; the same key again is the same request.
    func post(_ path: String, json: String, key: String) async throws -> Answer {
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: path)
        head.headers.add(name: "content-type", value: "application/json")
        head.headers.add(name: "content-length", value: "\(json.utf8.count)")
        head.headers.add(name: "idempotency-key", value: key)
        return try await send(head, ByteBuffer(string: json))
    }

    private func send(_ head: HTTPRequestHead, _ body: ByteBuffer?) async throws -> Answer {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(patience)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try HTTPChannel(wrappingChannelSynchronously: channel)
                }
            }
        let closing = channel.channel.eventLoop.scheduleTask(in: patience) {
            channel.channel.close(promise: nil)
        }
        defer { closing.cancel() }
        var head = head
        head.headers.add(name: "host", value: "\(address)")
        head.headers.add(name: "connection", value: "close")
        let request = head
        return try await channel.executeThenClose { answers, questions in
            var parts = [HTTPClientRequestPart.head(request)]
            if let body { parts.append(.body(.byteBuffer(body))) }
            // All at once: with the last byte the server has its question, and may have answered and
            // closed the connection before a further write.
            try await questions.write(contentsOf: parts + [.end(nil)])
            var answer = Answer(status: 0, body: [])
            for try await part in answers {
                switch part {
                case .head(let head): answer.status = Int(head.status.code)
                case .body(let bytes):
                    answer.body += bytes.readableBytesView
                    guard answer.body.count <= Self.bytesMax else { throw Failure.tooLong }
                case .end: return answer
                }
            }
            throw Failure.incomplete
        }
    }
}
