/// A call to the file system that failed: which, on what, and why.
package struct FileSystemError: Error, Hashable, CustomStringConvertible {
    /// The call that failed.
    package enum Operation: String, Sendable {
        case createDirectory = "create directory"
        case open
        case stat
        case rename
        case remove
        case list
        case read
        case write
        case truncate
        case sync
        case syncDirectory = "sync directory"
        case lock
    }

    /// Why it failed, as far as anybody acts differently on it.
    package enum Reason: Hashable, Sendable {
        /// There is no such file.
        case notFound
        /// The disk or the quota is full.
        case noSpace
        /// Anything else, with the operating system's own words.
        case other(String)
    }

    /// What was asked.
    package let operation: Operation
    /// The file or directory it was asked of.
    package let path: String
    /// What went wrong.
    package let reason: Reason

    /// Says that `operation` failed on `path` for `reason`.
    package init(_ operation: Operation, _ path: String, _ reason: Reason) {
        self.operation = operation
        self.path = path
        self.reason = reason
    }

    package var description: String {
        let words =
            switch reason {
            case .notFound: "no such file"
            case .noSpace: "no space left"
            case .other(let text): text
            }
        return "\(operation.rawValue) \(path): \(words)"
    }
}
