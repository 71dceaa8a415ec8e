import Raft
import RaftLog

/// Says that the state beside the present one takes its place, and the log begins after it.
///
/// It is written once all of that is here and verified, and gone once it is done: a node that finds
/// it on start completes what a crash interrupted (see ``StateExchange``).
struct InstallMarker: Hashable {
    /// The incoming file.
    var state: SnapshotDescription
    /// Whether the log holds the position, and so keeps what follows.
    var keepsSuffix: Bool
    var configuration: LoggedConfiguration

    private static let magic: UInt32 = 0x5349_5145  // "EQIS"
    private static let version: UInt8 = 1

    var install: SnapshotInstall {
        SnapshotInstall(
            last: state.last,
            configuration: configuration,
            keepsSuffix: keepsSuffix
        )
    }

    /// Gives the marker its name durably, whole or not at all.
    func write(
        to directory: DataDirectory,
        _ fileSystem: any FileSystem
    ) throws(FileSystemError) {
        let draft = DataDirectory.draft(of: directory.marker)
        let file = try fileSystem.open(draft, create: true)
        try file.truncate(to: 0)
        try file.write(encoded().span.bytes, at: 0)
        try file.sync()
        try fileSystem.rename(draft, to: directory.marker)
        try fileSystem.syncDirectory(directory.path)
    }

    /// Takes the marker away durably.
    static func remove(
        from directory: DataDirectory,
        _ fileSystem: any FileSystem
    ) throws(FileSystemError) {
        try fileSystem.remove(directory.marker)
        try fileSystem.syncDirectory(directory.path)
    }

    /// The marker that is there.
    ///
    /// - Throws: `NodeStartError.damaged` for bytes that are none: it never has its name before it
    ///   is whole.
    static func read(
        _ directory: DataDirectory,
        _ fileSystem: any FileSystem
    ) throws -> InstallMarker? {
        guard try fileSystem.exists(directory.marker) else { return nil }
        let file = try fileSystem.open(directory.marker, create: false)
        let bytes = try file.read(at: 0, count: bytesMax)
        guard let marker = InstallMarker(decoding: bytes) else {
            throw NodeStartError.damaged(path: directory.marker, reason: "it fails its check")
        }
        return marker
    }

    private static let bytesMax = 1 << 20

    func encoded() -> [UInt8] {
        var payload: [UInt8] = [Self.version, keepsSuffix ? 1 : 0]
        state.append(to: &payload)
        payload.append(contentsOf: Membership.encode(configuration))
        return CheckedRecord.encode(Self.magic, payload)
    }

    init?(decoding bytes: [UInt8]) {
        guard let payload = CheckedRecord.decode(Self.magic, bytes),
            bytes.count == CheckedRecord.encode(Self.magic, payload).count
        else { return nil }
        var reader = FieldReader(payload)
        guard reader.integer() == Self.version, let keepsSuffix: UInt8 = reader.integer(),
            keepsSuffix <= 1, let state = SnapshotDescription(&reader),
            let configuration = Membership.decode(reader.rest())
        else { return nil }
        self.init(
            state: state,
            keepsSuffix: keepsSuffix == 1,
            configuration: configuration
        )
    }

    init(state: SnapshotDescription, keepsSuffix: Bool, configuration: LoggedConfiguration) {
        self.state = state
        self.keepsSuffix = keepsSuffix
        self.configuration = configuration
    }
}
