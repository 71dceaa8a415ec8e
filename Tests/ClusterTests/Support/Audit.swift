import Ledger
import LedgerAPI
import LedgerClient
import Testing

/// Compares what the stores were told with what the nodes hold.
struct Audit {
    private struct Place: Hashable {
        var sku: SKU
        var location: LocationID
    }

    let cluster: Cluster
    /// Those that run.
    let nodes: [Cluster.Node]
    private var records: [Record]

    /// Does all of it: nothing acknowledged is lost or changed, nothing is applied twice, nothing
    /// oversold, and all nodes hold the same.
    static func check(
        _ records: [Record],
        on cluster: Cluster,
        without absent: Cluster.Node? = nil
    ) async throws {
        try await check(records, on: cluster, members: cluster.nodes.filter { $0 != absent })
    }

    /// The same on the nodes that belong to the cluster by now.
    static func check(
        _ records: [Record],
        on cluster: Cluster,
        members nodes: [Cluster.Node]
    ) async throws {
        var audit = Audit(cluster: cluster, nodes: nodes, records: records)
        for node in nodes { try await cluster.waitUntilCaughtUp(node) }
        try await audit.resolveUnknown()
        try await audit.askAllAgain()
        audit.checkPositions()
        try await audit.checkLevels()
        try await audit.checkDigests()
        audit.summarize()
    }

    /// Asks again, with the same ids, what got no answer.
    private mutating func resolveUnknown() async throws {
        let unknown = records.indices.filter { records[$0].isUnknown }
        print("\(records.count) requests, \(unknown.count) of them without an answer")
        let answers = try await answers(to: unknown.map { records[$0].request })
        for (index, answer) in zip(unknown, answers) {
            records[index].result = .answered(answer)
        }
    }

    /// Every acknowledged request has the same answer again, at another node, marked as a replay.
    private func askAllAgain() async throws {
        let answered = records.filter { $0.answer != nil }
        let again = try await answers(to: answered.map(\.request))
        for (record, answer) in zip(answered, again) {
            guard var first = record.answer else { continue }
            #expect(answer.replayed, "\(record.request) was applied again")
            first.replayed = true
            #expect(answer == first, "another answer to \(record.request)")
        }
    }

    /// Asks until each is answered, in batches that go to the nodes in turn.
    private func answers(to requests: [Request]) async throws -> [Answer] {
        var answers = [RequestID: Answer]()
        var turn = 0
        try await waitUntil(within: .seconds(60), "all requests are answered") {
            let open = requests.filter { answers[$0.id] == nil }
            for start in stride(from: 0, to: open.count, by: 256) {
                let chunk = Array(open[start..<min(start + 256, open.count)])
                turn += 1
                let client = try cluster.client(of: nodes[turn % nodes.count])
                guard let results = try? await client.batch(chunk) else { continue }
                for (request, result) in zip(chunk, results) {
                    switch result {
                    case .success(let answer): answers[request.id] = answer
                    case .failure(let error): answers[request.id] = error.refused
                    }
                }
            }
            return answers.count == requests.count
        }
        return requests.compactMap { answers[$0.id] }
    }

    /// No two requests share an entry of the log.
    private func checkPositions() {
        let positions = records.compactMap { $0.answer?.position }
        #expect(Set(positions).count == positions.count)
    }

    /// The levels are what the acknowledged commands add up to, on every node.
    private func checkLevels() async throws {
        var expected: [Place: StockLevel] = [:]
        var open: [ReservationID: [StockLine]] = [:]
        for record in records {
            guard let answer = record.answer else { continue }
            if case .refused = answer.outcome { continue }
            if case .reserve(let reserve) = record.request.command {
                open[reserve.reservation] = reserve.lines
            }
            for change in changes(record.request.command, open) {
                let place = Place(sku: change.line.sku, location: change.line.location)
                expected[place, default: StockLevel()].onHand += change.onHand
                expected[place, default: StockLevel()].reserved += change.reserved
            }
        }
        for location in Assortment.locations {
            for sku in Assortment.skus {
                let wanted = expected[Place(sku: sku, location: location)] ?? StockLevel()
                for node in nodes {
                    let level = try await cluster.client(of: node)
                        .stockLevel(sku, at: location, .linearizable).value.level
                    #expect(level.onHand == wanted.onHand, "\(sku) at \(location) on \(node.name)")
                    #expect(
                        level.reserved == wanted.reserved,
                        "\(sku) at \(location) on \(node.name)"
                    )
                    #expect(level.available >= 0, "\(sku) at \(location) is oversold")
                }
            }
        }
    }

    private func changes(
        _ command: Command,
        _ reserved: [ReservationID: [StockLine]]
    ) -> [(line: StockLine, onHand: Quantity, reserved: Quantity)] {
        switch command {
        case .receive(let receive): receive.lines.map { ($0, $0.quantity, 0) }
        case .sell(let sell): sell.lines.map { ($0, -$0.quantity, 0) }
        case .reserve(let reserve): reserve.lines.map { ($0, 0, $0.quantity) }
        case .release(let release):
            (reserved[release.reservation] ?? []).map { ($0, 0, -$0.quantity) }
        case .fulfill(let fulfill):
            (reserved[fulfill.reservation] ?? []).map { ($0, -$0.quantity, -$0.quantity) }
        case .upsertItem, .upsertLocation, .adjust, .extend, .confirm: []
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

    private func summarize() {
        let answers = records.compactMap(\.answer)
        let refused = answers.count { $0.refusal != nil }
        print("\(answers.count) answers, \(refused) of them refusals")
        #expect(answers.count - refused > Assortment.skus.count)
    }
}

extension Answer {
    fileprivate var refusal: Refusal? {
        guard case .refused(let refusal) = outcome else { return nil }
        return refusal
    }
}
