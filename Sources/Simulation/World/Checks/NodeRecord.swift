import Raft

/// What is known of one node from outside: what it gave to its disk, what is surely there, what it
/// promised and how far it got.
struct NodeRecord: Sendable {
    /// A write as it was issued, with the hashes of its entries.
    struct Write: Sendable {
        var ticket: Ticket
        /// The state that is installed with it.
        var install: SnapshotInstall?
        /// The disk as a fetched state leaves it: its log takes the place of this one.
        var base: (log: LogTrail, configurations: [LoggedConfiguration])?
        var hardState: HardState?
        var truncateFrom: LogIndex?
        var entries: [Item]
    }

    struct Item: Sendable {
        var hash: UInt64
        var term: Term
        var configuration: LoggedConfiguration?
    }

    /// A log and a hard state, as a disk has them.
    struct Disk: Sendable {
        var hardState = HardState()
        var log = LogTrail()
        /// The configurations in the log, but for the one that the cluster began with.
        var configurations: [LoggedConfiguration] = []

        mutating func take(_ write: Write) {
            if let base = write.base { (log, configurations) = base }
            if let hardState = write.hardState { self.hardState = hardState }
            if let from = write.truncateFrom { truncate(from: from) }
            for item in write.entries { append(item) }
        }

        mutating func append(_ item: Item) {
            log.append(item.hash, term: item.term)
            if let configuration = item.configuration { configurations.append(configuration) }
        }

        mutating func truncate(from index: LogIndex) {
            log.truncate(from: index)
            configurations.removeAll { $0.index >= index }
        }
    }

    /// Everything that was issued.
    private(set) var issued = Disk()
    /// What survives any crash.
    private(set) var durable = Disk()
    /// Issued and not known to be durable.
    private(set) var writes: [Write] = []

    /// An install that a crash has interrupted: a start may have completed it, and died in turn.
    private var interrupted: SnapshotInstall?

    /// Whom it voted for, by term, in all of its lives.
    private(set) var votes: [Term: NodeID] = [:]

    // Of this life.
    var term: Term = 0
    var commit: LogIndex = 0
    var applied: LogIndex = 0
    /// What it went by at the end of its last turn.
    var configuration: Configuration?

    /// The core handed out a write.
    mutating func issue(
        _ batch: PersistBatch,
        _ registry: inout LogRegistry,
        _ committed: CommittedLog
    ) throws(Violation) {
        var write = Write(
            ticket: batch.ticket,
            install: batch.install,
            hardState: batch.hardState,
            truncateFrom: batch.truncateFrom,
            entries: []
        )
        if let install = batch.install { write.base = try issue(install, committed) }
        if let from = batch.truncateFrom { issued.truncate(from: from) }
        if let hardState = batch.hardState { issued.hardState = hardState }
        for entry in batch.entries {
            guard entry.index == issued.log.lastIndex.next else {
                throw Violation(
                    .logsMatch,
                    "entry \(entry.position) is appended to a log that ends at "
                        + "\(issued.log.lastIndex)"
                )
            }
            let item = Item(
                hash: try registry.note(entry, after: issued.log.lastHash),
                term: entry.term,
                configuration: LoggedConfiguration(entry)
            )
            issued.append(item)
            write.entries.append(item)
        }
        writes.append(write)
    }

    /// A state from elsewhere takes the place of the log up to its position.
    ///
    /// - Returns: What is left then; nil if the log stays as it is.
    private mutating func issue(
        _ install: SnapshotInstall,
        _ committed: CommittedLog
    ) throws(Violation) -> (log: LogTrail, configurations: [LoggedConfiguration])? {
        guard committed.trail.term(at: install.last.index) == install.last.term else {
            throw Violation(.snapshots, "the state of \(install.last) was never committed")
        }
        guard !install.keepsSuffix else {
            let kept = issued.log.hash(at: install.last.index)
            guard kept == committed.trail.hash(at: install.last.index) else {
                throw Violation(.snapshots, "a log that differs from \(install.last) was kept")
            }
            return nil
        }
        beginLog(after: install.last.index, committed)
        return (issued.log, issued.configurations)
    }

