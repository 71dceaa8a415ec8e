import Ledger

/// Refusals that list lines, and those that name a sale or a transfer.
extension Problem {
    /// - Precondition: the refusal lists lines.
    init(lines refusal: Refusal) {
        switch refusal {
        case .insufficientStock(let shortages):
            self.init(
                .insufficientStock,
                shortages,
                ("not enough stock", "available"),
                Detail.insufficientStock
            )
        case .exceedsOpenQuantity(let shortages):
            self.init(
                .exceedsOpenQuantity,
                shortages,
                ("more than is open", "open"),
                Detail.exceedsOpenQuantity
            )
        case .exceedsUnavailable(let shortages):
            self.init(
                .exceedsUnavailable,
                shortages,
                ("more than is unavailable", "unavailable"),
                Detail.exceedsUnavailable
            )
        case .exceedsSoldQuantity(let shortages):
            self.init(
                .exceedsSoldQuantity,
                shortages,
                ("more than was sold", "sold and not returned"),
                Detail.exceedsSoldQuantity
            )
        case .exceedsRequested(let shortages):
            self.init(
                .exceedsRequested,
                shortages,
                (
                    shortages.isEmpty ? "nothing is left to be shipped" : "more than was planned",
                    "unshipped"
                ),
                Detail.exceedsRequested
            )
        case .exceedsInTransit(let shortages):
            self.init(
                .exceedsInTransit,
                shortages,
                (
                    shortages.isEmpty ? "nothing is in transit" : "more than is in transit",
                    "in transit"
                ),
                Detail.exceedsInTransit
            )
        default: preconditionFailure("\(refusal) lists no lines")
        }
    }

    private init(
        _ reason: Reason,
        _ shortages: [Shortage],
        _ words: (lead: String, left: String),
        _ detail: ([Shortage]) -> Detail
    ) {
        self.init(
            code: .failedPrecondition,
            reason: reason,
            message: Self.describe(shortages, lead: words.lead, left: words.left),
            detail: detail(shortages)
        )
    }

    /// For example: `not enough stock: 3 of A-1 at store-7 asked for, 1 available (and 2 more)`.
    private static func describe(_ shortages: [Shortage], lead: String, left: String) -> String {
        guard let first = shortages.first else { return lead }
        let place = first.location.map { " at \($0)" } ?? ""
        let line =
            "\(lead): \(first.requested) of \(first.sku)\(place) asked for, "
            + "\(first.available) \(left)"
        return shortages.count == 1 ? line : line + " (and \(shortages.count - 1) more)"
    }

    /// - Precondition: the refusal names a sale or a transfer.
    init(named refusal: Refusal) {
        switch refusal {
        case .saleNotFound(let id):
            self.init(code: .notFound, reason: .saleNotFound, message: "there is no sale \(id)")
            metadata[MetadataName.sale] = id.text
        case .saleExists(let id):
            self.init(
                code: .alreadyExists,
                reason: .saleExists,
                message: "sale \(id) exists already"
            )
            metadata[MetadataName.sale] = id.text
        case .transferNotFound(let id):
            self.init(
                code: .notFound,
                reason: .transferNotFound,
                message: "there is no transfer \(id)"
            )
            metadata[MetadataName.transfer] = id.text
        case .transferExists(let id):
            self.init(
                code: .alreadyExists,
                reason: .transferExists,
                message: "transfer \(id) exists already"
            )
            metadata[MetadataName.transfer] = id.text
        case .transferClosed(let id, let state):
            self.init(
                code: .failedPrecondition,
                reason: .transferClosed,
                message: "transfer \(id) is \(state.word)"
            )
            metadata[MetadataName.transfer] = id.text
            metadata[MetadataName.state] = state.word
        default: preconditionFailure("\(refusal) names no sale and no transfer")
        }
    }
}
