extension RaftCore {
    /// A view of the core at this moment; complete only right after `flush`.
    public var status: Status {
        Status(
            id: id,
            role: role,
            term: term,
            vote: hardState.vote,
            leader: leader,
            last: log.last,
            snapshot: log.snapshot,
            durableIndex: storage.durableIndex,
            commitIndex: commitIndex,
            appliedIndex: appliedIndex,
            configuration: log.activeConfiguration,
            oldestWriteAgeTicks: oldestWriteAgeTicks,
            uncommittedBytes: uncommittedBytes,
            catchUp: catchUpStatus,
            transferTarget: transfer?.target,
            halt: halted
        )
    }

    private var catchUpStatus: CatchUpStatus? {
        guard let catchUp, let place = place(of: catchUp.node) else { return nil }
        return CatchUpStatus(
            node: catchUp.node,
            round: catchUp.round,
            target: catchUp.target,
            match: peers[place].match,
            applied: peers[place].applied
        )
    }

    /// What a leader knows of its peers, by name; empty on others.
    public var peerStatuses: [PeerStatus] {
        peers.map { peer in
            PeerStatus(
                id: peer.id,
                mode: peer.mode,
                match: peer.match,
                next: peer.next,
                inFlightAppends: peer.inFlight.count,
                silentTicks: peer.heardAt.distance(to: now)
            )
        }
    }

    /// The configuration in force at the applied index, which a copy of the state carries.
    public var appliedConfiguration: LoggedConfiguration { log.configurations[0] }

    /// Whether this node leads and an entry of its own term has committed.
    public var isReadyToServe: Bool { role == .leader && commitIndex >= termStartIndex }

    /// The term of an entry, durable or not; nil outside the log, whose snapshot's position is inside.
    public func term(at index: LogIndex) -> Term? { log.term(at: index) }

    /// An entry that is in memory, durable or not; nil outside the log and before the window.
    public func entry(at index: LogIndex) -> Entry? {
        index >= log.window.first && index < log.window.end ? log.window[index] : nil
    }
}
