public import Ledger
package import LedgerAPI
import SwiftProtobuf

/// An admin's changes of the cluster: any node takes them and hands them to the leader.
///
/// They have no request id, so a change is asked for again only after an attempt that certainly did
/// nothing. When an attempt leaves it open, the call ends, ``EstoqueError/isOutcomeUnknown``, and its message tells what
/// the cluster's status shows. A change that is bound to a configuration can be asked for again even then: it is not made
/// twice.
extension EstoqueClient {
    /// Begins a change of members; how it goes on is seen in the cluster's status.
    ///
    /// - Parameters:
    ///   - change: What is wanted.
    ///   - configuration: Where the log has the configuration that the caller has seen: if it is another
    ///     by now, nothing is changed (CONFIGURATION_MOVED). Nil takes any.
    ///   - timeout: For all attempts together; the client's own when nil.
    /// - Returns: Where the leader's log has the change's first entry.
    /// - Throws: Why it was not begun, or that nobody knows.
    public func change(
        _ change: MemberChange,
        expecting configuration: Position? = nil,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Position {
        let request = change.request(expecting: configuration?.rawValue)
        let answer: ProtoChangeMembersResponse = try await begin(
            change.path,
            request,
            timeout: timeout,
            isSeen: { change.isSeen(in: $0) }
        )
        return Position(answer.configurationPosition)
    }

    /// Has another voter lead: the one that is named, or the one that has the most of the log.
    ///
    /// - Returns: To whom leadership is on its way.
    public func transferLeadership(
        to node: String? = nil,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> String {
        let answer: ProtoTransferLeadershipResponse = try await begin(
            ServicePath.transferLeadership,
            ProtoTransferLeadershipRequest.with { $0.nodeID = node ?? "" },
            timeout: timeout,
            isSeen: { status in
                node.map { [status.transferTargetID, status.leaderID].contains($0) }
                    ?? status.hasTransferTargetID
            }
        )
        return answer.nodeID
    }

    /// What the leader says of itself and of the others, whichever node is asked for it.
    package func leaderStatus(
        through node: NodeAddress? = nil,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> ProtoGetStatusResponse {
        try await ask(
            ServicePath.getStatus,
            ProtoGetStatusRequest.with { $0.ofLeader = true },
            of: node,
            timeout: timeout
        )
    }

    private func begin<Answer: Message>(
        _ path: String,
        _ request: any Message,
        timeout: Duration?,
        isSeen: (ProtoGetStatusResponse) -> Bool
    ) async throws(EstoqueError) -> Answer {
        do throws(Failover.Failure) {
            return try await call(path, request, timeout: timeout, isRepeatable: false)
        } catch {
            guard error.isOutcomeUnknown else { throw EstoqueError(error.problem) }
            throw await whatIsKnown(after: error.problem, isSeen)
        }
    }

    /// The error that says what the status shows of a change whose outcome is unknown.
    private func whatIsKnown(
        after problem: Problem,
        _ isSeen: (ProtoGetStatusResponse) -> Bool
    ) async -> EstoqueError {
        var problem = problem
        problem.reason = .outcomeUnknown
        let said = "it is not known whether the change was begun (\(problem.message))"
        do throws(EstoqueError) {
            let status = try await leaderStatus(timeout: failover.options.attemptTimeout)
            let isSeen = isSeen(status)
            problem.metadata[MetadataName.configurationPosition] =
                String(status.configurationPosition)
            problem.metadata[MetadataName.isChangeSeen] = String(isSeen)
            problem.message =
                "\(said); "
                + (isSeen
                    ? "the leader, \(status.nodeID), shows it"
                    : "the leader, \(status.nodeID), shows nothing of it so far")
        } catch {
            problem.message = "\(said), and no leader tells how things stand"
        }
        return EstoqueError(problem, isOutcomeUnknown: true)
    }
}
