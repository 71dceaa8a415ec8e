import Ledger
import LedgerClient
import Synchronization

/// Follows the changes across nodes: when a stream ends, the next node is asked behind the last
/// position that was told.
///
/// A node that says nothing for a while has failed too: a live one tells each second how far it is.
struct WatchFollower: Sendable {
    /// Takes rows in with a position behind which to go on; says whether to.
    typealias Take = @Sendable ([JournalEntry], Position) -> Bool
    /// One stream from one node, until it ends or `Take` has enough.
    typealias Stream = @Sendable (NodeAddress, Position?, @escaping Take) async throws -> Void

    private struct Progress {
        var position: Position?
        var heardAt = ContinuousClock.now
        var left: Int?
    }

    /// What the stream's thread and the one that watches over it share.
    private final class Shared: Sendable {
        let value: Mutex<Progress>
        init(_ progress: Progress) { value = Mutex(progress) }
    }

    private let progress: Shared
    private let shows: @Sendable ([JournalEntry]) -> Void
    private let counts: @Sendable (JournalEntry) -> Bool
    private let notes: @Sendable (String) -> Void
    /// A node that is silent for longer is given up.
    var silenceMax = Duration.seconds(5)

    /// Follows from a position on, for `limit` rows that count.
    init(
        after position: Position?,
        limit: Int?,
        shows: @escaping @Sendable ([JournalEntry]) -> Void,
        counts: @escaping @Sendable (JournalEntry) -> Bool,
        notes: @escaping @Sendable (String) -> Void
    ) {
        progress = Shared(Progress(position: position, left: limit))
        self.shows = shows
        self.counts = counts
        self.notes = notes
    }

    /// Goes on until it has enough, or no node gives anything for as long as `patience`.
    func follow(
        _ nodes: [NodeAddress],
        patience: Duration,
        _ stream: @escaping Stream
    ) async throws {
        var turn = 0
        while true {
            let node = nodes[turn % nodes.count]
            let failure = await attempt(node, stream)
            if progress.value.withLock({ $0.left == 0 }) { return }
            try Task.checkCancellation()
            let silence = progress.value.withLock { ContinuousClock.now - $0.heardAt }
            if let failure, silence > max(patience, silenceMax) { throw failure }
            if let failure { notes("\(node): \(failure); going on elsewhere") }
            turn += 1
            try await Task.sleep(for: .milliseconds(turn % nodes.count == 0 ? 200 : 20))
        }
    }

    /// One stream, watched over; why it ended, nil when it has enough.
    private func attempt(_ node: NodeAddress, _ stream: @escaping Stream) async -> (any Error)? {
        let position = progress.value.withLock { $0.position }
        return await withTaskGroup(of: (any Error)?.self) { group in
            group.addTask {
                do {
                    try await stream(node, position) { take($0, $1) }
                    return nil
                } catch {
                    return error
                }
            }
            group.addTask { await silence() }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    private func take(_ entries: [JournalEntry], _ position: Position) -> Bool {
        var entries = entries[...]
        let goesOn = progress.value.withLock { progress in
            progress.heardAt = .now
            guard var left = progress.left else {
                progress.position = position
                return true
            }
            var shown = 0
            for entry in entries where left > 0 {
                if counts(entry) { left -= 1 }
                shown += 1
            }
            entries = entries.prefix(shown)
            progress.left = left
            progress.position = position
            return left > 0
        }
        shows(Array(entries))
        return goesOn
    }

    /// Returns once nothing was heard for too long.
    private func silence() async -> (any Error)? {
        let begun = ContinuousClock.now
        while !Task.isCancelled {
            let heardAt = max(progress.value.withLock { $0.heardAt }, begun)
            let left = heardAt + silenceMax - ContinuousClock.now
            guard left > .zero else { return CommandFailure("nothing was heard of it") }
            try? await Task.sleep(for: left)
        }
        return nil
    }
}
