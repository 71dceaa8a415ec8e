import GRPCWire
import Ledger
import LedgerAPI
import LedgerStore
import NIOCore
import Replica

/// Facts that were put aside, settled with what this node has kept of them.
///
/// The client names the fact and nothing else, so nobody can book another in its place; what the log gets
/// has the fact as this node reads it, with its link, and applies only while that is still put aside.
extension LedgerServices {
    func registerReplay(of books: any LedgerBooks, in router: inout GRPCRouter) {
        router.unary(CommandMethod.replayFact.path) { bytes, call in
            do throws(Problem) {
                let copy = bytes.readableBytesSpan.withUnsafeBytes { [UInt8]($0) }
                let (incoming, drops) = try IncomingRequest.replay(from: copy)
                replay(incoming, drops: drops, books, for: call)
            } catch {
                call.fail(GRPCStatus(error))
            }
        }
    }

    private func replay(
        _ incoming: IncomingRequest,
        drops: Bool,
        _ books: any LedgerBooks,
        for call: GRPCServerCall
    ) {
        guard case .replayFact(let bare) = incoming.request.command else {
            preconditionFailure("the message has one kind of command")
        }
        let deadline = deadline(of: call)
        let handle = call.handle
        let fail: @Sendable (Problem) -> Void = { handle.fail(GRPCStatus($0)) }
        // What was put aside a moment ago, anywhere, is in this node's database first.
        node.location(bare.mark.location, consistency: .linearizable, deadline: deadline) {
            [self] read in
            switch read {
            case .failure(let failure): fail(problem(failure))
            case .success(let location):
                books.quarantinedFact(
                    bare.mark,
                    minPosition: location.stamp.position,
                    deadline: deadline
                ) { [self] found in
                    switch found {
                    case .failure(let failure): fail(problem(failure))
                    case .success(let aside):
                        guard let aside = aside.value else {
                            answerAgain(incoming, bare, books, deadline, handle)
                            return
                        }
                        do throws(Problem) {
                            var incoming = incoming
                            incoming.request.command = .replayFact(
                                try bare.completed(with: aside, drops: drops)
                            )
                            submit([incoming], deadline: deadline) { _, result in
                                handle.run { $0.end(with: result, \.messageBytes) }
                            }
                        } catch {
                            fail(error)
                        }
                    }
                }
            }
        }
    }

    /// The fact isn't there: perhaps since this very request has settled it.
    private func answerAgain(
        _ incoming: IncomingRequest,
        _ bare: ReplayFact,
        _ books: any LedgerBooks,
        _ deadline: NIODeadline,
        _ handle: GRPCServerCallHandle
    ) {
        let id = incoming.request.id
        books.history(
            HistoryQuery(.request(id)),
            minPosition: nil,
            deadline: deadline
        ) { [self] history in
            let result: CommandResult
            switch history {
            case .failure(let failure): result = .failed(problem(failure))
            case .success(let history):
                if let row = history.value.entries.first?.row {
                    result =
                        row.answer(to: id, bare).map(CommandResult.answered)
                        ?? .failed(Problem(.idempotencyKeyReused(id)))
                } else {
                    result = .failed(Problem(.factNotFound(bare.mark)))
                }
            }
            handle.run { $0.end(with: result, \.messageBytes) }
        }
    }
}

extension ReplayFact {
    /// With the link and, unless it is dropped, what the payload says.
    fileprivate func completed(
        with aside: QuarantinedFact,
        drops: Bool
    ) throws(Problem) -> ReplayFact {
        var whole = self
        whole.hash = aside.fact.hash
        guard !drops else { return whole }
        switch aside.fact.content {
        case .known(let fact): whole.fact = fact
        case .unknown(let unread):
            let content = FactPayload.decode(
                kind: unread.kind,
                version: unread.version,
                bytes: unread.payload,
                at: mark.location
            )
            guard case .known(let fact) = content else { throw .unreadableFact(mark, unread) }
            whole.fact = fact
        }
        return whole
    }
}

extension Problem {
    /// This node knows no more of it than when it was put aside.
    fileprivate static func unreadableFact(_ mark: FactMark, _ unread: UnreadFact) -> Problem {
        Problem(
            code: .failedPrecondition,
            reason: .factUnreadable,
            message: "this node can't read facts of kind \(unread.kind) in version "
                + "\(unread.version), or the fact breaks a rule",
            metadata: [
                MetadataName.location: mark.location.text,
                MetadataName.epoch: String(mark.epoch),
                MetadataName.sequence: String(mark.sequence),
            ]
        )
    }
}

extension JournalRow {
    /// The answer that the request got when it settled the fact; nil when it was another request.
    fileprivate func answer(to id: RequestID, _ command: ReplayFact) -> Answer? {
        guard case .request(id, digest: _, actor: _, let outcome) = cause, kind == .replayFact,
            document?.text == command.mark.location.text, reason == command.reason
        else { return nil }
        return Answer(position: position, logTime: logTime, outcome: outcome, replayed: true)
    }
}
