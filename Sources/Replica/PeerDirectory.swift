import Foundation
import Raft
import RaftTransport

/// Which incarnation of each member's data directory this node has met first.
///
/// Kept in a file, so that a node whose directory was wiped is not taken for the voter that made
/// its promises, not even after this node restarted (rule 19).
final class PeerDirectory {
    private let path: String
    private let members: Set<NodeID>
    private var incarnations: [NodeID: Incarnation] = [:]

    /// Reads what is known.
    ///
    /// - Throws: `NodeStartError.badPeerDirectory` when the file is there and is not one.
    init(path: String, members: some Sequence<NodeID>) throws(NodeStartError) {
        self.path = path
        self.members = Set(members)
        guard let data = FileManager.default.contents(atPath: path) else { return }
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count == 2, let id = NodeID(String(fields[0])),
                let number = UInt64(fields[1], radix: 16)
            else { throw .badPeerDirectory(path: path) }
            incarnations[id] = Incarnation(rawValue: number)
        }
    }

    func authorize(_ peer: NodeID, incarnation: Incarnation) -> PeerVerdict {
        guard members.contains(peer) else {
            return .refused("\(peer) is not a member of this cluster")
        }
        if let known = incarnations[peer] {
            guard known == incarnation else {
                return .refused(
                    "\(peer) came with another data directory than before (\(incarnation), not "
                        + "\(known)): a wiped node must join under a new name"
                )
            }
            return .welcome
        }
        incarnations[peer] = incarnation
        do {
            try save()
        } catch {
            incarnations[peer] = nil
            return .refused("its data directory could not be noted: \(error)")
        }
        return .welcome
    }

    private func save() throws {
        let text = incarnations.sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value)\n" }.joined()
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
