import Histories
import Ledger

/// What a client wants, once and for all of its attempts.
final class ClientWish: Sendable, CustomStringConvertible {
    enum Content: Sendable {
        case command(Request, entry: [UInt8])
        /// A place in the log at which nodes can be compared.
        case boundary(entry: [UInt8])
        case read(ReadSubject, ReadPromise)
    }

    let content: Content
    /// When it was asked for the first time, by whomever.
    let askedAt: WorldTime

    init(_ content: Content, askedAt: WorldTime) {
        self.content = content
        self.askedAt = askedAt
    }

    convenience init(_ request: Request, askedAt: WorldTime) {
        var entry: [UInt8] = []
        LedgerEntry.encode(request, into: &entry)
        self.init(.command(request, entry: entry), askedAt: askedAt)
    }

    /// The identity under which it is done at most once; nil for what changes nothing.
    var request: Request? {
        if case .command(let request, _) = content { request } else { nil }
    }

    var isRead: Bool { if case .read = content { true } else { false } }

    var description: String {
        switch content {
        case .command(let request, _): "\(request.id): \(request.command)"
        case .boundary: "a boundary"
        case .read(let subject, let promise): "\(subject), \(promise)"
        }
    }
}

/// What a client is told, or notices.
enum ClientReply: Sendable {
    case answered(Answer)
    case boundary(Position)
    case read(ReadReport)
    /// The state can't be read as it was asked for.
    case readRefused
    /// Nothing was written: no leader, too much in flight, nobody there.
    case notApplied
    /// The node doesn't know what became of it.
    case unknown
    /// The connection broke.
    case connectionLost
}
