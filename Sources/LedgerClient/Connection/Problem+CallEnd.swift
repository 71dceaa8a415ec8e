package import GRPCWire
import Ledger
package import LedgerAPI

extension CommandResult {
    /// What a call's end says about its command.
    package init(_ end: GRPCCallEnd) {
        guard let decoded = Problem.decode(statusBytes: end.status.details) else {
            self = .failed(Problem(bare: end))
            return
        }
        if let answer = decoded.answer {
            self = .answered(answer)
            return
        }
        var problem = decoded.problem
        if problem.leader == nil, let leader = end.trailers[Problem.leaderTrailer] {
            problem.leader = leader
        }
        self = .failed(problem)
    }
}

extension Problem {
    /// The trailer in which a node names the leader's address.
    package static let leaderTrailer = "estoque-leader"

    /// What a call's end says.
    package init(_ end: GRPCCallEnd) {
        switch CommandResult(end) {
        case .failed(let problem): self = problem
        case .answered(let answer): self = answer.refusal.map(Problem.init) ?? .unreadableAnswer
        }
    }

    /// An end without details: the wire's own, or a proxy's.
    fileprivate init(bare end: GRPCCallEnd) {
        let code = StatusCode(rawValue: end.status.code.rawValue) ?? .unknown
        self.init(
            code: code,
            reason: Self.reason(code, mayHaveRun: end.mayHaveRun),
            message: end.status.message.isEmpty ? "\(code)" : end.status.message
        )
        leader = end.trailers[Self.leaderTrailer]
    }

    private static func reason(_ code: StatusCode, mayHaveRun: Bool) -> Reason {
        switch code {
        case .cancelled: .cancelled
        case .resourceExhausted: .overloaded
        case .unavailable: mayHaveRun ? .connectionLost : .unreachable
        case .deadlineExceeded: mayHaveRun ? .outcomeUnknown : .unreachable
        default: Reason(rawValue: "\(code)".uppercased())
        }
    }

    /// The leader's address, where the node that answered knows it.
    package var leader: String? {
        get { metadata[Self.leaderName] }
        set { metadata[Self.leaderName] = newValue }
    }

    private static let leaderName = "leader"

    static func unreachable(_ message: String) -> Problem {
        Problem(code: .unavailable, reason: .unreachable, message: message)
    }

    static var unreadableAnswer: Problem {
        Problem(
            code: .internal,
            reason: .unreadableAnswer,
            message: "the answer is none that this version can read"
        )
    }

    static var cancelled: Problem {
        Problem(code: .cancelled, reason: .cancelled, message: "the caller's task was cancelled")
    }

    /// More is under way than the session may have; nothing was sent.
    static var tooMuchUnderWay: Problem {
        Problem(
            code: .resourceExhausted,
            reason: .overloaded,
            message: "too many commands are under way in this session"
        )
    }

    /// Its deadline passed before it was sent.
    static var neverSent: Problem {
        .unreachable("the command could not be sent before its deadline")
    }

    /// Its deadline passed while its answer was awaited.
    static var noAnswerInTime: Problem {
        Problem(
            code: .deadlineExceeded,
            reason: .outcomeUnknown,
            message: "no answer came before the deadline"
        )
    }
}

extension Answer {
    var refusal: Refusal? {
        guard case .refused(let refusal) = outcome else { return nil }
        return refusal
    }
}
