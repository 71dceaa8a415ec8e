package import GRPCWire
package import Ledger
import LedgerAPI
package import NIOCore
package import Replica

/// The services of `estoque.v1` over one node: commands, reads and the cluster's state.
///
/// A request is decoded and checked on its connection's event loop and handed to the node; its
/// answer is written when the node's batch comes back, many answers in one flush. No task a call.
package struct LedgerServices: Sendable {
    let node: any LedgerNode
    /// The node's past and whole tables; nil for a node without.
    let books: (any LedgerBooks)?
    let limits: LedgerServiceLimits
    /// Where facts wait for their turn.
    let gate: FactGate

    package init(
        node: any LedgerNode,
        books: (any LedgerBooks)?,
        limits: LedgerServiceLimits = LedgerServiceLimits()
    ) {
        self.node = node
        self.books = books
        self.limits = limits
        gate = FactGate(limits: limits.facts)
    }

    /// Adds every method to `router`.
    package func register(in router: inout GRPCRouter) {
        registerCommands(in: &router)
        registerFacts(in: &router)
        registerBatch(in: &router)
        registerSession(in: &router)
        registerReads(in: &router)
        registerDocumentReads(in: &router)
        registerBooks(in: &router)
        registerCluster(in: &router)
    }
}

/// Bounds on what one call may ask for.
package struct LedgerServiceLimits: Sendable {
    /// Commands in flight on one Session; those beyond are answered with OVERLOADED.
    package var commandsInFlightMax = 20_000
    /// How long a call without a deadline of its own may take.
    package var patience = TimeAmount.seconds(30)
    /// What a client is told to wait before it tries again.
    package var retryDelay = Milliseconds(50)
    /// How many facts of stores are taken in at once.
    package var facts = FactAdmissionLimits()

    package init() {}
}

extension LedgerServices {
    func deadline(of call: GRPCServerCall) -> NIODeadline {
        call.deadline ?? .now() + limits.patience
    }

    /// Why a submitted request has no answer of the ledger.
    func result(_ result: SubmitResult) -> CommandResult {
        switch result {
        case .answered(let answer):
            .answered(answer)
        case .noLeader:
            .failed(noLeader)
        case .overloaded:
            .failed(.overloaded(retryDelay: limits.retryDelay))
        case .unknown:
            .failed(.outcomeUnknown)
        }
    }

    /// No leader did it, and perhaps another node knows one.
    var noLeader: Problem {
        let status = node.status
        var problem = Problem.notLeader(
            hint: status.leader.map { "\($0)" },
            retryDelay: limits.retryDelay
        )
        if let absence = node.absence {
            problem.message = absence
        } else if status.isRemoved {
            problem.message = "this node was removed from its cluster; ask another"
        } else if status.isReady, status.members.isEmpty {
            problem.message = "this node waits to be added to its cluster; ask another"
        }
        return problem
    }

    func problem(_ failure: ReadFailure) -> Problem {
        switch failure {
        case .tooStale(let age):
            .stale(
                age: age.map { Milliseconds(Staleness.milliseconds($0)) },
                retryDelay: limits.retryDelay
            )
        case .sessionAhead(let applied):
            .sessionAhead(applied: applied, retryDelay: limits.retryDelay)
        case .noQuorum:
            .noQuorum(retryDelay: limits.retryDelay)
        case .notReady:
            .notReady(retryDelay: limits.retryDelay)
        case .overloaded:
            .overloaded(retryDelay: limits.retryDelay)
        }
    }
}

/// How an age is told: in whole milliseconds, rounded up, so that the bound stays true.
enum Staleness {
    static func milliseconds(_ age: TimeAmount) -> UInt64 {
        (UInt64(max(age.nanoseconds, 0)) + 999_999) / 1_000_000
    }
}

extension GRPCStatus {
    /// A problem in gRPC's terms; a refusal carries where it was applied.
    init(_ problem: Problem, of answer: Answer? = nil) {
        self.init(
            GRPCStatusCode(rawValue: problem.code.rawValue) ?? .unknown,
            problem.message,
            details: problem.statusBytes(of: answer)
        )
    }
}
