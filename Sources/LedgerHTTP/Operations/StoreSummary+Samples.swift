import Ledger
import LedgerStore
import Replica

extension StoreSummary {
    /// What is known of stores, in the node's form: no label grows with their number.
    var samples: [NodeMetrics.Sample] {
        typealias Sample = NodeMetrics.Sample
        var samples: [Sample] = gauges.map { name, value, help in
            Sample("estoque_store_\(name)", .gauge, value, help: help)
        }
        let totals: [(name: String, count: UInt64, help: String)] = [
            ("facts_total", facts, "Facts of stores taken in, since the ledger began."),
            (
                "facts_conflicted_total", conflicted,
                "Facts that left a conflict, since the ledger began."
            ),
            (
                "facts_set_aside_total", setAside,
                "Facts that were put aside, since the ledger began."
            ),
        ]
        for (name, count, help) in totals {
            samples.append(Sample("estoque_store_\(name)", .counter, Double(count), help: help))
        }
        for open in openConflicts {
            samples.append(
                Sample(
                    "estoque_store_conflicts",
                    .gauge,
                    Double(open.count),
                    help: "Conflicts that are open, by kind.",
                    labels: [("kind", open.kind.label)]
                )
            )
        }
        return samples
    }

    private var gauges: [(name: String, value: Double, help: String)] {
        [
            ("agents", Double(stores), "Stores that have an agent."),
            ("frozen", Double(frozen), "Stores whose chain has forked."),
            ("silent", Double(silent), "Stores not heard of for over 60 s."),
            (
                "outdated", Double(outdated),
                "Stores of which what is known is older than 60 s, or that never told all."
            ),
            (
                "known_age_seconds_max", Double(ageMax.rawValue) / 1_000,
                "Greatest age of what is known of a store that has told all once."
            ),
            ("quarantined", Double(quarantined), "Facts that are put aside."),
            ("allotted_units", Double(allottedUnits), "Units allotted to stores."),
            (
                "allotted_silent_units", Double(allottedSilent),
                "Units allotted to stores not heard of for over 60 s."
            ),
        ]
    }
}

extension StoreRecordKey.Kind {
    /// The kind of a conflict as a label.
    fileprivate var label: String {
        switch self {
        case .oversold: "oversold"
        case .negativeOnHand: "negative_on_hand"
        case .factConflict: "fact"
        case .editConflict: "edit"
        case .fork: "fork"
        case .agent, .closedEpoch, .allotment, .fact, .quarantined: "none"
        }
    }
}
