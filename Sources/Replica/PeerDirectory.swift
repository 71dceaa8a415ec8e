import Raft
import RaftLog
import RaftTransport

/// Who this node may talk to, where they are, and which incarnation of each one's data directory it
/// has met first.
///
/// The incarnations are kept in a file, so that a node whose directory was wiped is not taken for
/// the voter that made its promises, not even after this node restarted (rule 19). It is for people to
/// read, and has a checksum:
/// ```
/// n2 93ab5c0e51d00f27
/// n3 0d5e3a7a90cc41bb
/// checksum 5f1c02aa
/// ```
///
/// Members are those of the active configuration; but a node that has been cut off may know an old
/// one, and must still answer a leader that joined meanwhile. So any node of this cluster is let in
/// and answered, at the address that it names itself, unless its name has retired: once that is
/// committed, and not while the node leads. A leader that removes itself needs the others to commit that, and to
/// hand over (rule 10).
final class PeerDirectory {
    private let directory: DataDirectory
    private let fileSystem: any FileSystem
    private let node: NodeID
    /// What the operator says, which counts before anything else: addresses may have changed.
    private let settings: [NodeID: PeerAddress]
    private var configuration = Configuration.empty
    private var committed = Configuration.empty
    /// A leader that is no member any more, until another one leads.
    private var leaver: (id: NodeID, address: PeerAddress)?
    private var met: [NodeID: PeerAddress] = [:]
    private var incarnations: [NodeID: Incarnation] = [:]
    private static let metMax = 64
    private static let bytesMax = 1 << 20

    private var path: String { directory.peers }

    /// Reads what is known.
    ///
    /// - Throws: `NodeStartError.badPeerDirectory` when the file is there and is not one.
    init(
        directory: DataDirectory,
        fileSystem: any FileSystem = PosixFileSystem(),
        node: NodeID,
        settings: [(id: NodeID, address: PeerAddress)]
    ) throws(NodeStartError) {
        self.directory = directory
        self.fileSystem = fileSystem
        self.node = node
        self.settings = Dictionary(settings.map { ($0.id, $0.address) }) { first, _ in first }
        do {
            guard try fileSystem.exists(path) else { return }
            let bytes = try fileSystem.open(path, create: false).read(at: 0, count: Self.bytesMax)
            guard let found = Self.parse(bytes) else {
                throw NodeStartError.badPeerDirectory(path: path)
            }
            incarnations = found
        } catch let error as NodeStartError {
            throw error
        } catch {
            throw .dataDirectory(path: path, reason: "\(error)")
        }
    }

    /// These are the members now.
    ///
    /// - Parameters:
    ///   - configuration: The active one.
    ///   - committed: The last one that can't be taken back.
    ///   - leader: Whom this node follows.
    func update(_ configuration: Configuration, committed: Configuration, leader: NodeID?) {
        let before = peers
        self.configuration = configuration
        self.committed = committed
        leaver = nil
        if let leader, leader != node, !configuration.isMember(leader) {
            leaver = before[leader].map { (leader, $0) }
        }
        met = met.filter { !hasRetired($0.key) }
    }

    private func hasRetired(_ peer: NodeID) -> Bool {
        committed.retired.contains(peer) && peer != leaver?.id
    }

    func address(of peer: NodeID) -> PeerAddress? {
        settings[peer] ?? configuration.address(of: peer).flatMap { PeerAddress($0) }
            ?? committed.address(of: peer).flatMap { PeerAddress($0) } ?? met[peer]
    }

    /// Everyone to dial: the members, whom the operator named before there were any, and whoever
    /// came by.
    var peers: [NodeID: PeerAddress] {
        let members = configuration.members + committed.members
        var peers: [NodeID: PeerAddress] = met
        if let leaver { peers[leaver.id] = leaver.address }
        for member in members.isEmpty ? settings.keys.sorted() : members where member != node {
            peers[member] = address(of: member)
        }
        return peers.filter { !hasRetired($0.key) }
    }

    func authorize(
        _ peer: NodeID,
        incarnation: Incarnation,
        returnAddress: PeerAddress?
    ) -> PeerVerdict {
        guard !hasRetired(peer) else {
            return .retired("\(peer) was removed from this cluster; its name is not used again")
        }
        let isMember = configuration.isMember(peer) || settings[peer] != nil
        guard isMember || met[peer] != nil || met.count < Self.metMax else {
            return .refused("too many nodes that are no members have come by")
        }
        if let known = incarnations[peer] {
            guard known == incarnation else {
                return .refused(
                    "\(peer) came with another data directory than before (\(incarnation), not "
                        + "\(known)): a wiped node must join under a new name"
                )
            }
        } else if let refusal = note(incarnation, of: peer) {
            return .refused(refusal)
        }
        if !isMember, let returnAddress { met[peer] = returnAddress }
        return .welcome
    }

    private func note(_ incarnation: Incarnation, of peer: NodeID) -> String? {
        incarnations[peer] = incarnation
        do {
            try save()
            return nil
        } catch {
            incarnations[peer] = nil
            return "its data directory could not be noted: \(error)"
        }
    }

    // MARK: - The file

    /// Replaces the file durably: what was noted must not be forgotten by a power cut.
    private func save() throws {
        let draft = DataDirectory.draft(of: path)
        let file = try fileSystem.open(draft, create: true)
        try file.truncate(to: 0)
        try file.write(Self.text(incarnations).span.bytes, at: 0)
        try file.sync()
        try fileSystem.rename(draft, to: path)
        try fileSystem.syncDirectory(directory.path)
    }

    private static let checksumLine = "checksum "

    private static func text(_ incarnations: [NodeID: Incarnation]) -> [UInt8] {
        let lines = incarnations.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
        return Array((lines + [lastLine(lines)]).joined().utf8)
    }

    private static func lastLine(_ lines: [String]) -> String {
        let checksum = Array(lines.joined().utf8).withUnsafeBytes { CheckedRecord.checksum($0) }
        return "\(checksumLine)\(String(checksum, radix: 16))\n"
    }

    /// What a file says; nil if that is not what was written, to the last byte.
    private static func parse(_ bytes: [UInt8]) -> [NodeID: Incarnation]? {
        var incarnations: [NodeID: Incarnation] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropLast() {
            let fields = line.split(separator: " ")
            guard fields.count == 2, let id = NodeID(String(fields[0])),
                let number = UInt64(fields[1], radix: 16)
            else { return nil }
            incarnations[id] = Incarnation(rawValue: number)
        }
        return text(incarnations) == bytes ? incarnations : nil
    }
}
