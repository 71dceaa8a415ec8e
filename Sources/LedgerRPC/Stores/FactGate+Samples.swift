import NIOCore
package import Replica

extension LedgerServices {
    /// How stores' facts come in at this node, in the node's form.
    package var samples: [NodeMetrics.Sample] { gate.samples }
}

extension FactGate {
    fileprivate var samples: [NodeMetrics.Sample] {
        let (counts, waiting, bytes) = standing
        return [
            NodeMetrics.Sample(
                "estoque_fact_submissions_waiting",
                .gauge,
                Double(waiting),
                help: "Submissions of stores that wait for their turn at this node."
            ),
            NodeMetrics.Sample(
                "estoque_fact_bytes_under_way",
                .gauge,
                Double(bytes),
                help: "Bytes of submissions that are being proposed, or rest after it."
            ),
            NodeMetrics.Sample(
                "estoque_fact_submissions_started_total",
                .counter,
                Double(counts.started),
                help: "Submissions of stores that were let in."
            ),
            NodeMetrics.Sample(
                "estoque_fact_submissions_refused_total",
                .counter,
                Double(counts.refused),
                help: "Submissions that were told to come again later."
            ),
            NodeMetrics.Sample(
                "estoque_fact_wait_seconds_total",
                .counter,
                Double(counts.waited.nanoseconds) / 1e9,
                help: "Time that those which were let in had waited for it, all together."
            ),
        ]
    }
}
