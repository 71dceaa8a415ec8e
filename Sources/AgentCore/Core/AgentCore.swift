import Ledger

/// The agent of a store: sells while it is cut off, and tells the ledger everything exactly once.
///
/// Inputs in, effects out; no clock, randomness or I/O of its own but for the rows, whose `commit` is
/// durable when it returns. What effects tell is committed before they come out, all inputs of one call
/// with one commit. Invariants:
/// * a fact and the row of the outbox that tells of it are one row, numbered 1, 2, 3, … without a gap;
/// * rights: what the ledger is known to have granted in the epoch, less what own facts used of it;
/// * the own book: the copy's level and the own facts that aren't in it.
///
/// When the rows fail, the core is thrown away and made again from them.
package struct AgentCore<Rows: AgentRows, Codec: FactCodec> {
    /// How it behaves.
    package let settings: AgentSettings
    /// Who it is, and how far it has come.
    package internal(set) var head: AgentHead
    /// What it has done since it was started.
    package internal(set) var counts = AgentCounts()

    let codec: Codec
    /// Different with every start, so that not even two copies of one database name two sales alike.
    let run: String
    /// Whether the store may be taken over from another agent, by an operator's word.
    let takesOver: Bool
    var staged: StagedRows<Rows>
    var savedHead: AgentHead
    var clock: AgentClock
    var random: SeededRandom
    var lastRequest: UInt64 = 0

    var link: CentreLink
    var session: CopySession?
    /// The copy there is can't be brought up to date.
    var needsCopy = false
    /// The feed has shown that the ledger knows another state of the agent.
    var disagrees = false
    var pending: PendingBook
    var outbox: OutboxSizes
    var waiting: [WaitingSale] = []
    var edits: [SKU: NumberedEdit] = [:]
    var editCount = 0
    var demand: DemandMeter
    var review = ReviewQueue()
    /// Items that were edited, and whose new text isn't here yet.
    var staleItems: Set<SKU> = []
    var effects: [AgentEffect] = []
    /// Why the ledger didn't register it, the last time; nil: it did, or wasn't asked.
    var registrationRefusal: Refusal?
    /// When it last heard nothing any more, by the wall clock.
    var cutOffSince: LogTime?

    /// The agent whose rows these are.
    ///
    /// - Parameters:
    ///   - rows: Everything that it keeps.
    ///   - codec: The form of facts.
    ///   - settings: How it behaves.
    ///   - takesOver: Whether a new database may take the store from another agent.
    ///   - seed: Random with every start.
    ///   - clock: What the clocks say.
    /// - Throws: What the rows throw.
    package init(
        rows: Rows,
        codec: Codec,
        settings: AgentSettings,
        takesOver: Bool = false,
        seed: UInt64,
        clock: AgentClock
    ) throws(Rows.Failure) {
        var rows = rows
        guard case .head(let head)? = try rows.record(.head) else {
            preconditionFailure("rows have a head from the beginning")
        }
        self.settings = settings
        self.head = head
        savedHead = head
        self.codec = codec
        self.takesOver = takesOver
        self.clock = clock
        random = SeededRandom(seed: seed)
        let digits = String(random.next() % 78_364_164_096, radix: 36)
        run = String(repeating: "0", count: 7 - digits.utf8.count) + digits
        link = CentreLink()
        link.progressAt = clock.steady
        demand = DemandMeter(from: clock.steady)
        pending = PendingBook(after: head.copy?.known ?? 0)
        outbox = OutboxSizes()
        cutOffSince = clock.wall
        staged = StagedRows(rows)
        try load()
    }

    /// The rows as they were last committed; whoever changes them in a way that the core would see makes
    /// it anew.
    package var rows: Rows {
        get { staged.rows }
        set { staged.rows = newValue }
    }

    /// Takes what has happened, and gives what is to be done.
    ///
    /// - Parameters:
    ///   - inputs: In their order.
    ///   - clock: What the clocks say now.
    ///   - effects: What is to be done is appended.
    /// - Throws: What the rows throw; then nothing of the effects may be done, and the core is over.
    package mutating func handle(
        _ inputs: [AgentInput],
        at clock: AgentClock,
        into effects: inout [AgentEffect]
    ) throws(Rows.Failure) {
        self.clock = AgentClock(
            wall: clock.wall,
            steady: max(clock.steady, self.clock.steady)
        )
        demand.turn(to: self.clock.steady)
        self.effects.removeAll(keepingCapacity: true)
        for input in inputs { try take(input) }
        try endWaits()
        try pump()
        try flush()
        effects.append(contentsOf: self.effects)
        if let wake = nextWake() { effects.append(.wake(at: wake)) }
    }

    private mutating func take(_ input: AgentInput) throws(Rows.Failure) {
        switch input {
        case .till(let ticket, let request): try take(request, ticket)
        case .connected(to: let cluster): connect(to: cluster)
        case .disconnected:
            link.isConnected = false
            try lose()
        case .answered(let call, let answer):
            guard let call = link.close(call) else { return }
            try take(answer, to: call)
        case .changes(let rows, let after, let through):
            try take(rows, after: after, through: through)
        case .feedLost(let loss): lose(loss)
        case .tick: break
        }
    }

    private mutating func connect(to cluster: Reference?) {
        if !link.isConnected { link.retryAt = nil }
        link.isConnected = true
        guard let cluster, cluster != head.cluster else { return }
        if head.cluster != nil {
            head.isRestored = true
            renew()
            link.retryAt = nil
        }
        head.cluster = cluster
    }

    /// Commits what is staged, with the head as it is.
    mutating func flush() throws(Rows.Failure) {
        if head != savedHead {
            staged.set(.head(head), .head)
            savedHead = head
        }
        try staged.flush()
    }

    /// What follows from the rows and is kept in memory.
    private mutating func load() throws(Rows.Failure) {
        var after = min(head.copy?.known ?? 0, head.acknowledged)
        while after < head.sequence {
            let rows = try staged.facts(after: after, limit: 1_000)
            guard let last = rows.last else { break }
            for row in rows {
                if row.sequence > head.copy?.known ?? 0 {
                    let fact = codec.decode(row.fact, at: head.location)
                    pending.add(fact.map { FactEffect($0.command) })
                }
                if row.sequence > head.acknowledged { outbox.add(row.fact.bytes.count) }
            }
            after = last.sequence
        }
        try loadStale()
        var name: String?
        while true {
            let entries = try staged.records(.edit, after: name, limit: 1_000)
            for entry in entries {
                guard case .edit(let edit) = entry.record, let number = UInt64(entry.name) else {
                    continue
                }
                edits[edit.sku] = NumberedEdit(number: number, edit: edit)
                editCount += 1
            }
            guard let last = entries.last else { break }
            name = last.name
        }
    }

    private mutating func loadStale() throws(Rows.Failure) {
        var name: String?
        while true {
            let entries = try staged.records(.stale, after: name, limit: 1_000)
            for entry in entries { staleItems.insert(SKU(unchecked: entry.name)) }
            guard let last = entries.last else { return }
            name = last.name
        }
    }

    /// A name for a request of the agent's own.
    mutating func mintRequest() -> RequestID {
        lastRequest += 1
        return RequestID(
            unchecked: "\(head.instance.text)~\(run)\(String(lastRequest, radix: 36))"
        )
    }

    /// The database is not what the ledger knows: nothing is sold or told any more.
    mutating func freeze(_ reason: AgentHead.Frozen) throws(Rows.Failure) {
        head.frozen = head.frozen ?? reason
        session = nil
        link.renew()
        link.isCutOff = true
        for sale in waiting {
            for ticket in sale.tickets {
                effects.append(.answer(ticket: ticket, .unavailable(.frozen(reason))))
            }
        }
        waiting = []
    }
}

