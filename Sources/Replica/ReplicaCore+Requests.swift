import DequeModule
import Ledger
import Raft

/// The way of a request: queue, proposal or forwarding, verdict.
extension ReplicaCore {
    mutating func enqueue(_ request: QueuedRequest) {
        guard queue.count < settings.queuedRequestsMax,
            queuedBytes + request.entry.count <= settings.queuedBytesMax
        else {
            finish(request.origin, .overloaded)
            return
        }
        queuedBytes += request.entry.count
        queue.append(request)
    }

    /// Everything that waits becomes one proposal on a leader, or is forwarded by a follower.
    mutating func proposeQueued(wallMicroseconds: UInt64, now: NodeInstant) {
        guard !queue.isEmpty else { return }
        let status = raft.status
        if status.role == .leader {
            proposeAsLeader(wallMicroseconds: wallMicroseconds)
        } else if let leader = status.leader, leader != id {
            forwardAll(to: leader, now: now)
        } else {
            refusePeersRequests()
        }
    }

    private mutating func proposeAsLeader(wallMicroseconds: UInt64) {
        let room = settings.unappliedMax - pending.count
        let count = min(room, queue.count)
        guard count > 0 else { return }
        var payloads: [[UInt8]] = []
        payloads.reserveCapacity(count)
        for index in 0..<count {
            payloads.append(queue[index].entry)
            queue[index].entry = []
            queuedBytes -= payloads[index].count
            LedgerEntry.restamp(
                &payloads[index],
                with: LogTime(microseconds: wallMicroseconds)
            )
        }
        lastProposal += 1
        proposing = (ProposalToken(rawValue: lastProposal), queue.prefix(count).map(\.origin))
        queue.removeFirst(count)
        stepRaft(
            .propose(
                Proposal(token: ProposalToken(rawValue: lastProposal), payloads: payloads)
            )
        )
        takeProposalOutcomes()
    }

    /// The core answers a proposal in the step that takes it.
    mutating func takeProposalOutcomes() {
        for outcome in raftEffects.proposalOutcomes {
            guard let (token, origins) = proposing, token == outcome.token else { continue }
            proposing = nil
            switch outcome.result {
            case .accepted(let first, _):
                if settings.raft.has(.answersBeforeCommit) {
                    answerUncommitted(origins, from: first)
                    return
                }
                for (offset, origin) in origins.enumerated() {
                    let position = LogPosition(
                        index: first.index.advanced(by: offset),
                        term: first.term
                    )
                    pending.append(PendingRequest(position: position, origin: origin))
                }
            case .refused(.overloaded):
                for origin in origins { finish(origin, .overloaded) }
            case .refused(.notLeader), .refused(.transferring):
                for origin in origins { finish(origin, .noLeader) }
            }
        }
        raftEffects.proposalOutcomes.removeAll(keepingCapacity: true)
    }

    /// A known mistake: tells what would be, were the log to end here and everything in it commit.
    private mutating func answerUncommitted(_ origins: [Origin], from first: LogPosition) {
        raftEffects.proposalOutcomes.removeAll(keepingCapacity: true)
        var future = state
        var ignored = LedgerChanges()
        for (offset, origin) in origins.enumerated() {
            let index = first.index.advanced(by: offset)
            guard let entry = raft.entry(at: index),
                let command = try? LedgerEntry.decode(entry.payload.span.bytes),
                let outcome = try? LedgerRules.apply(
                    command,
                    at: Position(index.rawValue),
                    to: &future,
                    changes: &ignored
                ), let answer = outcome.answer
            else { continue }
            finish(origin, .answered(answer))
        }
    }

    private mutating func forwardAll(to leader: NodeID, now: NodeInstant) {
        while let request = queue.popFirst() {
            queuedBytes -= request.entry.count
            guard case .local(let token) = request.origin else {
                // It has been forwarded once already; its sender looks for the leader again.
                finish(request.origin, .noLeader)
                continue
            }
            guard forwarded.count < settings.forwardedMax else {
                finish(request.origin, .overloaded)
                continue
            }
            lastForwardID &+= 1
            forwarded[lastForwardID] = ForwardedRequest(
                token: token,
                leader: leader,
                deadline: request.deadline
            )
            peerMessages.append((leader, .forward(id: lastForwardID, entry: request.entry)))
        }
    }

    /// Without a leader, this node's own clients wait a little; others are told at once.
    private mutating func refusePeersRequests() {
        guard queue.contains(where: { if case .peer = $0.origin { true } else { false } })
        else { return }
        let waiting = queue
        queue.removeAll(keepingCapacity: true)
        for request in waiting {
            if case .peer = request.origin {
                queuedBytes -= request.entry.count
                finish(request.origin, .noLeader)
            } else {
                queue.append(request)
            }
        }
    }

    /// Hands a result to whoever asked.
    mutating func finish(_ origin: Origin, _ result: SubmitResult) {
        switch origin {
        case .local(let token):
            verdicts.append((token, .result(result)))
        case .peer(let peer, let id):
            peerMessages.append((peer, .forwardReply(id: id, ForwardResult(result))))
        case .none:
            break
        }
    }

