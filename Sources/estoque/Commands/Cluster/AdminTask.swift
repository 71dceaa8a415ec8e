import LedgerClient

/// What an admin wants done.
enum AdminTask: Equatable, Sendable {
    case change(MemberChange)
    /// Another leader: this voter, or the best one.
    case transfer(to: String?)

    /// The command's word for it.
    var verb: String {
        switch self {
        case .change(.add): "add"
        case .change(.remove): "remove"
        case .change(.replace): "replace"
        case .change(.promote): "promote"
        case .change(.demote): "demote"
        case .transfer: "transfer-leader"
        }
    }

    /// Whom it is about: who comes, goes, or is to lead.
    var node: String? {
        switch self {
        case .change(.add(let node, _, _)), .change(.remove(let node)),
            .change(.promote(let node)), .change(.demote(let node)):
            node
        case .change(.replace(_, let new, _)): new
        case .transfer(let target): target
        }
    }

    /// The voter whose place is taken.
    var replaced: String? {
        guard case .change(.replace(let old, _, _)) = self else { return nil }
        return old
    }
}

/// What became of a task.
struct AdminResult: Equatable, Sendable {
    enum Outcome: String, Sendable {
        case done
        /// Begun, and not waited for.
        case accepted
        /// The leader gave up: the new voter did not catch up, or the new leader did not take over.
        case givenUp = "given_up"
        case undone
        case refused
        case unknown
        case timedOut = "timed_out"
        case unavailable
    }

    var task: AdminTask
    var outcome: Outcome
    /// The reason of an error, as everywhere; or why the leader gave up.
    var reason: String?
    /// What happened, in a sentence.
    var message: String
    /// Where the leader's log has the first entry of the change.
    var accepted: UInt64?
    /// How the cluster stood at the end, by its leader's word where there was one.
    var report: NodeReport?
    var elapsed: Duration

    /// What the command fails with, unless it succeeded.
    var failure: CommandFailure? {
        switch outcome {
        case .done, .accepted: nil
        case .givenUp: CommandFailure("given up: \(message)")
        case .undone: CommandFailure("not done: \(message)")
        case .refused: CommandFailure("refused: \(reason ?? ""): \(message)")
        case .unknown, .unavailable:
            CommandFailure("unavailable: \(reason ?? ""): \(message)", isUnavailable: true)
        case .timedOut: CommandFailure("the time is over: \(message)", isUnavailable: true)
        }
    }

    var warnings: [String] {
        guard outcome == .done, case .change = task, let report else { return [] }
        return ClusterView.warnings(voters: report.voters.count)
    }

    var json: JSONValue {
        [
            "change": .string(task.verb),
            "node": .text(task.node),
            "replaced": .text(task.replaced),
            "outcome": .string(outcome.rawValue),
            "reason": .text(reason),
            "message": .string(message),
            "acceptedPosition": .number(accepted),
            "configurationPosition": .number(report?.configuration),
            "voters": report.map { .array($0.voters.map(JSONValue.string)) } ?? .null,
            "learners": report.map { .array($0.learners.map(JSONValue.string)) } ?? .null,
            "joint": report.map { .bool($0.isJoint) } ?? .null,
            "leader": .text(report?.leader),
            "term": .number(report?.term),
            "elapsedMs": .integer(elapsed.milliseconds),
            "warnings": .array(warnings.map(JSONValue.string)),
        ]
    }

    /// Prints what there is to say on standard output, then fails if the task did.
    func finish(as output: OutputFormat) throws {
        if output == .json {
            Terminal.out(json.rendered)
        } else if failure == nil {
            let tables =
                outcome == .done ? report.map { [ClusterView(ClusterLook($0)).table] } ?? [] : []
            Report(json: json, tables: tables, notes: [message] + warnings).print(as: output)
        }
        if let failure { throw failure }
    }
}

extension ClusterLook {
    /// One node's word.
    init(_ report: NodeReport) { self.init(asked: [], leader: report) }
}
