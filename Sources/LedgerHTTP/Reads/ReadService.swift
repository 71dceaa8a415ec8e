import Ledger
import NIOCore
import Replica
import Synchronization

/// Turns reads into replies: from the in-memory view at once, or through the node.
final class ReadService: Sendable {
    let node: any LedgerNode
    /// The same node's books, if it keeps any.
    let books: (any LedgerBooks)?
    let configuration: LedgerHTTPConfiguration
    private let waiting = Atomic<Int>(0)

    init(node: any LedgerNode, configuration: LedgerHTTPConfiguration) {
        self.node = node
        books = node as? any LedgerBooks
        self.configuration = configuration
    }

    /// Reads that wait for the node now.
    var waitingReads: Int { waiting.load(ordering: .relaxed) }

    /// The answer from the in-memory view, without leaving the caller's thread; nil when the view
    /// doesn't have it, or not as fresh as asked.
    func immediateReply(to request: ReadRequest) -> Reply? {
        if request.consistency == .linearizable || request.skus.isEmpty { return nil }
        let asked = NIODeadline.now()
        guard let items = node.itemsInView(request.skus) else { return nil }
        if case .session(let position) = request.consistency, items.stamp.position < position {
            return nil
        }
        if case .stock(let location, _) = request.resource,
            let view = items.value.first, let view, view.level(at: location) == nil
        {
            return nil
        }
        return reply(to: request, with: ReadResult(outcome: .items(items), at: asked))
    }

    /// Asks the node; false when too many reads wait already.
    ///
    /// The completion runs once, on any thread, by the request's deadline.
    func load(
        _ request: ReadRequest,
        deadline: NIODeadline,
        completion: @escaping @Sendable (ReadResult) -> Void
    ) -> Bool {
        let limit = configuration.limits.waitingReadsMax
        guard waiting.add(1, ordering: .relaxed).newValue <= limit else {
            waiting.subtract(1, ordering: .relaxed)
            return false
        }
        let finish = { @Sendable [self] (outcome: ReadResult.Outcome) in
            waiting.subtract(1, ordering: .relaxed)
            completion(ReadResult(outcome: outcome, at: .now()))
        }
        switch request.resource {
        case .availability, .item, .stock: loadItems(request, deadline, finish)
        case .reservation, .transfer, .sale, .offer: loadDocument(request, deadline, finish)
        case .stockAsOf, .search, .history: askBooks(request, deadline, finish)
        }
        return true
    }

    private func loadItems(
        _ request: ReadRequest,
        _ deadline: NIODeadline,
        _ finish: @escaping @Sendable (ReadResult.Outcome) -> Void
    ) {
        let consistency = request.consistency
        node.items(request.skus, consistency: consistency, deadline: deadline) { [node] result in
            switch result {
            case .failure(let failure): finish(.failed(failure))
            case .success(let items):
                guard case .stock(let location, _) = request.resource,
                    let view = items.value.first, let view, view.level(at: location) == nil
                else { return finish(.items(items)) }
                // Never any stock here: zeros, or a location that doesn't exist?
                node.location(location, consistency: consistency, deadline: deadline) { result in
                    switch result {
                    case .failure(let failure): finish(.failed(failure))
                    case .success(let found): finish(.noLevel(items: items, location: found))
                    }
                }
            }
        }
    }

    /// By when a read must be answered, asked now.
    func deadline(for request: ReadRequest) -> NIODeadline {
        let limits = configuration.limits
        if case .session = request.consistency { return .now() + limits.sessionWait }
        return .now() + limits.readTimeout
    }

    /// The answer to a read that couldn't be had, with what the node says of itself now.
    func reply(to failure: ReadFailure) -> Reply {
        let status = node.status
        var stamp = ReadStamp(
            position: status.applied,
            staleness: status.staleness,
            node: status.id,
            role: status.role
        )
        var problem: Problem
        switch failure {
        case .tooStale(let age):
            problem = Problem(.stale)
            problem.members = [
                Problem.Member(
                    name: "stalenessMs",
                    value: age.map { .number($0.millisecondsRoundedUp) } ?? .unknown
                )
            ]
            stamp.staleness = age
        case .sessionAhead(let applied):
            problem = Problem(.sessionAhead)
            problem.members = [
                Problem.Member(name: "position", value: .number(applied.rawValue))
            ]
        case .noQuorum: problem = Problem(.noQuorum)
        case .notReady: problem = Problem(.notReady)
        case .overloaded: problem = Problem(.overloaded)
        }
        var reply = problem.reply
        reply.freshness = Freshness(stamp: stamp, since: .now())
        return reply
    }
}

extension ReadFailure {
    /// What it means that the node gave no answer at all by the deadline.
    static func timeout(of consistency: Consistency) -> ReadFailure {
        consistency == .linearizable ? .noQuorum : .overloaded
    }
}
