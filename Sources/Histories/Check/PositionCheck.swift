import Ledger

/// Positions and log times are consistent with each other, with the order in which things happened,
/// and with what reads promised.
///
/// The place of an entry in the log is its place in the one order of everything, so whatever returned
/// before something else began comes before it. Positions are in every answer, which makes this check
/// cheap, and it sees across all keys at once.
struct PositionCheck {
    /// Something that was seen at a position, in an interval of time.
    private struct Sighting {
        let call: CallID
        let position: Position
        let begin: HistoryInstant
        let end: HistoryInstant
    }

    /// Something that must lie beyond everything seen before an instant.
    private struct Demand {
        let kind: HistoryFault.Kind
        let call: CallID
        let position: Position
        let begin: HistoryInstant
        /// What returned before this must be included.
        let since: HistoryInstant
        /// Whether it has to come after, or may show the same position.
        let isWrite: Bool
    }

    let evidence: Evidence

    /// Everything that is wrong.
    func faults() -> [HistoryFault] {
        orderFaults() + sharedFaults() + logTimeFaults() + promiseFaults()
    }

    /// Writes in the order of their positions: requests and refused ids.
    private var writes: [(call: CallID, answer: Answer)] {
        let requests = evidence.requests.compactMap { request in
            request.answer.map { (call: request.calls[0], answer: $0) }
        }
        return (requests + evidence.reuses.map { (call: $0.call, answer: $0.answer) })
            .sorted { ($0.answer.position, $0.call) < ($1.answer.position, $1.call) }
    }

    private func sharedFaults() -> [HistoryFault] {
        zip(writes, writes.dropFirst()).compactMap { first, second in
            guard first.answer.position == second.answer.position else { return nil }
            let calls = [first.call, second.call]
            return HistoryFault(
                .positionShared,
                "two requests are at position \(first.answer.position.rawValue): "
                    + evidence.words(for: calls),
                calls: calls
            )
        }
    }

    private func logTimeFaults() -> [HistoryFault] {
        zip(writes, writes.dropFirst()).compactMap { first, second in
            guard first.answer.position < second.answer.position,
                first.answer.logTime >= second.answer.logTime
            else { return nil }
            let calls = [first.call, second.call]
            return HistoryFault(
                .positionOrder,
                "log time does not rise from position \(first.answer.position.rawValue) "
                    + "(\(first.answer.logTime.microseconds)) to \(second.answer.position.rawValue) "
                    + "(\(second.answer.logTime.microseconds)): " + evidence.words(for: calls),
                calls: calls
            )
        }
    }

    private func orderFaults() -> [HistoryFault] {
        let seen = sightings.sorted { ($0.end, $0.call) < ($1.end, $1.call) }
        var faults: [HistoryFault] = []
        var next = 0
        var latest: Sighting?
        for demand in demands.sorted(by: { ($0.since, $0.call) < ($1.since, $1.call) }) {
            while next < seen.count, seen[next].end < demand.since {
                if latest.map({ $0.position < seen[next].position }) ?? true { latest = seen[next] }
                next += 1
            }
            guard let latest else { continue }
            let isFine =
                demand.isWrite
                ? latest.position < demand.position : latest.position <= demand.position
            if !isFine { faults.append(fault(demand, missing: latest)) }
        }
        return faults
    }

    private func fault(_ demand: Demand, missing: Sighting) -> HistoryFault {
        let calls = [missing.call, demand.call]
        let age = demand.begin.nanoseconds - demand.since.nanoseconds
        let promise = age == 0 ? "before it began" : "more than \(age) ns before it began"
        return HistoryFault(
            demand.kind,
            "position \(missing.position.rawValue) was seen \(promise), and yet it is at "
                + "\(demand.position.rawValue): " + evidence.words(for: calls),
            calls: calls
        )
    }

    private var sightings: [Sighting] {
        let requests = evidence.requests.compactMap { request -> Sighting? in
            guard let answer = request.answer, let end = request.end else { return nil }
            return Sighting(
                call: request.calls[0],
                position: answer.position,
                begin: request.begin,
                end: end
            )
        }
        let reuses = evidence.reuses.map {
            Sighting(call: $0.call, position: $0.answer.position, begin: $0.begin, end: $0.end)
        }
        let reads = evidence.reads.compactMap { read in
            read.report.position.map {
                Sighting(call: read.call, position: $0, begin: read.begin, end: read.end)
            }
        }
        return requests + reuses + reads
    }

    private var demands: [Demand] {
        let requests = evidence.requests.compactMap { request in
            request.answer.map {
                Demand(
                    kind: .positionOrder,
                    call: request.calls[0],
                    position: $0.position,
                    begin: request.begin,
                    since: request.begin,
                    isWrite: true
                )
            }
        }
        let reuses = evidence.reuses.map {
            Demand(
                kind: .positionOrder,
                call: $0.call,
                position: $0.answer.position,
                begin: $0.begin,
                since: $0.begin,
                isWrite: true
            )
        }
        let reads = evidence.reads.compactMap { read -> Demand? in
            guard let position = read.report.position, let asOf = read.completeAsOf else {
                return nil
            }
            return Demand(
                kind: .staleness,
                call: read.call,
                position: position,
                begin: read.begin,
                since: asOf,
                isWrite: false
            )
        }
        return requests + reuses + reads
    }

    private func promiseFaults() -> [HistoryFault] {
        evidence.reads.compactMap { read in
            switch read.promise {
            case .session(let minPosition)
            where read.report.position.map { $0 < minPosition } ?? false:
                HistoryFault(
                    .sessionBehind,
                    "position \(minPosition.rawValue) was to be included: "
                        + evidence.words(for: [read.call]),
                    calls: [read.call]
                )
            case .bounded where read.report.position != nil && read.report.claimedAge == nil:
                HistoryFault(
                    .staleness,
                    "an age was asked for and none was claimed: "
                        + evidence.words(for: [read.call]),
                    calls: [read.call]
                )
            case .session, .bounded, .stale, .linearizable: nil
            }
        }
    }
}
