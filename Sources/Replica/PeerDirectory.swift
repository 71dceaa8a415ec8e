import Foundation
import Raft
import RaftTransport

/// Who this node may talk to, where they are, and which incarnation of each one's data directory it
/// has met first.
///
/// The incarnations are kept in a file, so that a node whose directory was wiped is not taken for
/// the voter that made its promises, not even after this node restarted (rule 19).
///
/// Members are those of the active configuration; but a node that has been cut off may know an old
/// one, and must still answer a leader that joined meanwhile. So any node of this cluster is let in
/// and answered, at the address that it names itself, unless its name has retired: once that is
/// committed, and not while the node leads. A leader that removes itself needs the others to commit that, and to
/// hand over (rule 10).
final class PeerDirectory {
    private let path: String
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

    /// Reads what is known.
    ///
    /// - Throws: `NodeStartError.badPeerDirectory` when the file is there and is not one.
    init(
        path: String,
        node: NodeID,
        settings: [(id: NodeID, address: PeerAddress)]
    ) throws(NodeStartError) {
        self.path = path
        self.node = node
        self.settings = Dictionary(settings.map { ($0.id, $0.address) }) { first, _ in first }
        guard let data = FileManager.default.contents(atPath: path) else { return }
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count == 2, let id = NodeID(String(fields[0])),
                let number = UInt64(fields[1], radix: 16)
            else { throw .badPeerDirectory(path: path) }
            incarnations[id] = Incarnation(rawValue: number)
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

    private func save() throws {
        let text = incarnations.sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value)\n" }.joined()
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
