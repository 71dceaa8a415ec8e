import AgentCore
import Ledger
import NIOCore
import Replica

/// An agent's numbers, as Prometheus reads them.
enum TillMetrics {
    /// The text for a scrape.
    static func text(_ status: AgentStatus, units: Quantity, now: LogTime) -> ByteBuffer {
        var text = PrometheusText()
        text.write(gauges(status, units, now) + counters(status.counts))
        text.write([delays(status.counts.delays)])
        return text.buffer
    }

    private static func gauges(
        _ status: AgentStatus,
        _ units: Quantity,
        _ now: LogTime
    ) -> [NodeMetrics.Sample] {
        [
            gauge("connected", "Whether the cluster answers.", status.isCutOff ? 0 : 1),
            gauge("frozen", "Whether nothing is sold any more.", status.head.frozen == nil ? 0 : 1),
            gauge("epoch", "The store's epoch.", Double(status.head.epoch)),
            gauge(
                "cut_off_seconds",
                "How long the cluster hasn't answered.",
                seconds(since: status.cutOffSince, now)
            ),
            gauge(
                "outbox_facts",
                "Facts that the ledger isn't known to have.",
                Double(status.head.outboxDepth)
            ),
            gauge("outbox_bytes", "Bytes of their payloads.", Double(status.outboxBytes)),
            gauge(
                "oldest_unacknowledged_seconds",
                "Age of the first of them.",
                seconds(since: status.oldestUnacknowledged, now)
            ),
            gauge("units_allotted", "Units that may be sold without asking.", Double(units)),
            gauge("tills_waiting", "Tills that wait for a grant.", Double(status.waiting)),
            gauge("price_edits_waiting", "Prices that aren't sent yet.", Double(status.edits)),
        ]
    }

    private static func counters(_ counts: AgentCounts) -> [NodeMetrics.Sample] {
        [
            counter("sales_total", "Sales.", counts.sales),
            counter("facts_total", "Facts of all kinds.", counts.facts),
            counter("refused_total", "Requests of tills that were refused.", counts.refused),
            counter(
                "overdrawn_units_total",
                "Units sold beyond the rights there were.",
                counts.overdrawnUnits
            ),
            counter(
                "conflicts_total",
                "Facts that a person should look at, as the ledger said.",
                counts.conflicts
            ),
            counter("quarantined_total", "Facts that the ledger put aside.", counts.quarantined),
            counter(
                "redials_total",
                "Connections torn down since nothing was acknowledged.",
                counts.redials
            ),
            counter("copies_total", "Copies of the location that were begun.", counts.copies),
            counter("grants_total", "Grants that were asked for.", counts.grants),
            counter(
                "price_edits_refused_total",
                "New prices that the ledger refused.",
                counts.editsRefused
            ),
        ]
    }

    private static func delays(_ delays: FactDelays) -> NodeMetrics.Histogram {
        NodeMetrics.Histogram(
            "estoque_agent_fact_delay_seconds",
            help: "From the oldest fact of an acknowledgement until the ledger had it.",
            bounds: FactDelays.bounds.map { Double($0) / 1_000 },
            counts: delays.counts,
            sum: Double(delays.sum.rawValue) / 1_000
        )
    }

    private static func gauge(
        _ name: String,
        _ help: String,
        _ value: Double
    ) -> NodeMetrics.Sample {
        NodeMetrics.Sample("estoque_agent_" + name, .gauge, value, help: help)
    }

    private static func counter(
        _ name: String,
        _ help: String,
        _ value: UInt64
    ) -> NodeMetrics.Sample {
        NodeMetrics.Sample("estoque_agent_" + name, .counter, Double(value), help: help)
    }

    /// 0 when there is no such time, or the clock was set back.
    private static func seconds(since time: LogTime?, _ now: LogTime) -> Double {
        guard let time, time < now else { return 0 }
        return Double(now.microseconds - time.microseconds) / 1_000_000
    }
}
