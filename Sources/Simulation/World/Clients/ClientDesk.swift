import Histories
import Ledger

/// What all clients share: what there is to be asked, and what has been asked and told.
struct ClientDesk: Sendable {
    let plan: SwarmPlan.ClientPlan
    let source: CommandSource
    var chance: Chance
    var history = HistoryRecorder()

    /// Operations begun under faults.
    var begun = 0
    /// Clients that are waiting for something.
    var busy = 0
    /// Commands that come first, in this order.
    var opening: [Command]
    /// Wishes whose outcome is unknown, and later whatever is asked after the faults.
    var toAsk: [ClientWish] = []
    var unknown: [ClientWish] = []
    /// What was surely not written.
    var notApplied: [RequestID] = []
    /// Where the last answer came from.
    var hint: Int?
    /// A network that loses nothing between clients and nodes.
    var isCalm = false

    init(plan: SwarmPlan.ClientPlan, chance: Chance) {
        self.plan = plan
        self.chance = chance
        source = CommandSource(plan)
        opening = source.opening.reversed()
    }

    /// Sends a reply back to a client, if the connection allows.
    mutating func reply(
        _ reply: ClientReply,
        to attempt: Attempt,
        at now: WorldTime,
        _ queue: inout EventQueue
    ) {
        guard isCalm || !chance.permille(plan.lossPermille) else { return }
        queue.schedule(.reply(attempt, reply), at: now.advanced(by: delay()))
    }

    mutating func delay() -> Nanoseconds {
        chance.span(in: Span.microseconds(20)...Span.microseconds(500))
    }
}