    /// Tells whoever asked where the boundary is.
    mutating func finishBoundary(_ origin: Origin, at index: LogIndex) {
        switch origin {
        case .local(let token):
            verdicts.append((token, .boundary(Position(index.rawValue))))
        case .peer(let peer, let id):
            peerMessages.append((peer, .forwardReply(id: id, .boundary(index))))
        case .none:
            break
        }
    }

    /// Leadership ended: what was proposed and not applied may commit under another leader.
    mutating func abandonPending() {
        while let request = pending.popFirst() {
            finish(request.origin, .unknown)
        }
    }

    /// The peer (or any, for nil) won't answer what was forwarded to it.
    mutating func abandonForwarded(to peer: NodeID?) {
        let leader = raft.status.leader
        let lost = forwarded.filter { entry in
            peer.map { entry.value.leader == $0 } ?? (entry.value.leader != leader)
        }
        for id in lost.keys.sorted() {
            guard let request = forwarded.removeValue(forKey: id) else { continue }
            verdicts.append((request.token, .result(.unknown)))
        }
    }

    mutating func receive(_ message: PeerMessage, from sender: NodeID, now: NodeInstant) {
        switch message {
        case .forward(let id, let entry):
            // Its deadline is kept by the node that has the client.
            let patience = now.advanced(byNanoseconds: settings.leaderWaitNanoseconds)
            enqueue(
                QueuedRequest(
                    origin: .peer(sender, id: id),
                    entry: entry,
                    deadline: patience,
                    waitsUntil: patience
                )
            )
        case .forwardReply(let id, let result):
            guard let request = forwarded[id], request.leader == sender else { return }
            forwarded[id] = nil
            if let verdict = SubmitVerdict(result) {
                verdicts.append((request.token, verdict))
            } else {
                malformedMessages += 1
                verdicts.append((request.token, .result(.unknown)))
            }
        case .readIndexQuery(let id):
            reads.addQuery(from: sender, id: id, limit: settings.readsWaitingMax)
        case .readIndexReply(let id, let index):
            finishRound(id, from: sender, index: index)
        case .admin(let id, let request):
            receive(request, id: id, from: sender)
        case .adminReply(let id, let result):
            receive(result, id: id, from: sender)
        case .snapshotRequest(let position, let offset):
            receiveRequest(for: position, offset: offset, from: sender)
        case .snapshotChunk(let position, let chunk):
            receive(chunk, of: position, from: sender)
        case .snapshotGone(let position):
            receiveGone(position, from: sender)
        }
    }

    /// What waits past its deadline is refused: nothing of it was written anywhere.
    mutating func expireWaiting(now: NodeInstant) {
        if let first = queue.first, first.waitsUntil <= now {
            let isLeader = raft.status.role == .leader
            let waiting = queue
            queue.removeAll(keepingCapacity: true)
            for request in waiting {
                if request.waitsUntil <= now {
                    queuedBytes -= request.entry.count
                    finish(request.origin, isLeader ? .overloaded : .noLeader)
                } else {
                    queue.append(request)
                }
            }
        }
        if !forwarded.isEmpty, now >= nextForwardedCheck {
            nextForwardedCheck = now.advanced(byNanoseconds: 100_000_000)
            for id in forwarded.filter({ $0.value.deadline <= now }).keys.sorted() {
                guard let request = forwarded.removeValue(forKey: id) else { continue }
                verdicts.append((request.token, .result(.unknown)))
            }
        }
        expireReads(now: now)
    }

    /// Something is due and nothing flows that would carry the time: the leader moves it on.
    mutating func proposeTickIfDue(wallMicroseconds: UInt64) {
        guard let due = state.earliestExpiry, due.microseconds <= wallMicroseconds,
            pending.isEmpty, queue.isEmpty, toApply.isEmpty, raft.status.role == .leader
        else { return }
        var entry: [UInt8] = []
        LedgerEntry(stamp: LogTime(microseconds: wallMicroseconds), content: .tick)
            .encode(into: &entry)
        lastProposal += 1
        proposing = (ProposalToken(rawValue: lastProposal), [.none])
        stepRaft(
            .propose(Proposal(token: ProposalToken(rawValue: lastProposal), payloads: [entry]))
        )
        takeProposalOutcomes()
    }
}

extension ForwardResult {
    init(_ result: SubmitResult) {
        switch result {
        case .answered(let answer):
            var bytes: [UInt8] = []
            answer.encode(into: &bytes)
            self = .answered(bytes)
        case .noLeader: self = .noLeader
        case .overloaded: self = .overloaded
        case .unknown: self = .unknown
        }
    }
}

extension SubmitVerdict {
    /// Nil when the leader's answer can't be understood.
    init?(_ result: ForwardResult) {
        switch result {
        case .answered(let bytes):
            guard let answer = try? Answer.decode(bytes.span.bytes) else { return nil }
            self = .result(.answered(answer))
        case .boundary(let index): self = .boundary(Position(index.rawValue))
        case .noLeader: self = .result(.noLeader)
        case .overloaded: self = .result(.overloaded)
        case .unknown: self = .result(.unknown)
        }
    }
}