/// The latest edit of a price, with its number.
struct NumberedEdit: Sendable {
    let number: UInt64
    let edit: PriceEdit
}

/// The bytes of the payloads that aren't acknowledged.
struct OutboxSizes: Sendable {
    private var sizes: [Int] = []
    private var gone = 0
    private(set) var bytes: UInt64 = 0

    mutating func add(_ size: Int) {
        sizes.append(size)
        bytes += UInt64(size)
    }

    /// The first of them are acknowledged.
    mutating func drop(_ count: UInt64) {
        let end = min(sizes.count, gone + Int(clamping: count))
        for size in sizes[gone..<end] { bytes -= UInt64(size) }
        gone = end
        guard gone > 1_024, gone * 2 > sizes.count else { return }
        sizes.removeFirst(gone)
        gone = 0
    }

    /// The ledger wants facts again that it had acknowledged.
    mutating func restart() { self = OutboxSizes() }
}

/// Items whose rights are to be held against their marks, each once, in the order they came.
struct ReviewQueue: Sendable {
    private var order: [SKU] = []
    private var members: Set<SKU> = []
    private var dryUntil: [SKU: Milliseconds] = [:]
    /// Units that the ledger wants back.
    var recalls: [SKU: Quantity] = [:]
    /// Behind which item of the copy the review of all goes on; nil: it isn't going on.
    var cursor: String?
    var isReviewing = false
    var nextReview = Milliseconds(0)

    var isEmpty: Bool { order.isEmpty }

    mutating func add(_ sku: SKU) {
        if members.insert(sku).inserted { order.append(sku) }
    }

    mutating func take(_ limit: Int) -> [SKU] {
        let taken = Array(order.prefix(limit))
        order.removeFirst(taken.count)
        for sku in taken { members.remove(sku) }
        return taken
    }

    mutating func note(dry sku: SKU, until time: Milliseconds) {
        guard dryUntil.count < DemandMeter.itemsMax else { return }
        dryUntil[sku] = time
    }

    mutating func isDry(_ sku: SKU, at time: Milliseconds) -> Bool {
        guard let until = dryUntil[sku] else { return false }
        if until > time { return true }
        dryUntil[sku] = nil
        return false
    }
}
