import GRPCWire
import NIOCore

/// Callers in a closed loop: each asks, waits for its answers, asks again; all on one event loop, by
/// callbacks.
///
/// Confined to its loop. A caller asks for `plan.batch` reservations at once; those that nobody
/// answered are asked again with the same ids after a pause, before it asks for others.
final class LoadGenerator {
    let eventLoop: any EventLoop
    private let plan: BenchPlan
    private let stock: BenchStock
    private let template: ReserveTemplate
    private var random = Xoshiro256()
    private var paths: [any LoadPath] = []
    /// Each caller's in a row of `plan.batch`.
    private var asks: [Ask] = []
    /// By caller: how many of its row are not settled; they are the first ones.
    private var openCounts: [Int]
    private(set) var tally = LoadTally()
    /// By caller: when its next turn begins at the earliest.
    private var turns: [NIODeadline] = []
    private var callersRunning = 0
    private var isStopping = false
    /// Nothing counts any more, whatever is still under way.
    private var isFinished = false
    private let stopped: EventLoopPromise<Void>

    /// The pause before asking again.
    private static let retryPause = TimeAmount.milliseconds(25)

    init(_ plan: BenchPlan, stock: BenchStock, on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.plan = plan
        self.stock = stock
        template = ReserveTemplate(stock, for: plan.mode)
        openCounts = Array(repeating: 0, count: plan.clients)
        stopped = eventLoop.makePromise()
    }

    /// Makes the paths, one for each of the connections, and lets the callers begin.
    func start(_ connections: [GRPCClientConnection]) {
        paths = connections.map { connection in
            let path: any LoadPath =
                switch plan.mode {
                case .unary: UnaryPath(self)
                case .session: SessionPath(self, callers: plan.clients)
                case .batch: BatchPath(self)
                }
            path.connection = connection
            return path
        }
        asks.reserveCapacity(plan.width)
        let now = NIODeadline.now()
        for _ in 0..<plan.width { asks.append(newAsk(now)) }
        callersRunning = plan.clients
        // One after another within a turn, so that a rate is one at every moment.
        turns = (0..<plan.clients).map { now + TimeAmount(plan.turn * $0 / plan.clients) }
        for caller in 0..<plan.clients { takeTurn(caller) }
    }

    /// Puts a new connection in the place of a broken one, or none for the time being.
    func replaceConnection(_ index: Int, with connection: GRPCClientConnection?) {
        guard index < paths.count else { return }
        paths[index].connection = connection
    }

    /// From now on, or no longer, what is acknowledged counts.
    func measure(_ isMeasuring: Bool) { tally.measure(isMeasuring, at: .now()) }

    /// Lets callers end when they have their answers; the future says when all have.
    func stop() -> EventLoopFuture<Void> {
        isStopping = true
        if callersRunning == 0 { stopped.succeed() }
        return stopped.futureResult
    }

    /// Waits for no more answers.
    func giveUp() { stopped.succeed() }

    /// What was counted; what is still open is unknown.
    ///
    /// Every generator that was started must be finished: it lets go of its paths, which hold it.
    @discardableResult
    func finish() -> LoadTally {
        giveUp()
        isFinished = true
        paths = []
        for caller in openCounts.indices {
            let row = caller * plan.batch
            tally.unknown += asks[row..<row + openCounts[caller]]
            openCounts[caller] = 0
        }
        return tally
    }

    // MARK: For the paths

    /// The bytes of a command.
    var commandBytes: Int { template.count }

    /// Appends what a caller asks; gives the number of commands.
    @discardableResult
    func append(_ caller: Int, to message: inout ByteBuffer) -> Int {
        let row = caller * plan.batch
        let count = openCounts[caller]
        message.reserveCapacity(minimumWritableBytes: count * template.count)
        for index in row..<row + count { template.append(asks[index], index: index, to: &message) }
        return count
    }

    /// The answer to a caller that asked for one.
    func settle(_ caller: Int, _ end: CommandEnd) {
        guard !isFinished, openCounts[caller] == 1 else { return }
        openCounts[caller] = count(asks[caller * plan.batch], end, at: .now()) ? 0 : 1
        proceed(caller)
    }

    /// One answer to all that a caller asked.
    func settleAll(_ caller: Int, _ end: CommandEnd) {
        settleAll(caller, Array(repeating: end, count: openCounts[caller]))
    }

    /// The answers to what a caller asked, in order.
    func settleAll(_ caller: Int, _ ends: [CommandEnd]) {
        guard !isFinished, ends.count == openCounts[caller] else { return }
        let now = NIODeadline.now()
        let row = caller * plan.batch
        var open = row
        for (offset, end) in ends.enumerated() where !count(asks[row + offset], end, at: now) {
            asks[open] = asks[row + offset]
            open += 1
        }
        openCounts[caller] = open - row
        proceed(caller)
    }

    // MARK: Callers

    /// Counts an answer; false if it is none.
    private func count(_ ask: Ask, _ end: CommandEnd, at now: NIODeadline) -> Bool {
        switch end {
        case .acknowledged:
            tally.acknowledge(ask, at: now)
            return true
        case .refused(let reason):
            tally.refuse(reason)
            return true
        case .open(let reason):
            tally.retry(reason)
            return false
        }
    }

    private func proceed(_ caller: Int) {
        guard openCounts[caller] == 0 else {
            eventLoop.assumeIsolated().scheduleTask(in: Self.retryPause) { [self] in
                if !isFinished { path(of: caller).send(caller) }
            }
            return
        }
        guard !isStopping else {
            callersRunning -= 1
            if callersRunning == 0 { stopped.succeed() }
            return
        }
        takeTurn(caller)
    }

    /// A caller's next asks, now or when its turn comes.
    ///
    /// A turn that is late is not made up for: the load may fall behind its rate, never exceed it.
    private func takeTurn(_ caller: Int) {
        guard turns[caller] <= .now() else {
            eventLoop.assumeIsolated().scheduleTask(deadline: turns[caller]) { [self] in
                guard !isFinished else { return }
                if isStopping { proceed(caller) } else { askAnew(caller) }
            }
            return
        }
        askAnew(caller)
    }

    private func askAnew(_ caller: Int) {
        let now = NIODeadline.now()
        turns[caller] = max(turns[caller], now) + TimeAmount(plan.turn)
        let row = caller * plan.batch
        for index in row..<row + plan.batch { asks[index] = newAsk(now) }
        openCounts[caller] = plan.batch
        path(of: caller).send(caller)
    }

    private func path(of caller: Int) -> any LoadPath { paths[caller % paths.count] }

    private func newAsk(_ now: NIODeadline) -> Ask {
        let request = RandomUUID(using: &random)
        let reservation = RandomUUID(using: &random)
        let bits = random.next()
        return Ask(
            request: request,
            reservation: reservation,
            place: Int32(truncatingIfNeeded: Self.scale(bits >> 32, to: stock.places)),
            customer: Int32(
                truncatingIfNeeded: Self.scale(bits & 0xFFFF_FFFF, to: BenchStock.customers)
            ),
            began: now
        )
    }

    /// From 32 random bits to a number below `bound`, without a division.
    private static func scale(_ bits: UInt64, to bound: Int) -> UInt64 {
        (bits * UInt64(bound)) >> 32
    }
}
