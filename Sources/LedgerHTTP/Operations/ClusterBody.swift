import Ledger
import NIOCore
import Raft
import Replica

/// `GET /v1/cluster`: what the node that is asked and the leader know, with counters to compute rates of.
struct ClusterBody {
    var node: NodeStatus
    /// Nil when none answers.
    var leader: NodeStatus?
    var samples: [NodeMetrics.Sample]
    /// How long the node's requests took, and those over HTTP by route.
    var requests: [NodeMetrics.Histogram]
    var routes: [NodeMetrics.Histogram]

    /// One JSON object.
    var json: ByteBuffer {
        var body = ByteBuffer()
        body.writeText("{\"cluster\":", (leader ?? node).cluster)
        body.writeStaticString(",\"node\":")
        body.writeStatus(node)
        body.writeStaticString(",\"leader\":")
        if let leader { body.writeStatus(leader) } else { body.writeStaticString("null") }
        let seen = leader ?? node
        body.writeStaticString(",\"configurationPosition\":")
        body.writeDecimal(seen.configurationIndex.rawValue)
        body.writeStaticString(",\"joint\":")
        body.writeJSONBool(seen.isJoint)
        body.writeText(",\"joining\":", seen.joining?.node.name)
        body.writeText(",\"transferTarget\":", seen.transferTarget?.name)
        let last = leader?.logLast
        body.writeList(",\"members\":", seen.members) { $0.writeMember($1, leaderLast: last) }
        writeCounters(&body)
        Self.write("requests", of: requests, into: &body)
        Self.write("http", of: routes, into: &body)
        body.writeStaticString("}\n")
        return body
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
    fileprivate mutating func writeStatus(_ status: NodeStatus) {
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

    /// A lag is known only where the leader says what a member has.
    fileprivate mutating func writeMember(_ member: MemberStatus, leaderLast: Position?) {
        writeText("{\"id\":", member.id.name)
        writeText(",\"part\":", member.part.rawValue)
        writeText(",\"peerAddress\":", member.peerAddress)
        writeText(",\"connection\":", member.connection)
        writeText(",\"mode\":", member.mode)
        writePosition(",\"position\":", member.match?.rawValue)
        var lag: UInt64?
        if let leaderLast, let match = member.match {
            lag = leaderLast.rawValue - min(match.rawValue, leaderLast.rawValue)
        }
        writePosition(",\"lag\":", lag)
        writePosition(",\"silentMs\":", member.silence?.millisecondsRoundedUp)
        writeStaticString("}")
    }

    private mutating func writePosition(_ name: StaticString, _ number: UInt64?) {
        writeStaticString(name)
        if let number { writeDecimal(number) } else { writeStaticString("null") }
    }
}
