package import Raft

/// Which copies of the state this node keeps for others, and which one is being made.
///
/// Book-keeping only, confined to the loop. A copy is made when a peer needs one, offered to further
/// peers while it is young, and goes when nobody has read it for a while.
package struct SnapshotShelf {
    /// A copy that is there.
    package struct Copy {
        package var description: SnapshotDescription
        package var configuration: LoggedConfiguration
        package var path: String
        package var takenAt: NodeInstant
        /// When it was last offered or read.
        package var usedAt: NodeInstant

        package init(
            description: SnapshotDescription,
            configuration: LoggedConfiguration,
            path: String,
            takenAt: NodeInstant,
            usedAt: NodeInstant
        ) {
            self.description = description
            self.configuration = configuration
            self.path = path
            self.takenAt = takenAt
            self.usedAt = usedAt
        }
    }

    /// A copy in the making.
    package struct Making {
        package var path: String
        /// It will not be of a position before this.
        package var floor: LogIndex
        /// For whom.
        package var peers: [NodeID]
    }

    private(set) var copies: [Copy] = []
    package private(set) var making: Making?
    private var lastNumber = 0
    private var failedAt: NodeInstant?

    package init() {}

    /// The log must not be compacted beyond this: a copy is of use only with the log that follows it.
    package var floor: LogIndex? {
        (copies.map(\.description.last.index) + (making.map { [$0.floor] } ?? [])).min()
    }

    /// A copy that can be offered to a peer, if the log begins after `base`.
    package mutating func offer(
        after base: LogIndex,
        now: NodeInstant,
        _ limits: SnapshotLimits
    ) -> Copy? {
        let place = copies.lastIndex { copy in
            copy.description.last.index >= base
                && now.nanoseconds(since: copy.takenAt) < limits.copyReuseMilliseconds * 1_000_000
        }
        guard let place else { return nil }
        copies[place].usedAt = now
        return copies[place]
    }

    /// Takes note that a peer waits for the copy in the making; false if there is none.
    package mutating func join(_ peer: NodeID) -> Bool {
        guard making != nil else { return false }
        if making?.peers.contains(peer) == false { making?.peers.append(peer) }
        return true
    }

    /// Names the file for a new copy.
    package mutating func begin(for peer: NodeID, floor: LogIndex, in directory: String) -> String {
        precondition(making == nil, "one copy at a time is made")
        lastNumber += 1
        let path = "\(directory)/\(lastNumber).sqlite"
        making = Making(path: path, floor: floor, peers: [peer])
        return path
    }

    /// The copy in the making is there, or there is none (nil): who waits for it.
    package mutating func end(_ copy: Copy?) -> [NodeID] {
        let peers = making?.peers ?? []
        making = nil
        if let copy { copies.append(copy) }
        return peers
    }

    /// The copy in the making failed; the next one is made after a while.
    package mutating func fail(now: NodeInstant) -> [NodeID] {
        failedAt = now
        return end(nil)
    }

    /// Whether a copy may be made: none is, and the last failure is a while ago.
    package func mayBegin(now: NodeInstant, _ limits: SnapshotLimits) -> Bool {
        guard making == nil else { return false }
        guard let failedAt else { return true }
        return now.nanoseconds(since: failedAt) >= limits.copyRetryMilliseconds * 1_000_000
    }

    /// The copy at a position, for somebody who reads it now.
    package mutating func use(at position: LogPosition, now: NodeInstant) -> Copy? {
        guard let place = copies.lastIndex(where: { $0.description.last == position }) else {
            return nil
        }
        copies[place].usedAt = now
        return copies[place]
    }

    /// Strikes off what nobody uses any more, and what is too many; gives the files to be removed.
    package mutating func expire(now: NodeInstant, _ limits: SnapshotLimits) -> [String] {
        var removed = copies.filter {
            now.nanoseconds(since: $0.usedAt) >= limits.copyIdleMilliseconds * 1_000_000
        }
        copies.removeAll { copy in removed.contains { $0.path == copy.path } }
        let surplus = max(0, copies.count - limits.copiesMax)
        removed += copies.prefix(surplus)
        copies.removeFirst(surplus)
        return removed.map(\.path)
    }

    /// Strikes off everything: the state that they were copies of is history.
    package mutating func removeAll() -> [String] {
        defer { copies = [] }
        return copies.map(\.path)
    }
}
