import Ledger
import LedgerAPI
import LedgerClient

extension CommandFailure {
    /// Why the cluster didn't do it, in a line.
    init(_ error: EstoqueError) {
        guard error.refused == nil else {
            self.init("refused: \(error.reason): \(error.explanation)")
            return
        }
        guard error.isUnavailable else {
            self.init("failed: \(error.reason): \(error.explanation)")
            return
        }
        var text = "unavailable: \(error.reason): \(error.explanation)"
        if error.isOutcomeUnknown, let id = error.requestID {
            text +=
                "; nobody knows whether it was done: ask again with --request-id \(id) to learn it"
        }
        self.init(text, isUnavailable: true)
    }
}

extension EstoqueError {
    /// Nobody could be asked, or nobody answered: trying later may help.
    var isUnavailable: Bool {
        guard refused == nil else { return false }
        switch code {
        case .unavailable, .deadlineExceeded, .resourceExhausted, .cancelled: return true
        default: return false
        }
    }

    /// Every line that fell short, or else the message.
    var explanation: String {
        let left =
            switch reason {
            case .exceedsOpenQuantity: "open"
            case .exceedsUnavailable: "unavailable"
            case .exceedsSoldQuantity: "sold and not returned"
            case .exceedsRequested: "unshipped"
            case .exceedsInTransit: "in transit"
            default: "available"
            }
        guard !shortages.isEmpty else { return Printable.text(message) }
        return shortages.map { shortage in
            let place = shortage.location.map { " at \($0)" } ?? ""
            return "\(shortage.sku)\(place): asked \(shortage.requested), "
                + "\(left) \(shortage.available)"
        }.joined(separator: "; ")
    }
}
