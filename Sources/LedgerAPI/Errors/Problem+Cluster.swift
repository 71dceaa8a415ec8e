package import Ledger

/// Why an admin's change of the cluster was not begun, or may have been.
extension Problem {
    /// The leader did nothing, for a reason of its own.
    ///
    /// - Parameters:
    ///   - reason: One of those of the cluster.
    ///   - message: What is in the way, and what helps.
    ///   - configuration: Where the log has the configuration that is in the way, if one is.
    ///   - retryDelay: For reasons that pass by themselves.
    package init(
        cluster reason: Reason,
        _ message: String,
        configuration: Position?,
        retryDelay: Milliseconds
    ) {
        let code = Self.code(cluster: reason)
        self.init(
            code: code,
            reason: reason,
            message: message,
            retryDelay: code == .unavailable ? retryDelay : nil
        )
        metadata[MetadataName.configurationPosition] = configuration.map { String($0.rawValue) }
    }

    private static func code(cluster reason: Reason) -> StatusCode {
        switch reason {
        case .termNotOpen, .leadershipMoving: .unavailable
        case .nodeNotFound: .notFound
        case .configurationMoved: .aborted
        case .badAddress: .invalidArgument
        default: .failedPrecondition
        }
    }

    /// Nobody knows whether a change was begun; unlike a command it has no id to ask again with.
    package static var changeUnknown: Problem {
        Problem(
            code: .deadlineExceeded,
            reason: .outcomeUnknown,
            message: "it is not known whether the change was begun; look at the cluster's status"
        )
    }
}
