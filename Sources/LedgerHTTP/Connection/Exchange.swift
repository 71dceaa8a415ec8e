import NIOCore
import NIOHTTP1

/// One request and its answer, as the connection handler follows them.
struct Exchange {
    let number: UInt64
    let head: HTTPRequestHead
    let route: Route
    let startedAt: NIODeadline
}
