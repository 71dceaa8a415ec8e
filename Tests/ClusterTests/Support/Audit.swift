import Foundation
import Histories
import Ledger
import LedgerAPI
import LedgerClient
import TestSupport
import Testing

/// Judges what clients were told: asks for all of it once more, reads everything, and has the history
/// checked.
struct Audit {
    /// The number of the client that asks here.
    private static let auditor = 200
    /// How many reservations are looked at once more.
    private static let reservationsMax = 200

    let cluster: Cluster
    /// Its members, which all run.
    let nodes: [Cluster.Node]
    let journal: Journal

    /// Does all of it: nothing acknowledged is lost or changed, nothing is applied twice, nothing
    /// oversold, some order explains every answer and every read, no read was older than it claimed,
    /// and all nodes hold the same.
    static func check(
        _ journal: Journal,
        on cluster: Cluster,
        without absent: Cluster.Node? = nil
    ) async throws {
        try await check(journal, on: cluster, members: cluster.nodes.filter { $0 != absent })
    }

    /// The same on the nodes that belong to the cluster by now.
    static func check(
        _ journal: Journal,
        on cluster: Cluster,
        members nodes: [Cluster.Node]
    ) async throws {
        let audit = Audit(cluster: cluster, nodes: nodes, journal: journal)
        for node in nodes { try await cluster.waitUntilCaughtUp(node) }
        try await audit.askAllAgain()
        try await audit.readEverything()
        try await audit.checkDigests()
        audit.judge()
    }

    /// Asks again, with the same ids: first what got no answer, then what was answered, at another
    /// node, where it must get the same answer as a replay.
    private func askAllAgain() async throws {
        let (unknown, answered) = requests()
        print("\(unknown.count + answered.count) requests, \(unknown.count) without an answer")
        try await ask(unknown)
        try await ask(answered)
    }

    /// Every request that may have reached the log, once: without an answer, and with one.
    private func requests() -> (unknown: [Request], answered: [Request]) {
        var requests: [RequestID: Request] = [:]
        var order: [RequestID] = []
        var answered: Set<RequestID> = []
        for call in journal.history.calls {
            guard case .command(let request) = call.operation, call.outcome != .notApplied
            else { continue }
            if requests.updateValue(request, forKey: request.id) == nil { order.append(request.id) }
            if case .answered = call.outcome { answered.insert(request.id) }
        }
        let all = order.compactMap { requests[$0] }
        return (
            all.filter { !answered.contains($0.id) }, all.filter { answered.contains($0.id) }
        )
    }

    /// Asks until each is answered, in batches that go to the nodes in turn.
    private func ask(_ requests: [Request]) async throws {
        var open = requests
        var turn = 0
        try await eventually("all requests are answered", within: .seconds(60)) {
            var left: [Request] = []
            for start in stride(from: 0, to: open.count, by: 256) {
                turn += 1
                let chunk = Array(open[start..<min(start + 256, open.count)])
                left += try await ask(chunk, at: nodes[turn % nodes.count])
            }
            open = left
            return open.isEmpty
        }
    }

    /// Asks one node; returns what it did not answer.
    private func ask(_ chunk: [Request], at node: Cluster.Node) async throws -> [Request] {
        let client = try cluster.client(of: node)
        let calls = chunk.map { journal.invoke(Self.auditor, .command($0)) }
        var outcomes = chunk.map { _ in CallOutcome.unknown }
        do throws(EstoqueError) {
            outcomes = try await client.batch(chunk).map(CallOutcome.init)
        } catch {
            outcomes = chunk.map { _ in CallOutcome(error) }
        }
        var open: [Request] = []
        for (index, outcome) in outcomes.enumerated() {
            journal.complete(calls[index], outcome)
            if case .answered = outcome { continue }
            open.append(chunk[index])
        }
        return open
    }

    /// Every level on every node, and many reservations, linearizably: what was acknowledged is there.
    private func readEverything() async throws {
        for node in nodes {
            for location in Assortment.locations {
                for (index, sku) in Assortment.skus.enumerated() {
                    try await read(
                        .level(sku, location),
                        at: node,
                        speaksHTTP: index.isMultiple(of: 2)
                    )
                }
            }
        }
        for (index, id) in journal.reservations.suffix(Self.reservationsMax).enumerated() {
            try await read(.reservation(id), at: nodes[index % nodes.count], speaksHTTP: false)
        }
    }

    private func read(
        _ subject: ReadSubject,
        at node: Cluster.Node,
        speaksHTTP: Bool
    ) async throws {
        try await eventually("\(node.name) answers a linearizable read", within: .seconds(30)) {
            await Reader.read(
                subject,
                .linearizable,
                at: node,
                of: cluster,
                speaksHTTP: speaksHTTP,
                by: Self.auditor,
                into: journal
            ) != nil
        }
    }

    /// At one position all nodes hold the same.
    private func checkDigests() async throws {
        let first = try await cluster.digest(nodes[0])
        for node in nodes {
            let digest = try await cluster.digest(node, at: first.position)
            #expect(digest == first, "\(node.name) holds something else")
        }
    }

    private func judge() {
        var options = HistoryOptions()
        // All nodes have this machine's clock; it may be set while a test runs, but hardly by as much.
        let latest = Date().timeIntervalSince1970 + 10
        options.latestLogTime = LogTime(microseconds: UInt64(latest * 1_000_000))
        let history = journal.history
        let began = ContinuousClock.now
        for fault in history.check(options) { Issue.record("\(fault)") }
        print("\(history.calls.count) calls judged in \(ContinuousClock.now - began)")
        expectVariety(history)
    }

    /// A history without refusals, or without reads of some level, would prove little.
    private func expectVariety(_ history: HistoryRecorder) {
        var refused = 0
        var done = 0
        var reads: [String: Int] = [:]
        for call in history.calls {
            switch (call.operation, call.outcome) {
            case (.command, .answered(let answer)):
                if case .refused = answer.outcome { refused += 1 } else { done += 1 }
            case (.read(_, let promise), .read): reads[promise.name, default: 0] += 1
            default: break
            }
        }
        print("\(done) done, \(refused) refused, reads: \(reads.sorted { $0.key < $1.key })")
        #expect(done > Assortment.skus.count)
        for name in ["stale", "session", "linearizable"] {
            #expect(reads[name, default: 0] > 0, "no \(name) read was answered")
        }
    }
}

extension CallOutcome {
    fileprivate init(_ result: Result<Answer, EstoqueError>) {
        switch result {
        case .success(let answer): self = .answered(answer)
        case .failure(let error): self.init(error)
        }
    }
}

extension ReadPromise {
    fileprivate var name: String {
        switch self {
        case .stale: "stale"
        case .bounded: "bounded"
        case .session: "session"
        case .linearizable: "linearizable"
        }
    }
}
