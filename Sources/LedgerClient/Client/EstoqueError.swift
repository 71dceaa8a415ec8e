public import Ledger
public import LedgerAPI

/// Why a call failed: refused by the ledger, or not done at all, or nobody knows.
public struct EstoqueError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Everything that was said about it.
    public var problem: Problem
    /// The ledger's answer, if the ledger refused; it says at which position.
    public var refused: Answer?
    /// Whether the command may have been applied, or may still be.
    ///
    /// Ask again with the same ``requestID`` to learn the answer.
    public var isOutcomeUnknown: Bool
    /// The id that the command was sent with; nil for reads.
    public var requestID: RequestID?

    /// Puts the parts together.
    public init(
        _ problem: Problem,
        refused: Answer? = nil,
        isOutcomeUnknown: Bool = false,
        requestID: RequestID? = nil
    ) {
        self.problem = problem
        self.refused = refused
        self.isOutcomeUnknown = isOutcomeUnknown
        self.requestID = requestID
    }

    /// The kind of error, for gRPC.
    public var code: StatusCode { problem.code }
    /// The kind of error, for programs.
    public var reason: Reason { problem.reason }
    /// In English, for people.
    public var message: String { problem.message }
    /// How long to wait before asking again, where that helps.
    public var retryDelay: Duration? {
        problem.retryDelay.map { .milliseconds(Int64(clamping: $0.rawValue)) }
    }

    /// The lines that fell short, if that is what was refused.
    public var shortages: [Shortage] {
        switch problem.detail {
        case .insufficientStock(let shortages)?, .exceedsOpenQuantity(let shortages)?,
            .exceedsUnavailable(let shortages)?, .exceedsSoldQuantity(let shortages)?,
            .exceedsRequested(let shortages)?, .exceedsInTransit(let shortages)?:
            shortages
        case .versionMismatch?, .countOutdated?, .batchRefused?, nil: []
        }
    }

    /// The refusal itself, if the ledger refused.
    public var refusal: Refusal? {
        guard case .refused(let refusal)? = refused?.outcome else { return nil }
        return refusal
    }

    /// For example: `INSUFFICIENT_STOCK: not enough stock: 3 of A-1 at store-7 asked for, …`.
    public var description: String { "\(reason): \(message)" }
}
