import Ledger
import LedgerAPI

/// The ledger's words as problems: the reasons, details and texts are those of gRPC.
extension Problem {
    /// The ledger said no.
    init(_ refusal: Refusal) {
        self.init(LedgerAPI.Problem(refusal))
    }

    /// Fields that no ledger could apply.
    init(_ invalid: InvalidRequest) {
        self.init(LedgerAPI.Problem(invalid))
    }

    private init(_ problem: LedgerAPI.Problem) {
        self.init(
            ProblemReason(rawValue: problem.reason.rawValue) ?? .invalidArgument,
            detail: problem.violations.isEmpty ? problem.message : Self.text(problem.violations)
        )
        if !problem.violations.isEmpty {
            let violations = problem.violations.map { violation in
                [
                    Member(name: "field", value: .text(Self.member(violation.field))),
                    Member(name: "description", value: .text(violation.description)),
                ]
            }
            members.append(Member(name: "violations", value: .list(violations)))
        }
        if let shortages = problem.detail.flatMap(Self.shortages) {
            members.append(Member(name: "lines", value: .list(shortages.map(Self.line))))
        }
        for (name, shown) in Self.facts {
            if let value = problem.metadata[name] {
                members.append(Member(name: shown, value: .text(value)))
            }
        }
    }

    private static func shortages(_ detail: LedgerAPI.Problem.Detail) -> [Shortage]? {
        switch detail {
        case .insufficientStock(let shortages), .exceedsOpenQuantity(let shortages),
            .exceedsUnavailable(let shortages), .exceedsSoldQuantity(let shortages),
            .exceedsRequested(let shortages), .exceedsInTransit(let shortages):
            shortages
        default: nil
        }
    }

    private static func line(_ shortage: Shortage) -> [Member] {
        [
            Member(name: "sku", value: .text(shortage.sku.text)),
            Member(
                name: "location",
                value: shortage.location.map { .text($0.text) } ?? .unknown
            ),
            Member(name: "requested", value: .number(UInt64(max(shortage.requested, 0)))),
            Member(name: "available", value: .number(UInt64(max(shortage.available, 0)))),
        ]
    }

    private static func text(_ violations: [FieldViolation]) -> String {
        let first = violations.first.map { "\(member($0.field)) \($0.description)" } ?? ""
        return violations.count > 1 ? "\(first) (and \(violations.count - 1) more)" : first
    }

    /// gRPC's metadata that is told here too, in the order of the document, with its name there.
    private static let facts = [
        (MetadataName.sku, "sku"), (MetadataName.location, "location"),
        (MetadataName.reservation, "reservation"), (MetadataName.state, "state"),
        (MetadataName.limit, "limit"),
    ]

    /// A path of the message as the JSON body calls it.
    private static func member(_ path: String) -> String {
        let names = [
            "request_id": "requestId", "reservation_id": "reservation", "replaces_id": "replaces",
            "order_reference": "order", "ttl_ms": "ttlMs",
        ]
        if let name = names[path] { return name }
        let suffix = ".location_id"
        return path.hasSuffix(suffix) ? path.dropLast(suffix.count) + ".location" : path
    }
}
