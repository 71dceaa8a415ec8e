package import Ledger
package import NIOCore

/// Where the HTTP server listens, and the limits on what clients may ask.
package struct LedgerHTTPConfiguration: Sendable {
    package var host: String
    /// 0 lets the system choose; see `onServerRunning` of ``LedgerHTTPServer``.
    package var port: Int
    package var limits = HTTPLimits()

    package init(host: String = "127.0.0.1", port: Int = 8080) {
        self.host = host
        self.port = port
    }
}

/// A limit on everything that a client may do over HTTP.
package struct HTTPLimits: Sendable {
    /// Open connections that are served; further ones are told so.
    package var connectionsMax = 16_384
    /// Connections beyond those that are held for a moment.
    ///
    /// So many for probes of the node's health, and as many again to be turned away; still further
    /// ones wait in the kernel's queue.
    package var spareConnectionsMax = 256
    /// Connections that the kernel holds until they are accepted.
    package var backlogMax = 512
    /// Bytes of a request's target; longer ones are answered 414.
    package var targetBytesMax = 16_384
    /// Bytes of one header field, and of the target before it is even looked at.
    package var headerFieldBytesMax = 20_480
    /// Bytes of the request line and all headers together.
    package var headerBytesMax = 32_768
    /// Header fields in one request.
    package var headerFieldsMax = 64
    /// Bytes of a request's body.
    package var bodyBytesMax = 131_072
    /// SKUs in one `GET /v1/availability`.
    package var skusMax = 100
    /// SKUs in one `POST /v1/availability:batchGet`.
    package var batchSKUsMax = 1_000
    /// Entries in one page of items, locations or movements.
    package var pageSizeMax = 500
    /// Entries in a page when no size is asked for.
    package var pageSizeDefault = 100
    /// Reads that wait for the node at once, over all connections; more are answered 503.
    package var waitingReadsMax = 1_024
    /// Reads of the books that one client's address may have waiting; more are answered 429.
    package var bookReadsPerClientMax = 32
    /// Bodies of so many bytes and more are compressed for those who accept it.
    package var compressedBytesMin = 1_024
    /// Longer bodies are compressed on another thread.
    package var compressedInPlaceMax = 8_192
    /// Bodies on those threads at once; further ones go out as they are.
    package var compressionsMax = 64
    /// How long a client may take over each step: to ask, to send a body, to take an answer.
    package var clientTimeout = TimeAmount.seconds(30)
    /// How long a new connection may take for its first request.
    package var firstRequestTimeout = TimeAmount.seconds(10)
    /// How long a closing connection is kept, once the last answer has been taken, for the client to
    /// close its own side.
    package var lingerTimeout = TimeAmount.seconds(2)
    /// The same for a connection that was turned away.
    package var refusalTimeout = TimeAmount.milliseconds(250)
    /// How long a `session` read waits for its position.
    package var sessionWait = TimeAmount.milliseconds(250)
    /// How long any other read may take.
    package var readTimeout = TimeAmount.seconds(1)
    /// What those who follow the changes may cost.
    package var feed = FeedLimits()

    /// Writes to holds under way at once; more are answered 503.
    package var holdsInFlightMax = 512
    /// Lines of a hold that is taken over HTTP.
    package var holdLinesMax = 50
    /// Units in one of its lines.
    package var holdQuantityMax: Int64 = 1_000
    /// How long it lasts when its cart doesn't say.
    package var holdTTL = Milliseconds(600_000)
    /// How long from now it may be asked to last, each time.
    package var holdTTLMax = Milliseconds(1_800_000)
    /// How long a write may take before its cart is told that nobody knows.
    package var holdTimeout = TimeAmount.seconds(5)
    /// The cluster's state is asked for at most this often, whoever looks at it.
    package var clusterInterval = TimeAmount.milliseconds(500)
    /// Members that are asked then; a cluster has no more.
    package var clusterMembersMax = 64
    /// The database is asked what is known of stores at most so often, for the metrics.
    package var storesInterval = TimeAmount.seconds(5)
    /// Metrics wait no longer than this for what is known of stores.
    package var storesPatience = TimeAmount.seconds(1)

    package init() {}

    /// Takes at most half of the files that the process may have open: the others are the node's own.
    package mutating func fit(files: Int) {
        spareConnectionsMax = min(spareConnectionsMax, files / 16)
        connectionsMax = min(connectionsMax, files / 2 - 2 * spareConnectionsMax)
    }
}
