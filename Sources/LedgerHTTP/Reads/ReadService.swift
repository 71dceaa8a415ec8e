import Ledger
import NIOCore
import NIOPosix
import Replica
import Synchronization

/// Turns reads into replies: from the in-memory view at once, or through the node.
final class ReadService: Sendable {
    let node: any LedgerNode
    /// The same node's books, if it keeps any.
    let books: (any LedgerBooks)?
    let configuration: LedgerHTTPConfiguration
    private let waiting = Atomic<Int>(0)
    private let compressing = Atomic<Int>(0)
    private let bookReaders = ClientCounts()

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
        if locationInDoubt(request, items.value) != nil { return nil }
        return reply(to: request, with: ReadResult(outcome: .items(items), at: asked))
    }

    /// The location asked for, if neither the items nor the node's memory prove that it exists.
    private func locationInDoubt(_ request: ReadRequest, _ items: [ItemView?]) -> LocationID? {
        guard let location = request.location,
            !items.contains(where: { $0?.isKnown(at: location) ?? false }),
            !node.knowsLocation(location)
        else { return nil }
        return location
    }

    /// Asks the node; a problem when too many reads wait already, of all clients or of this one.
    ///
    /// The completion runs once, on any thread, by the request's deadline.
    func load(
        _ request: ReadRequest,
        of client: String,
        deadline: NIODeadline,
        completion: @escaping @Sendable (ReadResult) -> Void
    ) -> Problem? {
        let limits = configuration.limits
        guard waiting.add(1, ordering: .relaxed).newValue <= limits.waitingReadsMax else {
            waiting.subtract(1, ordering: .relaxed)
            return Problem(.overloaded)
        }
        if request.asksBooks, !bookReaders.enter(client, max: limits.bookReadsPerClientMax) {
            waiting.subtract(1, ordering: .relaxed)
            return Problem(.tooManyRequests)
        }
        let finish = { @Sendable [self] (outcome: ReadResult.Outcome) in
            waiting.subtract(1, ordering: .relaxed)
            if request.asksBooks { bookReaders.leave(client) }
            completion(ReadResult(outcome: outcome, at: .now()))
        }
        if request.asksBooks {
            askBooks(request, deadline, finish)
        } else if request.skus.isEmpty {
            loadDocument(request, deadline, finish)
        } else {
            loadItems(request, deadline, finish)
        }
        return nil
    }

    private func loadItems(
        _ request: ReadRequest,
        _ deadline: NIODeadline,
        _ finish: @escaping Finish
    ) {
        let consistency = request.consistency
        node.items(request.skus, consistency: consistency, deadline: deadline) {
            [self] result in
            switch result {
            case .failure(let failure): finish(.failed(failure))
            case .success(let items):
                guard let location = locationInDoubt(request, items.value) else {
                    return finish(.items(items))
                }
                node.location(location, consistency: consistency, deadline: deadline) { result in
                    switch result {
                    case .failure(let failure): finish(.failed(failure))
                    case .success(let found): finish(.located(items: items, location: found))
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

    /// Compresses a body on another thread; false when too many are under way.
    func compress(
        _ body: ByteBuffer,
        completion: @escaping @Sendable (ByteBuffer?) -> Void
    ) -> Bool {
        let limit = configuration.limits.compressionsMax
        guard compressing.add(1, ordering: .relaxed).newValue <= limit else {
            compressing.subtract(1, ordering: .relaxed)
            return false
        }
        NIOThreadPool.singleton.submit { [self] state in
            let compressed = state == .active ? Gzip.compress(body) : nil
            compressing.subtract(1, ordering: .relaxed)
            completion(compressed)
        }
        return true
    }

    /// The answer to a read that isn't even begun.
    func reply(with problem: Problem) -> Reply {
        if problem.reason == .overloaded { return reply(to: .overloaded) }
        return problem.reply
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

extension ItemView {
    /// The item has, or had, something of its own there.
    fileprivate func isKnown(at location: LocationID) -> Bool {
        level(at: location) != nil || offer(at: location) != nil
    }
}
