import Ledger

/// What the agent has under way with the cluster; nothing of it outlives a run.
struct CentreLink: Sendable {
    /// What a call is for.
    enum Purpose: Equatable, Sendable {
        case register
        /// Facts after the first and through the last number; equal: none, only how things stand.
        case submit(after: UInt64, through: UInt64)
        case grant([SKU])
        case page
        case item(SKU, flaggedAt: Int64)
        case edit(UInt64)
    }

    struct OpenCall: Sendable {
        let id: UInt64
        let purpose: Purpose
        let since: Milliseconds
    }

    /// The driver's word.
    var isConnected = false
    /// Registered since the last failure.
    var isUp = false
    /// Nothing has been answered since the last failure: what tills ask is decided here.
    var isCutOff = true
    var calls: [OpenCall] = []
    /// Facts up to here were sent.
    var sentThrough: UInt64 = 0
    /// Facts that may be under way, as the ledger said last; few, until it has.
    var credit = 16
    var retryAt: Milliseconds?
    var backoff = Backoff()
    /// When the outbox last got shorter, or began to fill.
    var progressAt = Milliseconds(0)
    var lastSubmission: Milliseconds?
    /// Whether the feed was asked for since the link came up.
    var isFollowing = false
    private var lastCall: UInt64 = 0

    mutating func open(_ purpose: Purpose, at time: Milliseconds) -> UInt64 {
        lastCall += 1
        calls.append(OpenCall(id: lastCall, purpose: purpose, since: time))
        return lastCall
    }

    /// The open call with this id, which it isn't any more then; nil: late, or twice.
    mutating func close(_ id: UInt64) -> OpenCall? {
        guard let index = calls.firstIndex(where: { $0.id == id }) else { return nil }
        return calls.remove(at: index)
    }

    func has(_ isMeant: (Purpose) -> Bool) -> Bool {
        calls.contains { isMeant($0.purpose) }
    }

    var submissionCount: Int {
        calls.count { if case .submit = $0.purpose { true } else { false } }
    }

    /// How many facts may be sent now; one at least may be under way.
    var room: Int {
        let sent = calls.reduce(0) { sum, call in
            guard case .submit(let after, let through) = call.purpose else { return sum }
            return sum + Int(clamping: through - after)
        }
        return max(0, max(1, credit) - sent)
    }

    var isGranting: Bool { has { if case .grant = $0 { true } else { false } } }

    /// The agent has to register before anything else; answers that are still to come mean nothing.
    mutating func renew() {
        isUp = false
        isFollowing = false
        calls = []
    }
}

/// A copy of the location that is being made.
struct CopySession: Sendable {
    /// Where the feed begins: the position of the agent's registration.
    let base: Position
    /// The agent's own facts that the feed has shown, or that the registration knew of.
    var known: UInt64
    /// Where the feed is.
    var position: Position
    /// The latest position of any page.
    var through: Position
    var book: CopyBook? = .items
    var token: String?
    /// Whether the ledger's counts of rights take the place of the agent's.
    let replacesRights: Bool
    /// What the ledger wants back, of the rights that pages and feed told of.
    var recalls: [SKU: Quantity] = [:]

    init(base: Position, known: UInt64, replacesRights: Bool) {
        self.base = base
        self.known = known
        position = base
        through = base
        self.replacesRights = replacesRights
    }
}

/// A sale for which rights were asked.
struct WaitingSale: Sendable {
    let request: TillRequest
    let digest: UInt64
    /// Whoever asked for it, each to be answered.
    var tickets: [UInt64]
    let deadline: Milliseconds
    /// The grant that decides about it; nil: none was asked for yet.
    var askedIn: UInt64?
}
