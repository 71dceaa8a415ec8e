import Raft

/// Reads that wait: for a position to be applied, or for a quorum round to confirm one.
///
/// Reads that came together share a round, and so do the peers' questions; a round without any is
/// begun now and then for the certificate of freshness alone.
struct ReadRounds {
    struct Waiting {
        var ticket: ReadTicket
        var deadline: NodeInstant
    }

    struct Query {
        var peer: NodeID
        var id: UInt64
    }

    struct Round {
        var askedAt: NodeInstant
        /// The peer that was asked; nil for a leader's own round.
        var leader: NodeID?
        var reads: [Waiting]
        var queries: [Query]
    }

    /// Gathered for the next round.
    var gathered: [Waiting] = []
    var queries: [Query] = []
    /// On their way, by the id under which they were asked.
    var rounds: [UInt64: Round] = [:]
    var lastRound: UInt64 = 0
    var lastBegunAt: NodeInstant?
    /// Confirmed or asked for by position, waiting for apply.
    var waitingForApply: [(index: LogIndex, read: Waiting)] = []
    var verdicts: [(ticket: ReadTicket, verdict: ReadVerdict)] = []

    var waitingCount: Int { gathered.count + waitingForApply.count }

    mutating func add(
        _ ticket: ReadTicket,
        _ requirement: ReadRequirement,
        deadline: NodeInstant,
        applied: LogIndex,
        limit: Int
    ) {
        guard waitingCount < limit else {
            verdicts.append((ticket, .overloaded))
            return
        }
        let waiting = Waiting(ticket: ticket, deadline: deadline)
        switch requirement {
        case .quorumRound:
            gathered.append(waiting)
        case .applied(let index):
            wait(waiting, for: index, applied: applied)
        }
    }

    mutating func addQuery(from peer: NodeID, id: UInt64, limit: Int) {
        guard queries.count < limit else { return }
        queries.append(Query(peer: peer, id: id))
    }

    mutating func wait(_ read: Waiting, for index: LogIndex, applied: LogIndex) {
        if index <= applied {
            verdicts.append((read.ticket, .ready))
        } else {
            waitingForApply.append((index, read))
        }
    }

    mutating func applied(through index: LogIndex) {
        guard !waitingForApply.isEmpty else { return }
        var remaining: [(index: LogIndex, read: Waiting)] = []
        for entry in waitingForApply {
            if entry.index <= index {
                verdicts.append((entry.read.ticket, .ready))
            } else {
                remaining.append(entry)
            }
        }
        waitingForApply = remaining
    }

    mutating func expire(now: NodeInstant) {
        if gathered.contains(where: { $0.deadline <= now }) {
            for read in gathered where read.deadline <= now {
                verdicts.append((read.ticket, .timedOut))
            }
            gathered.removeAll { $0.deadline <= now }
        }
        if waitingForApply.contains(where: { $0.read.deadline <= now }) {
            for entry in waitingForApply where entry.read.deadline <= now {
                verdicts.append((entry.read.ticket, .timedOut))
            }
            waitingForApply.removeAll { $0.read.deadline <= now }
        }
    }
}

extension ReplicaCore {
    /// Begins a round for what has gathered, or for freshness alone when none began lately.
    mutating func beginReadRounds(now: NodeInstant) {
        let status = raft.status
        let isLeader = status.role == .leader
        let freshnessIsDue =
            reads.lastBegunAt.map { now.nanoseconds(since: $0) >= settings.freshnessNanoseconds }
            ?? true
        let isAsked = !reads.gathered.isEmpty || (isLeader && !reads.queries.isEmpty)
        if !isLeader, !reads.queries.isEmpty {
            for query in reads.queries {
                peerMessages.append((query.peer, .readIndexReply(id: query.id, index: nil)))
            }
            reads.queries.removeAll(keepingCapacity: true)
        }
        guard isAsked || freshnessIsDue, reads.rounds.count < settings.readRoundsMax,
            isLeader || status.leader != nil
        else { return }

        reads.lastRound &+= 1
        reads.lastBegunAt = now
        let round = ReadRounds.Round(
            askedAt: now,
            leader: isLeader ? nil : status.leader,
            reads: reads.gathered,
            queries: reads.queries
        )
        reads.gathered.removeAll(keepingCapacity: true)
        reads.queries.removeAll(keepingCapacity: true)
        reads.rounds[reads.lastRound] = round
        if isLeader {
            stepRaft(.read(ReadToken(rawValue: reads.lastRound)))
        } else if let leader = status.leader {
            peerMessages.append((leader, .readIndexQuery(id: reads.lastRound)))
        }
    }

    mutating func takeReadOutcomes() {
        for outcome in raftEffects.readOutcomes {
            switch outcome.result {
            case .confirmed(let index):
                finishRound(outcome.token.rawValue, from: nil, index: index)
            case .failed:
                finishRound(outcome.token.rawValue, from: nil, index: nil)
            }
        }
        raftEffects.readOutcomes.removeAll(keepingCapacity: true)
    }

    /// A round is confirmed at `index`, or failed (nil): then its reads join the next one, and the
    /// peers that asked are told.
    mutating func finishRound(_ id: UInt64, from sender: NodeID?, index: LogIndex?) {
        guard let round = reads.rounds[id], round.leader == sender else { return }
        reads.rounds[id] = nil
        for query in round.queries {
            peerMessages.append((query.peer, .readIndexReply(id: query.id, index: index)))
        }
        guard let index else {
            reads.gathered.append(contentsOf: round.reads)
            return
        }
        freshness.confirm(index: index, askedAt: round.askedAt, applied: applied)
        for read in round.reads {
            reads.wait(read, for: index, applied: applied)
        }
    }

    mutating func expireReads(now: NodeInstant) {
        let lost = reads.rounds.filter {
            now.nanoseconds(since: $0.value.askedAt) >= settings.readRoundNanoseconds
        }
        for id in lost.keys.sorted() {
            finishRound(id, from: lost[id]?.leader, index: nil)
        }
        reads.expire(now: now)
    }
}
