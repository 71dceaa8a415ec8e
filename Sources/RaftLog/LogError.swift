package import Raft

/// Why the log can't do what it was asked; after most of these the node must stop.
package enum LogError: Error, Hashable, CustomStringConvertible {
    /// The disk failed. What was being written may or may not be there.
    case disk(FileSystemError)
    /// The disk is full. A running log waits for space before it gives this up as a failure.
    case noSpace(FileSystemError)
    /// Another process has the directory open.
    case locked(directory: String)
    /// The directory belongs to another cluster.
    case wrongCluster(directory: String, found: LogIdentity.Cluster, expected: LogIdentity.Cluster)
    /// The directory belongs to another node.
    case wrongNode(directory: String, found: NodeID, expected: NodeID)
    /// A file was written by a version of the format that this program does not know.
    case unsupportedFormat(file: String, version: UInt16)
    /// Something that was durable is no longer what was written.
    case damaged(LogDamage)
    /// An earlier failure, told here, has put an end to all writing.
    case poisoned(by: String)
    /// The entry asked for was dropped by a compaction or a snapshot.
    case compacted(first: LogIndex)
    /// The state machine's files could not be exchanged for a snapshot's.
    case exchange(String)
    /// A batch is larger than the limits allow.
    case tooLarge(bytes: Int, limit: Int)
    /// A batch does not follow from what was written before: the caller has a bug.
    case outOfOrder(String)

    /// Tells a full disk from a failing one.
    init(_ error: FileSystemError) {
        self = error.reason == .noSpace ? .noSpace(error) : .disk(error)
    }

    package var description: String {
        switch self {
        case .disk(let error): "the log's disk failed: \(error)"
        case .noSpace(let error): "the log's disk is full: \(error)"
        case .locked(let directory): "another process uses the data directory \(directory)"
        case .wrongCluster(let directory, let found, let expected):
            "the data directory \(directory) belongs to cluster \(found), not to \(expected)"
        case .wrongNode(let directory, let found, let expected):
            "the data directory \(directory) belongs to node \(found), not to \(expected)"
        case .unsupportedFormat(let file, let version):
            "\(file) has format version \(version), which this program does not know: start the "
                + "version that wrote it, or, if the file is damaged, \(LogDamage.remedy)"
        case .damaged(let damage): damage.description
        case .poisoned(let first): "the log stopped after an earlier failure: \(first)"
        case .compacted(let first): "the log begins at \(first)"
        case .exchange(let reason): "a snapshot could not be installed: \(reason)"
        case .tooLarge(let bytes, let limit):
            "a batch of \(bytes) bytes exceeds the limit of \(limit)"
        case .outOfOrder(let detail): "a batch does not follow from the log: \(detail)"
        }
    }
}

/// A place where the log is not what was written, and what to do about it.
package struct LogDamage: Hashable, Sendable, CustomStringConvertible {
    /// The file that is damaged.
    package let file: String
    /// Where in it, in bytes from its start.
    package let offset: Int
    /// What is wrong there.
    package let detail: String

    /// What an operator can do: nothing in the file can be trusted to mend the rest.
    package static let remedy =
        "remove this node's data directory and let it rejoin the cluster as a new node"

    package var description: String {
        "damaged log: \(file) at byte \(offset): \(detail); \(Self.remedy)"
    }
}
