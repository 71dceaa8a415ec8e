import LedgerStore
package import Raft
import RaftLog

/// Why a node could not start; its description is for the operator.
package enum NodeStartError: Error, CustomStringConvertible, Sendable {
    case notAMember(NodeID)
    case badMembers(String)
    case dataDirectory(path: String, reason: String)
    case otherCluster(path: String, found: String, described: String)
    case badPeerDirectory(path: String)
    case damaged(path: String, reason: String)
    case log(String)
    case store(String)
    case restore(String)
    case listen(address: String, reason: String)

    /// The database can't be opened; what to do about it is added where there is something to do.
    static func store(_ error: StoreError) -> Self {
        switch error.code {
        case .full, .busy, .cancelled, .foreignCluster: .store(error.description)
        case .unknownSchema:
            .store(
                "\(error): start the version that wrote it, or, if the file is damaged, "
                    + LogDamage.remedy
            )
        // SQLite has many words for a file that is not what it should be.
        case .io, .corrupt, .notAStore, .sqlite:
            .store("\(error); if the file is damaged, \(LogDamage.remedy)")
        }
    }

    package var description: String {
        switch self {
        case .notAMember(let id):
            "\(id) is not among the members; name it there with its peer address"
        case .badMembers(let reason):
            "the members are not right: \(reason)"
        case .dataDirectory(let path, let reason):
            "the data directory \(path) can't be used: \(reason)"
        case .otherCluster(let path, let found, let described):
            "the data directory \(path) belongs to another cluster (\(found)) than the one that "
                + "--cluster and --members describe (\(described)); nothing was changed"
        case .badPeerDirectory(let path):
            "\(path) is damaged: expected lines of a node's id and its incarnation, and their "
                + "checksum; move the file away, and this node will learn its peers anew"
        case .damaged(let path, let reason):
            "\(path) is damaged: \(reason); \(LogDamage.remedy)"
        case .log(let reason):
            "the log can't be opened: \(reason)"
        case .store(let reason):
            "the database can't be opened: \(reason)"
        case .restore(let reason):
            "log and database don't fit together: \(reason)"
        case .listen(let address, let reason):
            "can't listen on \(address): \(reason)"
        }
    }
}
