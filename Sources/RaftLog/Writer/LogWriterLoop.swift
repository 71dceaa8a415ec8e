import Raft
import Threads

/// What the writer's thread does: take everything, write it as groups, report, until the end.
final class LogWriterLoop {
    private let store: LogStore
    private let queue: Monitor<CommandQueue>
    private let exchange: (any SnapshotExchange)?
    private let report: @Sendable (LogEvent) -> Void
    private var commands: [LogCommand] = []
    private var syncTimes = TimeHistogram()
    private var isWaitingForSpace = false

    init(
        store: LogStore,
        queue: Monitor<CommandQueue>,
        exchange: (any SnapshotExchange)?,
        report: @escaping @Sendable (LogEvent) -> Void
    ) {
        self.store = store
        self.queue = queue
        self.exchange = exchange
        self.report = report
    }

    /// Works until the queue is closed or the log fails.
    func run() {
        var next = 0
        do {
            while try take() {
                next = 0
                while next < commands.count {
                    guard let done = try perform(from: next) else { return end() }
                    next = done
                }
            }
            try store.close()
        } catch {
            fail(error, at: next)
        }
        end()
    }

    /// Waits for commands; `false` when there will be none.
    private func take() throws(LogError) -> Bool {
        while true {
            // Idle for a while: time to make the mark durable, with nobody waiting.
            let timeout = store.isUnsettled ? store.limits.idleInterval : nil
            let hasTaken = queue.wait(timeout: timeout) { queue -> Bool? in
                if queue.take(into: &commands) { return true }
                return queue.isClosing ? false : nil
            }
            if let hasTaken { return hasTaken }
            try store.settle()
        }
    }

    /// Does one group or one other command; waits for space if need be.
    ///
    /// - Returns: The position after what was done; `nil` if the log was closed while it waited.
    private func perform(from position: Int) throws(LogError) -> Int? {
        while true {
            do {
                let next = try attempt(from: position)
                setWaitingForSpace(false)
                return next
            } catch {
                guard case .noSpace = error, store.failure == nil else { throw error }
                if !isWaitingForSpace { report(.waitingForSpace(error)) }
                setWaitingForSpace(true)
            }
            let isClosing = queue.wait(timeout: store.limits.spaceRetryInterval) { queue in
                queue.isClosing ? true : nil
            }
            if isClosing == true { return nil }
        }
    }

    private func attempt(from position: Int) throws(LogError) -> Int {
        switch commands[position] {
        case .persist(let batch):
            if let install = batch.install { try exchange?.exchange(install) }
            let next = try store.appendGroup(of: commands, startingAt: position)
            try sync()
            if let install = batch.install { try exchange?.settle(install) }
            report(.durable(through: store.durableTicket))
            return next
        case .compact(let index):
            if let base = try store.compact(through: index) { report(.compacted(to: base)) }
        case .reset(let base):
            try store.reset(to: base)
            report(.reset(to: base))
        }
        return position + 1
    }

    private func sync() throws(LogError) {
        let start = ContinuousClock.now
        try store.sync()
        syncTimes.record(.now - start)
        let counters = store.counters
        queue.update { queue in
            queue.metrics.counters = counters
            queue.metrics.syncTimes = syncTimes
        }
    }

    private func setWaitingForSpace(_ isWaiting: Bool) {
        guard isWaiting != isWaitingForSpace else { return }
        isWaitingForSpace = isWaiting
        queue.update { $0.metrics.isShortOfSpace = isWaiting }
    }

    /// Reports the one failure, with the first batch that it may have taken.
    private func fail(_ error: LogError, at position: Int) {
        let rest = commands.dropFirst(position)
        let tickets = rest.lazy.compactMap { command -> Ticket? in
            if case .persist(let batch) = command { batch.ticket } else { nil }
        }
        report(.failed(error, firstTicket: tickets.first))
    }

    /// Leaves the directory free and the queue shut.
    private func end() {
        // Does nothing after a close; after a failure it writes nothing and cannot fail.
        try? store.close()
        queue.update { $0.end() }
    }
}
