import NIOCore
import NIOHTTP1

/// One request and its answer, as the connection handler follows them.
struct Exchange {
    let number: UInt64
    let head: HTTPRequestHead
    let route: Route
    let startedAt: NIODeadline
    /// No further request can follow: the client says so, or it offered to change the protocol,
    /// behind which the parser reads nothing more although the offer isn't taken up.
    let isLast: Bool

    init(number: UInt64, head: HTTPRequestHead, route: Route, startedAt: NIODeadline) {
        self.number = number
        self.head = head
        self.route = route
        self.startedAt = startedAt
        isLast =
            !head.isKeepAlive || head.method == .CONNECT || head.headers.contains(name: "upgrade")
    }
}
