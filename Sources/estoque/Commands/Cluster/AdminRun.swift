import Ledger
import LedgerAPI
import LedgerClient

/// Has a task done: looks, asks, and watches until it is done or can't be.
///
/// What is asked is bound to the configuration that was seen before, so that two admins can't cross each
/// other, and a change whose answer got lost isn't made twice.
struct AdminRun<Admin: ClusterAdmin> {
    let admin: Admin
    let task: AdminTask
    /// For everything together.
    let limit: Duration
    /// Whether to watch it to its end.
    let isWaiting: Bool
    var progress: ChangeProgress

    private let start = ContinuousClock.now

    /// So long a leader may be looked for before the task is begun.
    private static var askingMax: Duration { .seconds(15) }
    /// So long nobody need say anything before the watch ends.
    private static var silenceMax: Duration { .seconds(30) }
    private static var pause: Duration { .milliseconds(100) }

    init(
        _ task: AdminTask,
        on admin: Admin,
        limit: Duration,
        isWaiting: Bool,
        progress: ChangeProgress
    ) {
        self.admin = admin
        self.task = task
        self.limit = limit
        self.isWaiting = isWaiting
        self.progress = progress
    }

    private var elapsed: Duration { ContinuousClock.now - start }

    /// Has it done, or finds out why not.
    mutating func run() async -> AdminResult {
        let before = await newest()
        var result: AdminResult
        switch task {
        case .change(let change): result = await run(change, seen: before)
        case .transfer(let target): result = await transfer(to: target, seen: before)
        }
        progress.end()
        result.elapsed = elapsed
        return result
    }

    /// The members as the leader sees them, or else as whoever has heard most of them.
    private func newest() async -> NodeReport? {
        if let report = await admin.leaderReport() { return report }
        return await admin.nodes().compactMap(\.report)
            .filter { !$0.isRemoved && !$0.members.isEmpty }
            .max { $0.configuration < $1.configuration }
    }

    // MARK: - Members

    private mutating func run(_ change: MemberChange, seen: NodeReport?) async -> AdminResult {
        let accepted: UInt64
        do throws(EstoqueError) {
            accepted =
                try await admin.change(
                    change,
                    expecting: seen.map { Position($0.configuration) },
                    timeout: min(limit, Self.askingMax)
                ).rawValue
        } catch {
            guard let position = Self.begun(error, after: seen) else {
                return result(of: error, seen)
            }
            accepted = position
        }
        progress.show(.begun(at: accepted), after: elapsed)
        guard isWaiting else {
            return result(
                .accepted,
                "begun at position \(accepted); 'estoque cluster status' shows how it goes on",
                seen,
                accepted: accepted
            )
        }
        return await watch(ChangeGoal(change), accepted: accepted)
    }

    /// Where the change is, if its answer got lost and the status shows it all the same.
    private static func begun(_ error: EstoqueError, after seen: NodeReport?) -> UInt64? {
        guard error.isOutcomeUnknown, let seen,
            error.problem.metadata[MetadataName.isChangeSeen] == "true",
            let position = error.problem.metadata[MetadataName.configurationPosition]
                .flatMap({ UInt64($0) }),
            position > seen.configuration
        else { return nil }
        return position
    }

    private mutating func watch(_ goal: ChangeGoal, accepted: UInt64) async -> AdminResult {
        let end = await follow { reports in
            // A node that has less of the log than another may not know of the end yet.
            var phase: ChangePhase?
            for report in reports {
                switch goal.verdict(in: report, accepted: accepted) {
                case .goingOn(let its): phase = phase ?? its
                case let verdict: return .over(verdict, report)
                }
            }
            return .goingOn(phase ?? .silence)
        }
        switch end {
        case .over(.done, let report):
            return result(.done, goal.achievement, report, accepted: accepted)
        case .over(.givenUp(let givenUp), let report):
            return result(
                .givenUp,
                givenUp.explanation(in: report),
                report,
                accepted: accepted,
                reason: givenUp.reason.rawValue
            )
        case .over(_, let report):
            return result(
                .undone,
                "the cluster shows nothing of the change any more: its leader ended before it was "
                    + "committed, or another change took it back; look at 'estoque cluster status', "
                    + "and begin again",
                report,
                accepted: accepted
            )
        case .outOfTime(let phase, let report):
            return result(
                .timedOut,
                "\(phase.text), and goes on without this command; 'estoque cluster status' shows it",
                report,
                accepted: accepted
            )
        }
    }

