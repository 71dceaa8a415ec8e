import Ledger
import Replica

extension Feed {
    /// What the feed does, in the node's form.
    var samples: [NodeMetrics.Sample] {
        typealias Sample = NodeMetrics.Sample
        let counts = metrics.snapshot
        let standing = ring.standing
        let isResting = rest.isResting
        var samples = [
            Sample(
                "estoque_feed_watchers",
                .gauge,
                Double(metrics.watchers),
                help: "Streams and polls that follow the changes now."
            ),
            Sample(
                "estoque_feed_records",
                .gauge,
                Double(ring.count),
                help: "Changes kept for those who come back with a cursor."
            ),
            Sample(
                "estoque_feed_position",
                .gauge,
                // While nobody follows there is nothing that it would have to tell.
                Double(
                    max(standing.position, isResting ? node.status.applied : Position(0)).rawValue
                ),
                help: "Position up to which the feed has told everything."
            ),
            Sample(
                "estoque_feed_floor_position",
                .gauge,
                Double(standing.floor.rawValue),
                help: "Oldest cursor that the feed can go on from."
            ),
        ]
        for (form, count) in [("stream", counts.streams), ("poll", counts.polls)] {
            samples.append(
                Sample(
                    "estoque_feed_watchers_total",
                    .counter,
                    Double(count),
                    help: "Streams and polls that began to follow the changes.",
                    labels: [("form", form)]
                )
            )
        }
        return samples + counterSamples(counts)
    }

    private func counterSamples(_ counts: FeedMetrics.Counts) -> [NodeMetrics.Sample] {
        typealias Sample = NodeMetrics.Sample
        let plain: [(name: String, value: UInt64, help: String)] = [
            ("watchers_rejected", counts.rejected, "Watchers turned away as there were so many."),
            ("cursors_refused", counts.refusedCursors, "Cursors older than what is kept."),
            ("events_sent", counts.events, "Events sent to watchers."),
            ("bookmarks_sent", counts.bookmarks, "Bookmarks sent to watchers."),
            ("streams_aged", counts.aged, "Streams ended in good order at their age."),
        ]
        var samples = plain.map { name, value, help in
            Sample("estoque_feed_\(name)_total", .counter, Double(value), help: help)
        }
        let causes = [
            ("superseded", counts.conflated - counts.conflatedSlow),
            ("slow", counts.conflatedSlow),
        ]
        for (cause, count) in causes {
            samples.append(
                Sample(
                    "estoque_feed_events_conflated_total",
                    .counter,
                    Double(count),
                    help: "Events left out, as a later one of the same key made them needless.",
                    labels: [("cause", cause)]
                )
            )
        }
        for (reset, count) in zip(FeedReset.allCases, counts.resets) {
            samples.append(
                Sample(
                    "estoque_feed_resets_total",
                    .counter,
                    Double(count),
                    help: "Streams told to begin anew, and dropped, by reason.",
                    labels: [("reason", reset.rawValue.lowercased())]
                )
            )
        }
        return samples
    }
}
