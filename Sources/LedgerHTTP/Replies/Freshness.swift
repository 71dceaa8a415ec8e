import Ledger
import NIOCore
import Raft
import Replica

/// A read's stamp, and since when it has been ageing.
///
/// The claim must hold when the answer is sent, not when it was computed, so the time between the
/// two is added, and headers are only written when the answer leaves.
struct Freshness: Equatable, Sendable {
    var stamp: ReadStamp
    /// When the stamp's staleness was true, by this process's monotonic clock.
    var since: NIODeadline

    /// An upper bound on the age of what is shown, at a later moment; nil when unknown.
    func age(at now: NIODeadline) -> TimeAmount? {
        guard let staleness = stamp.staleness else { return nil }
        return staleness + max(now - since, .zero)
    }

    /// The four headers of a read, and `Age`.
    func writeHeaders(into head: inout ByteBuffer, at now: NIODeadline) {
        head.writeStaticString("estoque-position: ")
        head.writeDecimal(stamp.position.rawValue)
        head.writeStaticString("\r\nestoque-node: ")
        head.writeString(stamp.node.name)
        head.writeStaticString("\r\nestoque-role: ")
        head.writeString(stamp.role.rawValue)
        head.writeStaticString("\r\nestoque-staleness-ms: ")
        if let age = age(at: now) {
            head.writeDecimal(age.millisecondsRoundedUp)
            // Whole seconds that have passed. Rounding up here would make every answer of a
            // follower a second old at birth, and so too old for a cache to hold.
            head.writeStaticString("\r\nage: ")
            head.writeDecimal(max(age.nanoseconds, 0) / 1_000_000_000)
            head.writeStaticString("\r\n")
        } else {
            head.writeStaticString("unknown\r\n")
        }
    }
}

extension TimeAmount {
    static var zero: TimeAmount { .nanoseconds(0) }

    /// Milliseconds, never less than the amount; 0 for a negative one.
    var millisecondsRoundedUp: UInt64 {
        let whole = UInt64(max(nanoseconds, 0))
        return whole / 1_000_000 + (whole % 1_000_000 == 0 ? 0 : 1)
    }
}
