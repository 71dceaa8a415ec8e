import Ledger
import LedgerStore
import NIOCore
import Raft
import RaftLog
import RaftTransport

/// The numbers that the loop gives to `/metrics`.
extension ReplicaLoop {
    private func logSamples() -> [NodeMetrics.Sample] {
        let log = log.metrics
        let seconds = log.syncTimes.sum / .seconds(1)
        return [
            NodeMetrics.Sample(
                "estoque_log_entries_total",
                .counter,
                Double(log.counters.entries),
                help: "Entries written to the log."
            ),
            NodeMetrics.Sample(
                "estoque_log_written_bytes_total",
                .counter,
                Double(log.counters.bytes),
                help: "Bytes written to the log."
            ),
            NodeMetrics.Sample(
                "estoque_log_syncs_total",
                .counter,
                Double(log.counters.syncs),
                help: "Times that the log was made durable."
            ),
            NodeMetrics.Sample(
                "estoque_log_sync_seconds_total",
                .counter,
                seconds,
                help: "Time spent making the log durable."
            ),
            NodeMetrics.Sample(
                "estoque_log_segments",
                .gauge,
                Double(log.counters.segments),
                help: "Segment files made since the start."
            ),
        ]
    }

    private func snapshotSamples() -> [NodeMetrics.Sample] {
        typealias Sample = NodeMetrics.Sample
        let counts: [(name: String, value: UInt64, help: String)] = [
            ("taken", counters.snapshotsTaken, "Copies of the state made for other nodes."),
            ("failed", counters.snapshotsFailed, "Copies of the state that could not be made."),
            ("installed", counters.snapshotsInstalled, "States taken over from other nodes."),
            ("copied_bytes", counters.snapshotBytesCopied, "Bytes of the copies made."),
            ("sent_bytes", counters.snapshotBytesSent, "Bytes of copies sent to other nodes."),
            ("received_bytes", counters.snapshotBytesReceived, "Bytes of states received."),
        ]
        return counts.map { name, value, help in
            Sample("estoque_snapshots_\(name)_total", .counter, Double(value), help: help)
        } + [
            Sample(
                "estoque_snapshots_kept",
                .gauge,
                Double(shelf.copies.count),
                help: "Copies of the state kept for other nodes."
            ),
            Sample(
                "estoque_log_bytes",
                .gauge,
                Double(compaction.logBytes),
                help: "Bytes that the log's segments took when it was last looked through."
            ),
            Sample(
                "estoque_log_first_index",
                .gauge,
                Double(log.firstIndex.rawValue),
                help: "First index that the log still has."
            ),
        ]
    }

