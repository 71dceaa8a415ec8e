import Synchronization

/// Whether a connection has been ready and nobody was told of its end yet.
final class ReadyFlag: Sendable {
    private let isUp = Atomic(false)

    func raise() { isUp.store(true, ordering: .relaxed) }

    /// Lowers it; true the first time after it was raised.
    func lower() -> Bool { isUp.exchange(false, ordering: .relaxed) }
}
