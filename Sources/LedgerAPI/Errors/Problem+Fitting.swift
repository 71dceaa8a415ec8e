import Ledger

/// Problems in little room: gRPC clients take 8 KiB of headers by default.
extension Problem {
    /// A list has this many bytes of a status at most.
    private static let listBytesMax = 2_048

    /// The problem with its long lists cut; its message names the first entry and says how many there are.
    var fitting: Problem {
        var problem = self
        problem.violations = Self.fitting(violations) { violation in
            violation.field.utf8.count + violation.description.utf8.count
        }
        problem.detail = detail?.fitting
        return problem
    }

    /// The first entries, as many as fit; each has some bytes of framing beside its content.
    fileprivate static func fitting<Entry>(
        _ entries: [Entry],
        bytes: (Entry) -> Int
    ) -> [Entry] {
        var rest = listBytesMax
        return Array(
            entries.prefix { entry in
                rest -= bytes(entry) + 10
                return rest >= 0
            }
        )
    }
}

extension Problem.Detail {
    fileprivate var fitting: Self {
        switch self {
        case .insufficientStock(let shortages): .insufficientStock(Self.cut(shortages))
        case .exceedsOpenQuantity(let shortages): .exceedsOpenQuantity(Self.cut(shortages))
        case .exceedsUnavailable(let shortages): .exceedsUnavailable(Self.cut(shortages))
        case .exceedsSoldQuantity(let shortages): .exceedsSoldQuantity(Self.cut(shortages))
        case .exceedsRequested(let shortages): .exceedsRequested(Self.cut(shortages))
        case .exceedsInTransit(let shortages): .exceedsInTransit(Self.cut(shortages))
        case .versionMismatch: self
        case .countOutdated(let views):
            // Ten numbers of ten bytes at most.
            .countOutdated(
                Problem.fitting(views) { view in
                    view.sku.text.utf8.count + view.location.text.utf8.count + 110
                }
            )
        case .batchRefused(let index, let problem):
            .batchRefused(index: index, problem.fitting)
        }
    }

    private static func cut(_ shortages: [Shortage]) -> [Shortage] {
        // Both numbers have ten bytes at most.
        Problem.fitting(shortages) { shortage in
            shortage.sku.text.utf8.count + (shortage.location?.text.utf8.count ?? 0) + 20
        }
    }
}
