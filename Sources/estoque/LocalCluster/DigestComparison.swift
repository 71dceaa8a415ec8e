import LedgerAPI

/// Whether all nodes hold the same: their digests at one position of the log.
struct DigestComparison: Sendable {
    var position: UInt64
    /// By node; nil for one that didn't tell.
    var digests: [String?]
    /// Why some are missing.
    var complaints: [String] = []

    var areEqual: Bool {
        guard let first = digests.first, let first else { return false }
        return digests.allSatisfy { $0 == first }
    }

    /// Asks the node `first` for a digest at a new position, then the others for theirs at that one.
    static func take(
        _ probe: ClusterProbe,
        startingWith first: Int,
        within limit: Duration
    ) async throws -> DigestComparison {
        let answer = try await probe.digest(first, at: nil, within: limit)
        var comparison = DigestComparison(
            position: answer.position,
            digests: Array(repeating: nil, count: probe.addresses.count)
        )
        comparison.digests[first] = answer.digest
        for index in probe.addresses.indices where index != first {
            do {
                let other = try await probe.digest(index, at: answer.position, within: limit)
                comparison.digests[index] = other.digest
                if other.digest != answer.digest {
                    comparison.complaints.append(
                        "at position \(answer.position), \(probe.addresses[first]) has digest "
                            + "\(answer.digest) and \(probe.addresses[index]) \(other.digest)"
                    )
                }
            } catch {
                comparison.complaints.append(
                    "\(probe.addresses[index]) gave no digest at \(answer.position): \(error)"
                )
            }
        }
        return comparison
    }
}
