import LedgerAPI
import LedgerClient

/// Has all nodes check their books, and compares what they hold.
struct ClusterCheck {
    let nodes: [NodeAddress]
    let limit: Duration

    /// Runs on one node after the other, so that the others go on serving at full speed.
    func run(
        onProgress: @escaping @Sendable (NodeAddress, ProtoVerifyProgress) -> Void
    ) async -> ClusterCheckResult {
        var result = ClusterCheckResult(nodes: nodes)
        let client = EstoqueClient(nodes: nodes, actor: CommandLineActor.fallback)
        for (index, node) in nodes.enumerated() {
            do throws(EstoqueError) {
                result.reports[index] = try await client.verify(at: node) { progress in
                    onProgress(node, progress)
                }
            } catch {
                result.silence[index] = "\(error.reason): \(error.explanation)"
            }
        }
        await client.close()
        await compareDigests(&result)
        return result
    }

    private func compareDigests(_ result: inout ClusterCheckResult) async {
        guard let first = nodes.indices.first(where: { result.reports[$0] != nil }) else { return }
        let probe = ClusterProbe(nodes)
        do {
            let comparison = try await DigestComparison.take(
                probe,
                startingWith: first,
                within: limit
            )
            result.digestPosition = comparison.position
            result.digests = comparison.digests
            result.complaints += comparison.complaints
        } catch {
            result.complaints.append("no digest: \(error)")
        }
        await probe.close()
    }
}

/// What a check of all nodes found.
struct ClusterCheckResult {
    let nodes: [NodeAddress]
    /// By node; nil for one that did not answer.
    var reports: [ProtoVerifyReport?]
    /// By node: why there is no report.
    var silence: [String?]
    var digestPosition: UInt64?
    /// By node, at `digestPosition`.
    var digests: [String?]
    /// Why the digests don't show that all hold the same.
    var complaints: [String] = []

    init(nodes: [NodeAddress]) {
        self.nodes = nodes
        reports = Array(repeating: nil, count: nodes.count)
        silence = Array(repeating: nil, count: nodes.count)
        digests = Array(repeating: nil, count: nodes.count)
    }

    private var violationCount: UInt64 {
        reports.reduce(0) { $0 + ($1?.violationCount ?? 0) }
    }

    /// Nil when all is well.
    var failure: CommandFailure? {
        guard violationCount == 0, !digestsDiffer else {
            return CommandFailure("the books are wrong, as named above")
        }
        guard let missing = nodes.indices.first(where: { reports[$0] == nil }) else {
            return complaints.isEmpty ? nil : CommandFailure(complaints.joined(separator: "; "))
        }
        return CommandFailure(
            "unavailable: \(nodes[missing]): \(silence[missing] ?? "no report")",
            isUnavailable: true
        )
    }

    private var digestsDiffer: Bool { Set(digests.compactMap { $0 }).count > 1 }

    var json: JSONValue {
        [
            "nodes": .array(
                nodes.indices.map { index in
                    let report = reports[index]
                    return [
                        "node": .string("\(nodes[index])"),
                        "position": .number(report?.position),
                        "violations": .array((report?.violations ?? []).map(\.json)),
                        "violationCount": .number(report?.violationCount),
                        "items": .number(report?.items),
                        "locations": .number(report?.locations),
                        "levels": .number(report?.levels),
                        "offers": .number(report?.offers),
                        "reservations": .number(report?.reservations),
                        "transfers": .number(report?.transfers),
                        "journalRows": .number(report?.journalRows),
                        "unchecked": .array((report?.unchecked ?? []).map(JSONValue.string)),
                        "digest": .text(digests[index]),
                        "error": .text(silence[index]),
                    ]
                }
            ),
            "digestPosition": .number(digestPosition),
            "complaints": .array(complaints.map(JSONValue.string)),
            "isWell": .bool(failure == nil),
        ]
    }

    var tables: [Table] {
        var table = Table(
            ("NODE", .left),
            ("POSITION", .right),
            ("JOURNAL", .right),
            ("LEVELS", .right),
            ("RESERVATIONS", .right),
            ("WRONG", .right),
            ("DIGEST", .left)
        )
        for (index, node) in nodes.enumerated() {
            let report = reports[index]
            func count(_ value: UInt64?) -> Table.Cell {
                Table.Cell(value.map { "\($0)" } ?? "-")
            }
            let isWrong = (report?.violationCount ?? 0) > 0
            table.add(
                Table.Cell("\(node)"),
                count(report?.position),
                count(report?.journalRows),
                count(report?.levels),
                count(report?.reservations),
                Table.Cell(
                    report.map { "\($0.violationCount)" } ?? "no answer",
                    report == nil || isWrong ? .bad : .good
                ),
                Table.Cell(
                    digests[index].map { String($0.prefix(16)) } ?? "-",
                    digestsDiffer ? .bad : .plain
                )
            )
        }
        return [table] + violationTables
    }

    private var violationTables: [Table] {
        guard violationCount > 0 else { return [] }
        var table = Table(
            ("NODE", .left),
            ("INVARIANT", .right),
            ("WHAT", .left)
        )
        for (index, node) in nodes.enumerated() {
            for violation in reports[index]?.violations ?? [] {
                table.add(
                    Table.Cell("\(node)"),
                    Table.Cell("\(violation.invariant)", .bad),
                    Table.Cell(violation.detail)
                )
            }
        }
        return [table]
    }

    var notes: [String] {
        var notes = complaints
        for (index, node) in nodes.enumerated() {
            if let silence = silence[index] { notes.append("\(node): \(silence)") }
        }
        if failure == nil, let digestPosition {
            notes.append(
                "All invariants hold, and all nodes hold the same at position \(digestPosition)."
            )
        }
        let unchecked = Set(reports.flatMap { $0?.unchecked ?? [] })
        notes += unchecked.sorted().map { "Not checked: \($0)." }
        return notes
    }
}

extension ProtoViolation {
    fileprivate var json: JSONValue {
        [
            "invariant": .integer(Int64(invariant)),
            "detail": .string(detail),
        ]
    }
}
