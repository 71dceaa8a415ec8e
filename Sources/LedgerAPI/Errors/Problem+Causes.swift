package import Ledger

/// The problems that are no refusals: the request did not reach the ledger, or its answer got lost.
extension Problem {
    /// A request that no ledger could apply.
    package init(_ invalid: InvalidRequest) {
        let first = invalid.violations.first
        let more = invalid.violations.count - 1
        self.init(
            code: .invalidArgument,
            reason: .malformed,
            message: first.map {
                "\($0.field): \($0.description)" + (more > 0 ? " (and \(more) more)" : "")
            } ?? "the request is malformed",
            violations: invalid.violations
        )
    }

    /// Bytes that are no message of the method's kind.
    package static var notAMessage: Problem {
        Problem(
            code: .invalidArgument,
            reason: .malformed,
            message: "the bytes are no message of the method's request type"
        )
    }

    /// This node is not the leader, and could not reach the one it knows, if any.
    package static func notLeader(hint: String?, retryDelay: Milliseconds) -> Problem {
        Problem(
            code: .unavailable,
            reason: .notLeader,
            message: hint.map { "this node is not the leader; ask \($0)" }
                ?? "no leader is known here",
            metadata: hint.map { [MetadataName.leader: $0] } ?? [:],
            retryDelay: retryDelay
        )
    }

    /// No quorum confirmed the request in time; nothing was written.
    package static func noQuorum(retryDelay: Milliseconds) -> Problem {
        Problem(
            code: .unavailable,
            reason: .noQuorum,
            message: "no quorum answered in time",
            retryDelay: retryDelay
        )
    }

    /// The node has not loaded its own state yet, or is stopping.
    package static func notReady(retryDelay: Milliseconds) -> Problem {
        Problem(
            code: .unavailable,
            reason: .notReady,
            message: "the node is starting or stopping",
            retryDelay: retryDelay
        )
    }

    /// Too much is in flight; nothing was written.
    package static func overloaded(retryDelay: Milliseconds) -> Problem {
        Problem(
            code: .resourceExhausted,
            reason: .overloaded,
            message: "too much is in flight",
            retryDelay: retryDelay
        )
    }

    /// Nobody knows whether it was, or will be, applied.
    package static var outcomeUnknown: Problem {
        Problem(
            code: .deadlineExceeded,
            reason: .outcomeUnknown,
            message: "the outcome is unknown; ask again with the same request_id"
        )
    }

    /// A bounded read at a node that is older than asked, with its age where that is known.
    package static func stale(age: Milliseconds?, retryDelay: Milliseconds) -> Problem {
        Problem(
            code: .unavailable,
            reason: .stale,
            message: age.map { "this node's state is up to \($0.rawValue) ms old" }
                ?? "the age of this node's state is unknown",
            metadata: age.map { [MetadataName.stalenessMilliseconds: String($0.rawValue)] } ?? [:],
            retryDelay: retryDelay
        )
    }

    /// A session read at a node that has not applied the position asked for yet.
    package static func sessionAhead(applied: Position, retryDelay: Milliseconds) -> Problem {
        Problem(
            code: .unavailable,
            reason: .sessionAhead,
            message: "this node has applied no more than position \(applied.rawValue)",
            metadata: [MetadataName.appliedPosition: String(applied.rawValue)],
            retryDelay: retryDelay
        )
    }

    /// The node's database could not be read; its log says more.
    package static func unreadable(_ text: String) -> Problem {
        Problem(
            code: .internal,
            reason: .storeFailed,
            message: "the database can't be read: \(text)"
        )
    }

    /// A read of an offer that was never made.
    package static func offerNotFound(_ sku: SKU, _ location: LocationID) -> Problem {
        Problem(
            code: .notFound,
            reason: .offerNotFound,
            message: "nothing is different about \(sku) at \(location)",
            metadata: [MetadataName.sku: sku.text, MetadataName.location: location.text]
        )
    }

    /// The caller may write only its own location.
    package static func storeScope(_ location: LocationID) -> Problem {
        Problem(
            code: .permissionDenied,
            reason: .storeScope,
            message: "the caller may not write stock at \(location)",
            metadata: [MetadataName.location: location.text]
        )
    }

    /// The caller's role may not use the method.
    package static func role(method: String) -> Problem {
        Problem(
            code: .permissionDenied,
            reason: .role,
            message: "the caller may not use \(method)",
            metadata: [MetadataName.method: method]
        )
    }
}

/// The names in ``Problem/metadata``.
package enum MetadataName {
    package static let sku = "sku"
    package static let location = "location_id"
    package static let reservation = "reservation_id"
    package static let state = "state"
    package static let latestExpireTime = "latest_expire_time_us"
    package static let ownerKind = "owner_kind"
    package static let ownerReference = "owner_reference"
    package static let limit = "limit"
    package static let request = "request_id"
    package static let sale = "sale_id"
    package static let transfer = "transfer_id"
    package static let validated = "validated"
    package static let instance = "instance"
    package static let epoch = "epoch"
    package static let currentEpoch = "current_epoch"
    package static let sequence = "sequence"
    package static let expectedSequence = "expected_sequence"
    package static let conflict = "conflict_id"
    package static let leader = "leader"
    package static let method = "method"
    package static let stalenessMilliseconds = "staleness_ms"
    package static let appliedPosition = "applied_position"
    package static let position = "position"
    package static let logTime = "log_time_us"
    package static let replayed = "replayed"
    package static let configurationPosition = "configuration_position"
    package static let isChangeSeen = "change_seen"
}
