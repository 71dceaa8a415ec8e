import Synchronization

/// The index that the writer changes and readers look into, each for a moment.
final class SharedIndex: Sendable {
    private let index: Mutex<OffsetIndex>

    init(_ index: OffsetIndex) { self.index = Mutex(index) }

    /// Looks into the index or changes it; nothing slow may happen inside.
    func withLock<Result: Sendable>(_ body: (inout OffsetIndex) -> Result) -> Result {
        index.withLock { body(&$0) }
    }
}