    func samples(_ raft: Status) -> [NodeMetrics.Sample] {
        typealias Sample = NodeMetrics.Sample
        var samples = [
            Sample(
                "estoque_raft_term",
                .gauge,
                Double(raft.term.rawValue),
                help: "Current term."
            ),
            Sample(
                "estoque_remembered_answers",
                .gauge,
                Double(core.state.rememberedAnswers.count),
                help: "Answers that a repeated request would get again, at most."
            ),
            Sample(
                "estoque_remembered_answers_index_bytes",
                .gauge,
                Double(core.state.rememberedAnswers.indexBytes),
                help: "What the index of identities takes for remembered answers."
            ),
            Sample(
                "estoque_raft_is_leader",
                .gauge,
                raft.role == .leader ? 1 : 0,
                help: "1 on the node that leads."
            ),
            Sample(
                "estoque_writes_refused",
                .gauge,
                writeRefusal == nil ? 0 : 1,
                help: "1 while this node refuses writes, since a disk is full."
            ),
            Sample(
                "estoque_raft_commit_index",
                .gauge,
                Double(raft.commitIndex.rawValue),
                help: "Highest log index known to be committed."
            ),
            Sample(
                "estoque_raft_last_index",
                .gauge,
                Double(raft.last.index.rawValue),
                help: "Last index of the log."
            ),
            Sample(
                "estoque_raft_durable_index",
                .gauge,
                Double(raft.durableIndex.rawValue),
                help: "Last index of the log that is on this node's disk."
            ),
            Sample(
                "estoque_raft_elections_total",
                .counter,
                Double(counters.elections),
                help: "Elections this node has stood in."
            ),
            Sample(
                "estoque_raft_leader_changes_total",
                .counter,
                Double(counters.leaderChanges),
                help: "Changes of the leader this node knows."
            ),
            Sample(
                "estoque_applied_position",
                .gauge,
                Double(core.appliedIndex.rawValue),
                help: "Position applied in memory."
            ),
            Sample(
                "estoque_stored_position",
                .gauge,
                Double(storedPosition.rawValue),
                help: "Position that SQLite holds."
            ),
            Sample(
                "estoque_checkpointed_position",
                .gauge,
                Double(checkpointedPosition.rawValue),
                help: "Position that SQLite holds even after a loss of power."
            ),
            Sample(
                "estoque_requests_total",
                .counter,
                Double(counters.requests),
                help: "Requests submitted on this node."
            ),
            Sample(
                "estoque_requests_answered_total",
                .counter,
                Double(counters.answered),
                help: "Requests applied and answered, refusals included."
            ),
            Sample(
                "estoque_requests_refused_total",
                .counter,
                Double(counters.refused),
                help: "Requests refused by a rule of the ledger."
            ),
            Sample(
                "estoque_requests_replayed_total",
                .counter,
                Double(counters.replayed),
                help: "Requests that had been answered before."
            ),
            Sample(
                "estoque_requests_unknown_total",
                .counter,
                Double(counters.unknown),
                help: "Requests whose outcome this node could not tell."
            ),
            Sample(
                "estoque_requests_turned_away_total",
                .counter,
                Double(counters.turnedAway),
                help: "Requests refused before they reached the log."
            ),
            Sample(
                "estoque_requests_in_flight",
                .gauge,
                Double(core.requestsInFlight),
                help: "Requests queued, proposed or forwarded."
            ),
            Sample(
                "estoque_view_items",
                .gauge,
                Double(shared.view.count),
                help: "Items in the readers' memory."
            ),
            Sample(
                "estoque_view_bytes",
                .gauge,
                Double(shared.view.bytes),
                help: "About what the readers' memory takes."
            ),
            Sample(
                "estoque_view_items_fetched_total",
                .counter,
                Double(fetches.fetchedCount),
                help: "Items that readers asked for and the readers' memory lacked."
            ),
            Sample(
                "estoque_view_fetches_waiting",
                .gauge,
                Double(fetches.waiting.count),
                help: "Reads that wait for items which the readers' memory lacks."
            ),
            Sample(
                "estoque_peer_malformed_frames_total",
                .counter,
                Double(counters.malformedFrames + core.malformedMessages),
                help: "Frames from peers that could not be understood."
            ),
        ]
        samples += logSamples()
        samples += snapshotSamples()
        samples += tallySamples()
        for peer in network.status {
            guard let outbound = peer.outbound else { continue }
            let labels = [(name: "peer", value: peer.peer.name)]
            samples.append(
                Sample(
                    "estoque_peer_connected",
                    .gauge,
                    outbound.state == .connected ? 1 : 0,
                    help: "1 while the connection to the peer stands.",
                    labels: labels
                )
            )
            samples.append(
                Sample(
                    "estoque_peer_sent_bytes_total",
                    .counter,
                    Double(outbound.bytes),
                    help: "Bytes sent to the peer.",
                    labels: labels
                )
            )
            samples.append(
                Sample(
                    "estoque_peer_dropped_frames_total",
                    .counter,
                    Double(outbound.dropped),
                    help: "Frames to the peer that were dropped.",
                    labels: labels
                )
            )
        }
        return samples
    }
}
