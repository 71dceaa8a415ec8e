import LedgerAPI
import NIOCore
import Synchronization

/// The nodes of a cluster as a client knows them, with its links to them and the one it prefers.
///
/// A link is made when it is first needed; callers that need it meanwhile wait for the same one.
final class NodeDirectory: Sendable {
    private typealias Waiter = CheckedContinuation<Result<NodeLink, Problem>, Never>

    private enum Slot {
        case empty
        case connecting([Int: Waiter])
        case linked(NodeLink)
    }

    private struct State {
        var nodes: [NodeAddress]
        var slots: [Slot]
        var preferred = 0
        var waiterCount = 0
        var isClosed = false
    }

    private let group: any EventLoopGroup
    private let options: ClientOptions
    private let state: Mutex<State>

    /// Leaders may name themselves by addresses that the client wasn't given; no more than this.
    private static let nodesMax = 64

    /// At least one node.
    init(_ nodes: [NodeAddress], group: any EventLoopGroup, options: ClientOptions) {
        precondition(!nodes.isEmpty, "a client needs the address of a node")
        self.group = group
        self.options = options
        state = Mutex(State(nodes: nodes, slots: nodes.map { _ in .empty }))
    }

    /// The node to ask first: the one that answered last.
    var preferred: Int { state.withLock { $0.preferred } }

    /// Remembers a node that answered.
    func prefer(_ node: Int) {
        state.withLock { $0.preferred = node }
    }

    /// The node after one that failed; others that failed meanwhile have moved the preference already.
    func node(after failed: Int) -> Int {
        state.withLock { state in
            if state.preferred == failed { state.preferred = (failed + 1) % state.nodes.count }
            return (failed + 1) % state.nodes.count
        }
    }

    /// The node at an address that another node named; nil when it is no address.
    func node(named text: String) -> Int? {
        guard let address = NodeAddress(text) else { return nil }
        return node(at: address)
    }

    /// The node at an address, known from now on; nil when too many are known already.
    func node(at address: NodeAddress) -> Int? {
        state.withLock { state in
            if let known = state.nodes.firstIndex(of: address) { return known }
            guard state.nodes.count < Self.nodesMax else { return nil }
            state.nodes.append(address)
            state.slots.append(.empty)
            return state.nodes.count - 1
        }
    }

    /// The link to a node, made if need be.
    func link(to node: Int, by deadline: NIODeadline) async throws(Problem) -> NodeLink {
        enum Step {
            case use(NodeLink)
            case connect(NodeAddress)
            case wait
            case closed
        }
        let step = state.withLock { state -> Step in
            if state.isClosed { return .closed }
            switch state.slots[node] {
            case .linked(let link) where link.isUsable: return .use(link)
            case .linked, .empty:
                state.slots[node] = .connecting([:])
                return .connect(state.nodes[node])
            case .connecting: return .wait
            }
        }
        switch step {
        case .use(let link): return link
        case .closed: throw .closed
        case .connect(let address): return try await connect(node, at: address, by: deadline)
        case .wait: return try await wait(for: node, until: deadline)
        }
    }

    private func connect(
        _ node: Int,
        at address: NodeAddress,
        by deadline: NIODeadline
    ) async throws(Problem) -> NodeLink {
        var options = options
        let rest = Duration.nanoseconds((deadline - .now()).nanoseconds)
        options.connectTimeout = min(options.connectTimeout, max(rest, .milliseconds(1)))
        let result: Result<NodeLink, Problem>
        do {
            result = .success(
                try await NodeLink.connect(to: address, on: group, options: options)
            )
        } catch {
            result = .failure(error)
        }
        let (waiters, isClosed) = state.withLock { state -> ([Int: Waiter], Bool) in
            guard case .connecting(let waiters) = state.slots[node] else { return ([:], true) }
            if case .success(let link) = result, !state.isClosed {
                state.slots[node] = .linked(link)
            } else {
                state.slots[node] = .empty
            }
            return (waiters, state.isClosed)
        }
        let told = isClosed ? .failure(Problem.closed) : result
        for (_, waiter) in waiters.sorted(by: { $0.key < $1.key }) {
            waiter.resume(returning: told)
        }
        if isClosed, case .success(let link) = result { await link.close() }
        return try told.get()
    }

    private func wait(
        for node: Int,
        until deadline: NIODeadline
    ) async throws(Problem) -> NodeLink {
        let result: Result<NodeLink, Problem> = await withCheckedContinuation { waiter in
            var number = 0
            let outcome = state.withLock { state -> Result<NodeLink, Problem>? in
                switch state.slots[node] {
                case .connecting(var waiters):
                    state.waiterCount += 1
                    number = state.waiterCount
                    waiters[number] = waiter
                    state.slots[node] = .connecting(waiters)
                    return nil
                case .linked(let link): return .success(link)
                case .empty: return .failure(.unreachable("the connection failed just now"))
                }
            }
            if let outcome {
                waiter.resume(returning: outcome)
            } else {
                // Most often nobody waits any more when it runs.
                group.next().scheduleTask(deadline: deadline) { [self, number] in
                    giveUp(number, at: node)
                }
            }
        }
        return try result.get()
    }

    private func giveUp(_ number: Int, at node: Int) {
        let waiter = state.withLock { state -> Waiter? in
            guard case .connecting(var waiters) = state.slots[node],
                let waiter = waiters.removeValue(forKey: number)
            else { return nil }
            state.slots[node] = .connecting(waiters)
            return waiter
        }
        waiter?.resume(returning: .failure(.neverSent))
    }

    /// Closes every link; whoever asks for one from now on is told that the client is closed.
    func close() async {
        let links = state.withLock { state in
            state.isClosed = true
            let links = state.slots.compactMap { slot -> NodeLink? in
                if case .linked(let link) = slot { link } else { nil }
            }
            for index in state.slots.indices {
                if case .linked = state.slots[index] { state.slots[index] = .empty }
            }
            return links
        }
        for link in links { await link.close() }
    }
}

extension Problem {
    static var closed: Problem {
        Problem(code: .failedPrecondition, reason: .cancelled, message: "the client is closed")
    }
}
