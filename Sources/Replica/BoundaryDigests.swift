import Ledger
import NIOCore

/// The digests of the last boundaries, and who waits for one that isn't there yet.
struct BoundaryDigests {
    typealias Completion = @Sendable (Result<LedgerDigest, ReadFailure>) -> Void

    private var known: [LedgerDigest] = []
    private var waiting: [(position: Position, deadline: NIODeadline, completion: Completion)] = []
    private static let waitingMax = 1_024

    mutating func wait(
        for position: Position,
        deadline: NIODeadline,
        _ completion: @escaping Completion
    ) {
        if let digest = known.first(where: { $0.position == position }) {
            completion(.success(digest))
        } else if waiting.count < Self.waitingMax {
            waiting.append((position, deadline, completion))
        } else {
            completion(.failure(.overloaded))
        }
    }

    mutating func add(_ digest: LedgerDigest, keeping count: Int) {
        known.append(digest)
        if known.count > count { known.removeFirst(known.count - count) }
        for waiter in waiting where waiter.position == digest.position {
            waiter.completion(.success(digest))
        }
        waiting.removeAll { $0.position == digest.position }
    }

    mutating func expire(now: NIODeadline) {
        for waiter in waiting where waiter.deadline <= now {
            waiter.completion(.failure(.noQuorum))
        }
        waiting.removeAll { $0.deadline <= now }
    }

    mutating func failAll() {
        for waiter in waiting {
            waiter.completion(.failure(.notReady))
        }
        waiting = []
    }
}