    // MARK: - Leadership

    private mutating func transfer(to wanted: String?, seen: NodeReport?) async -> AdminResult {
        if let wanted, seen?.node == wanted, seen?.role == "leader" {
            return result(.done, "\(wanted) leads already.", seen)
        }
        let target: String
        do throws(EstoqueError) {
            target = try await admin.transferLeadership(
                to: wanted,
                timeout: min(limit, Self.askingMax)
            )
        } catch {
            return result(of: error, seen)
        }
        progress.show(.transferring(to: target), after: elapsed)
        guard isWaiting else {
            return result(.accepted, "leadership is on its way to \(target)", seen)
        }
        let end = await follow { reports in
            if let report = reports.first(where: { $0.leader == target }) {
                return .over(.done, report)
            }
            // Only a leader knows that nothing is on its way any more.
            if let report = reports.first(where: { $0.role == "leader" }),
                report.transferTarget != target
            {
                return .over(.undone, report)
            }
            return .goingOn(reports.isEmpty ? .silence : .transferring(to: target))
        }
        switch end {
        case .over(.done, let report): return result(.done, "\(target) leads.", report)
        case .over(_, let report):
            return result(
                .givenUp,
                "\(target) did not take over within an election timeout; \(report.node) leads, and "
                    + "takes writes. 'estoque cluster status' shows whether \(target) is reached and "
                    + "has everything",
                report,
                reason: "no_progress"
            )
        case .outOfTime(let phase, let report): return result(.timedOut, phase.text, report)
        }
    }

    // MARK: - Watching

    /// What is seen in a look.
    private enum Sight {
        case goingOn(ChangePhase)
        case over(ChangeVerdict, NodeReport)
    }

    private enum End {
        case over(ChangeVerdict, NodeReport)
        case outOfTime(ChangePhase, NodeReport?)
    }

    /// Looks again and again, by the leader's word or else by anybody's, until it is over or the time is.
    private mutating func follow(_ read: ([NodeReport]) -> Sight) async -> End {
        var heardAt = elapsed
        var last: NodeReport?
        while true {
            var reports = await admin.leaderReport().map { [$0] } ?? []
            if reports.isEmpty { reports = await admin.nodes().compactMap(\.report) }
            if let report = reports.first {
                heardAt = elapsed
                last = report
            }
            let phase: ChangePhase
            switch read(reports) {
            case .over(let verdict, let report): return .over(verdict, report)
            case .goingOn(let its): phase = its
            }
            progress.show(phase, after: elapsed)
            let isOver = elapsed >= limit || elapsed - heardAt >= Self.silenceMax
            guard !isOver, (try? await Task.sleep(for: Self.pause)) != nil else {
                return .outOfTime(phase, last)
            }
        }
    }

    // MARK: - Results

    private func result(
        _ outcome: AdminResult.Outcome,
        _ message: String,
        _ report: NodeReport?,
        accepted: UInt64? = nil,
        reason: String? = nil
    ) -> AdminResult {
        AdminResult(
            task: task,
            outcome: outcome,
            reason: reason,
            message: message,
            accepted: accepted,
            // What a removed node knows of the others is not so any more.
            report: report.flatMap { $0.isRemoved ? nil : $0 },
            elapsed: elapsed
        )
    }

    private func result(of error: EstoqueError, _ seen: NodeReport?) -> AdminResult {
        let outcome: AdminResult.Outcome =
            if error.isOutcomeUnknown { .unknown } else if error.isUnavailable {
                .unavailable
            } else { .refused }
        return result(outcome, error.explanation, seen, reason: error.reason.rawValue)
    }
}
