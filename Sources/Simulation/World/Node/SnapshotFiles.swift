import Ledger
import LedgerStore
import Raft
import RaftLog
import Replica
import Synchronization

/// A simulated state machine's file: where it stands, and bytes that follow from its digest, so that
/// only the right pieces in their order give the whole.
///
///     magic  position  term  digest  membership bytes  membership  padding
///     u64    u64       u64   u64     u64               …           …
struct StateFile: Equatable, Sendable {
    var point: StoredPoint
    var digest: UInt64

    private static let magic: UInt64 = 0x4C45_4454_4154_5345
    private static let headBytes = 40

    init(point: StoredPoint, digest: UInt64) {
        self.point = point
        self.digest = digest
    }

    /// The file's bytes, at least so many.
    func encoded(byteCount: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        let head = [
            Self.magic, point.position.rawValue, point.term, digest,
            UInt64(point.membership.count),
        ]
        for word in head { Self.append(word, to: &bytes) }
        bytes += point.membership
        var padding = Chance(seed: digest)
        while bytes.count < byteCount { Self.append(padding.bits(), to: &bytes) }
        return bytes
    }

    /// Reads what ``encoded(byteCount:)`` wrote; nil for anything else.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.headBytes else { return nil }
        let words = (0..<5).map { Self.word(bytes, at: $0 * 8) }
        let end = Self.headBytes + Int(clamping: words[4])
        guard words[0] == Self.magic, end <= bytes.count else { return nil }
        point = StoredPoint(
            position: Position(words[1]),
            term: words[2],
            membership: Array(bytes[Self.headBytes..<end])
        )
        digest = words[3]
        guard encoded(byteCount: bytes.count) == bytes else { return nil }
    }

    private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }

    private static func word(_ bytes: [UInt8], at offset: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }
}

extension StateFile {
    /// What a file system has under a path; nil if there is nothing.
    static func read(
        _ fileSystem: FaultyFileSystem,
        _ path: String
    ) throws(StoreError) -> StateFile? {
        do {
            guard try fileSystem.exists(path) else { return nil }
            let file = try fileSystem.open(path, create: false)
            let bytes = try file.read(at: 0, count: try file.size())
            guard let found = StateFile(bytes) else {
                throw StoreError(.corrupt, "\(path) is no simulated state")
            }
            return found
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.io, "\(error)")
        }
    }

    /// What is verified of a state that was brought here, as SQLite's file would be.
    static func verify(
        _ fileSystem: FaultyFileSystem,
        _ path: String
    ) throws(StoreError) -> StoreHeader {
        guard let found = try read(fileSystem, path) else {
            throw StoreError(.notAStore, "\(path) is missing")
        }
        var ledger = LedgerHeader()
        ledger.position = found.point.position
        return StoreHeader(
            ledger: ledger,
            term: found.point.term,
            membership: found.point.membership
        )
    }
}

/// An exchange of the state under way, as the node's loop knows it.
struct PendingExchange: Sendable {
    /// The write that it is part of.
    var ticket: Ticket
    var last: LogPosition
    /// The newest write that is durable, told to the core only once the new state is there.
    var durableTicket: Ticket?
}

/// Notes that the files are exchanged and the new state may be opened.
///
/// It stands between ``StateExchange``, whose closures may be called on any thread, and a node that
/// has only one.
final class ExchangeSignals: Sendable {
    private let reopened = Mutex<SnapshotInstall?>(nil)

    func reopen(_ install: SnapshotInstall) { reopened.withLock { $0 = install } }

    func take() -> SnapshotInstall? {
        reopened.withLock { reopened in
            defer { reopened = nil }
            return reopened
        }
    }
}