    private mutating func beginLog(after index: LogIndex, _ committed: CommittedLog) {
        issued.log.replace(with: committed.trail, through: index)
        issued.configurations = committed.configurations.filter { $0.index <= index }
    }

    /// A start completed an install that a crash had interrupted.
    mutating func completeInstall(
        _ last: LogPosition,
        _ hardState: HardState,
        _ committed: CommittedLog
    ) throws(Violation) {
        guard committed.trail.term(at: last.index) == last.term else {
            throw Violation(.snapshots, "the state of \(last) was never committed")
        }
        if issued.log.term(at: last.index) != last.term { beginLog(after: last.index, committed) }
        // The term may have risen to that of the state, without a vote.
        guard hardState == issued.hardState || hardState == HardState(term: last.term) else {
            throw Violation(.oneVote, "an install left term \(hardState.term) with another vote")
        }
        issued.hardState = hardState
        durable = issued
        interrupted = nil
    }

    /// The disk has synced everything up to a ticket.
    mutating func becameDurable(through ticket: Ticket) {
        var done = 0
        while done < writes.count, writes[done].ticket <= ticket {
            durable.take(writes[done])
            done += 1
        }
        writes.removeFirst(done)
    }

    /// After a crash the disk holds what was durable, and of the rest a beginning.
    ///
    /// - Parameters:
    ///   - hardState: As it was found.
    ///   - last: The log's end, as it was found.
    ///   - hash: Of the log that was found.
    ///   - committed: What the cluster has committed: a state that was being taken over may be there.
    /// - Returns: How many writes were lost that had been issued.
    /// - Throws: `Violation` if it is anything else.
    mutating func recover(
        hardState: HardState,
        last: LogPosition,
        hash: UInt64,
        _ committed: CommittedLog
    ) throws(Violation) -> Int {
        var disk = durable
        var rest = writes[...]
        while !isFound(disk, hardState, last, hash) {
            guard let write = rest.popFirst() else {
                if let completed = completed(hardState, committed),
                    isFound(completed, hardState, last, hash)
                {
                    disk = completed
                    break
                }
                throw Violation(
                    .recovery,
                    "found term \(hardState.term), vote \(hardState.vote?.name ?? "-"), log to "
                        + "\(last); durable were term \(durable.hardState.term), vote "
                        + "\(durable.hardState.vote?.name ?? "-"), log to "
                        + "\(durable.log.lastIndex)@\(durable.log.lastTerm), and "
                        + "\(writes.count) writes more were issued"
                )
            }
            disk.take(write)
        }
        if let lost = rest.last(where: { $0.install != nil }) { interrupted = lost.install }
        durable = disk
        issued = disk
        writes = []
        term = hardState.term
        commit = 0
        applied = 0
        return rest.count
    }

    /// What an interrupted install leaves that an earlier start has completed.
    private func completed(_ hardState: HardState, _ committed: CommittedLog) -> Disk? {
        let install = writes.last { $0.install != nil }?.install ?? interrupted
        guard let install,
            hardState == durable.hardState || hardState == HardState(term: install.last.term)
        else { return nil }
        var copy = self
        copy.beginLog(after: install.last.index, committed)
        copy.issued.hardState = hardState
        return copy.issued
    }

    private func isFound(
        _ disk: Disk,
        _ hardState: HardState,
        _ last: LogPosition,
        _ hash: UInt64
    ) -> Bool {
        disk.hardState == hardState && disk.log.lastIndex == last.index
            && disk.log.lastTerm == last.term && disk.log.lastHash == hash
    }

    /// The node told another one of its vote.
    mutating func voted(for candidate: NodeID, in term: Term) throws(Violation) {
        if let earlier = votes[term], earlier != candidate {
            throw Violation(.oneVote, "voted for \(earlier) and for \(candidate) in term \(term)")
        }
        votes[term] = candidate
    }
}

extension LoggedConfiguration {
    /// The configuration that an entry carries, if it carries one.
    init?(_ entry: Entry) {
        guard entry.kind == .configuration,
            let configuration = try? Configuration(payload: entry.payload)
        else { return nil }
        self.init(index: entry.index, configuration: configuration)
    }
}
