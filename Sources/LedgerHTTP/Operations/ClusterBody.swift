import Ledger
import NIOCore
import Raft
import Replica

/// `GET /v1/cluster`: what each node says of itself, and the leader of all, with counters to compute rates of.
struct ClusterBody {
    /// The node that is asked.
    var node: NodeStatus
    /// What it was told by the others.
    var others: ClusterWatch.Report
    /// When this is told: ages are as of then.
    var now: NIODeadline
    var samples: [NodeMetrics.Sample]
    /// How long the node's requests took, and those over HTTP by route.
    var requests: [NodeMetrics.Histogram]
    var routes: [NodeMetrics.Histogram]

    /// One JSON object.
    var json: ByteBuffer {
        var body = ByteBuffer()
        let leader = leader
        body.writeText("{\"cluster\":", (leader ?? node).cluster)
        body.writeStaticString(",\"node\":")
        body.writeStatus(node)
        body.writeStaticString(",\"leader\":")
        body.writeStatus(leader)
        let seen = leader ?? node
        body.writeStaticString(",\"configurationPosition\":")
        body.writeDecimal(seen.configurationIndex.rawValue)
        body.writeStaticString(",\"joint\":")
        body.writeJSONBool(seen.isJoint)
        body.writeText(",\"joining\":", seen.joining?.node.name)
        body.writeText(",\"transferTarget\":", seen.transferTarget?.name)
        body.writeList(",\"members\":", seen.members) {
            $0.writeMember($1, status(of: $1.id), lag: lag(of: $1, leader), silence(of: $1.id))
        }
        writeCounters(&body)
        Self.write("requests", of: requests, into: &body)
        Self.write("http", of: routes, into: &body)
        body.writeStaticString("}\n")
        return body
    }

    /// Whom the node follows, if that one answers and leads; nil else.
    private var leader: NodeStatus? {
        node.leader.flatMap { status(of: $0) }.flatMap { $0.role == .leader ? $0 : nil }
    }

    private func status(of member: NodeID) -> NodeStatus? {
        member == node.id ? node : others.status(of: member, at: now)
    }

    /// So long the member has been asked in vain.
    private func silence(of member: NodeID) -> TimeAmount? {
        others.silentSince[member].map { now - $0 }
    }

    /// Entries of the leader's log that a member lacks, by what the leader knows that it has, or else by
    /// what it says that it has applied; nil when that isn't known.
    private func lag(of member: MemberStatus, _ leader: NodeStatus?) -> UInt64? {
        guard let leader, let reached = member.match ?? status(of: member.id)?.applied else {
            return nil
        }
        let last = leader.logLast.rawValue
        return last - min(reached.rawValue, last)
    }

    /// The node's own counters by the names that `/metrics` has for them, labels included.
    private func writeCounters(_ body: inout ByteBuffer) {
        body.writeStaticString(",\"counters\":{")
        let counters = samples.filter { $0.kind == .counter }.prefix(Self.countersMax)
        for (index, sample) in counters.enumerated() {
            if index > 0 { body.writeStaticString(",") }
            let labels = sample.labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ",")
            body.writeJSONString(labels.isEmpty ? sample.name : "\(sample.name){\(labels)}")
            body.writeStaticString(":")
            body.writeString(PrometheusText.number(sample.value))
        }
        body.writeStaticString("}")
    }

    /// Histograms of one family, which have the same bounds, all together.
    private static func write(
        _ name: StaticString,
        of histograms: [NodeMetrics.Histogram],
        into body: inout ByteBuffer
    ) {
        let bounds = histograms.first?.bounds ?? []
        var counts = [UInt64](repeating: 0, count: bounds.count + 1)
        for histogram in histograms {
            for (index, count) in histogram.counts.enumerated() { counts[index] += count }
        }
        body.writeStaticString(",\"")
        body.writeStaticString(name)
        body.writeList("\":{\"boundsSeconds\":", bounds) {
            $0.writeString(PrometheusText.number($1))
        }
        body.writeList(",\"counts\":", counts) { $0.writeDecimal($1) }
        body.writeStaticString(",\"sumSeconds\":")
        body.writeString(PrometheusText.number(histograms.reduce(0) { $0 + $1.sum }))
        body.writeStaticString("}")
    }

    private static let countersMax = 256
}

extension ByteBuffer {
    fileprivate mutating func writeStatus(_ status: NodeStatus?) {
        guard let status else {
            writeStaticString("null")
            return
        }
        writeText("{\"id\":", status.id.name)
        writeText(",\"role\":", status.role.rawValue)
        writePosition(",\"term\":", status.term)
        writeText(",\"leader\":", status.leader?.name)
        writePosition(",\"position\":", status.applied.rawValue)
        writePosition(",\"commit\":", status.commit.rawValue)
        writePosition(",\"stored\":", status.stored.rawValue)
        writePosition(",\"logFirst\":", status.logFirst.rawValue)
        writePosition(",\"logLast\":", status.logLast.rawValue)
        writePosition(",\"stalenessMs\":", status.staleness?.millisecondsRoundedUp)
        writeStaticString(",\"ready\":")
        writeJSONBool(status.isReady)
        writeText(",\"writeRefusal\":", status.writeRefusal)
        writeStaticString("}")
    }

    fileprivate mutating func writeMember(
        _ member: MemberStatus,
        _ status: NodeStatus?,
        lag: UInt64?,
        _ unanswered: TimeAmount?
    ) {
        writeText("{\"id\":", member.id.name)
        writeText(",\"part\":", member.part.rawValue)
        writeText(",\"peerAddress\":", member.peerAddress)
        writeText(",\"connection\":", member.connection)
        writeText(",\"mode\":", member.mode)
        writePosition(",\"position\":", member.match?.rawValue)
        writePosition(",\"lag\":", lag)
        writePosition(",\"silentMs\":", member.silence?.millisecondsRoundedUp)
        writeStaticString(",\"state\":")
        writeStatus(status)
        writePosition(",\"unansweredMs\":", unanswered?.millisecondsRoundedUp)
        writeStaticString("}")
    }

    private mutating func writePosition(_ name: StaticString, _ number: UInt64?) {
        writeStaticString(name)
        if let number { writeDecimal(number) } else { writeStaticString("null") }
    }
}
