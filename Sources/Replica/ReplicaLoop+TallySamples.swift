import Ledger

/// What applied entries came to, for `/metrics`: the same on every node that applied the same.
extension ReplicaLoop {
    var histograms: [NodeMetrics.Histogram] {
        [
            NodeMetrics.Histogram(
                "estoque_request_duration_seconds",
                help: "Time from a request's arrival on this node to its verdict.",
                bounds: DurationHistogram.bounds,
                counts: counters.durations.counts,
                sum: Double(counters.durations.sumNanoseconds) / 1e9
            )
        ]
    }

    func tallySamples() -> [NodeMetrics.Sample] {
        typealias Sample = NodeMetrics.Sample
        let tally = counters.tally
        let holds: [(state: String, count: UInt64)] = [
            ("held", tally[.reserve]), ("extended", tally[.extend]),
            ("confirmed", tally[.confirm]), ("fulfilled", tally[.fulfill]),
            ("released", tally[.release]), ("expired", tally.expired),
        ]
        var samples = holds.map { state, count in
            Sample(
                "estoque_reservations_total",
                .counter,
                Double(count),
                help: "Steps of reservations applied since the start, by what they became.",
                labels: [("state", state)]
            )
        }
        samples.append(
            Sample(
                "estoque_store_facts_repeated_total",
                .counter,
                Double(tally.repeatedFacts),
                help: "Facts of stores since the start that had been taken in before."
            )
        )
        for reason in Refusal.Reason.allCases {
            samples.append(
                Sample(
                    "estoque_reservations_refused_total",
                    .counter,
                    Double(tally.holdsRefused[reason.rawValue]),
                    help: "Holds refused since the start, by reason.",
                    labels: [("reason", reason.label)]
                )
            )
            samples.append(
                Sample(
                    "estoque_commands_refused_total",
                    .counter,
                    Double(tally.refused[reason.rawValue]),
                    help: "Commands refused by a rule of the ledger since the start, by reason.",
                    labels: [("reason", reason.label)]
                )
            )
        }
        for kind in JournalRow.Kind.allCases where kind != .expire {
            samples.append(
                Sample(
                    "estoque_commands_total",
                    .counter,
                    Double(tally[kind]),
                    help: "Commands applied and done since the start, by kind.",
                    labels: [("kind", kind.label)]
                )
            )
        }
        return samples
    }
}
