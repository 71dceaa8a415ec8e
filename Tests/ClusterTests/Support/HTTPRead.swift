import Foundation
import Histories
import Ledger

/// Reads over HTTP.
enum HTTPRead {
    /// Whether there is an endpoint that shows all of it.
    static func isServed(_ subject: ReadSubject) -> Bool { path(subject) != nil }

    /// What a node answers; nil when it does not, or not at the level asked for.
    static func ask(
        _ node: Cluster.Node,
        _ subject: ReadSubject,
        _ promise: ReadPromise
    ) async -> ReadReport? {
        guard let (path, parameters) = path(subject) else { return nil }
        let query = (parameters + Self.parameters(promise))
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        guard let reply = await HTTPAnswer.get(path + "?" + query, port: node.httpPort),
            let position = reply.headers["estoque-position"].flatMap({ UInt64($0) }),
            let age = reply.headers["estoque-staleness-ms"],
            let value = value(of: subject, reply)
        else { return nil }
        return ReadReport(
            value: value,
            position: Position(position),
            claimedAge: UInt64(age).map { $0 * 1_000_000 }
        )
    }

    private typealias Parameter = (name: String, value: String)

    private static func path(_ subject: ReadSubject) -> (String, [Parameter])? {
        switch subject {
        case .level(let sku, let location): return ("/v1/stock/\(location)/\(sku)", [])
        case .availability(let skus, let location):
            let parameters = skus.map { Parameter("sku", $0.text) }
            return (
                "/v1/availability",
                parameters + (location.map { [Parameter("location", $0.text)] } ?? [])
            )
        case .item, .location, .reservation: return nil
        }
    }

    private static func parameters(_ promise: ReadPromise) -> [Parameter] {
        switch promise {
        case .stale: [("consistency", "stale")]
        case .bounded(let age):
            [("consistency", "bounded"), ("max_staleness", "\(age / 1_000_000)ms")]
        case .session(let position):
            [("consistency", "session"), ("min_position", "\(position.rawValue)")]
        case .linearizable: [("consistency", "linearizable")]
        }
    }

    private static func value(of subject: ReadSubject, _ reply: HTTPAnswer) -> ReadValue? {
        let decoder = JSONDecoder()
        switch (subject, reply.status) {
        case (.level, 200):
            guard let body = try? decoder.decode(StockBody.self, from: reply.body) else {
                return nil
            }
            return .level(body.level)
        case (.level, 404): return .level(nil)
        case (.availability, 200):
            guard let body = try? decoder.decode(AvailabilityBody.self, from: reply.body) else {
                return nil
            }
            return .availability(body.items.compactMap(\.report))
        default: return nil
        }
    }
}

private struct StockBody: Decodable {
    var onHand: Int64
    var reserved: Int64
    var allotted: Int64
    var unavailable: Int64
    var incoming: Int64
    var safetyStock: Int64
    var backorderLimit: Int64
    var version: UInt64

    var level: StockLevel {
        var level = StockLevel()
        level.onHand = onHand
        level.reserved = reserved
        level.allotted = allotted
        level.unavailable = unavailable
        level.incoming = incoming
        level.safetyStock = safetyStock
        level.backorderLimit = backorderLimit
        level.version = version
        return level
    }
}

private struct AvailabilityBody: Decodable {
    struct Entry: Decodable {
        struct Price: Decodable {
            var amount: Int64
        }

        var sku: String
        var status: String
        var available: Int64
        var price: Price?
        var version: UInt64

        var report: AvailabilityReport? {
            guard let sku = SKU(sku), let status = AvailabilityReport.Status(word: status) else {
                return nil
            }
            return AvailabilityReport(
                sku: sku,
                status: status,
                available: available,
                price: price?.amount,
                version: version
            )
        }
    }

    var items: [Entry]
}

extension AvailabilityReport.Status {
    fileprivate init?(word: String) {
        switch word {
        case "IN_STOCK": self = .inStock
        case "LOW_STOCK": self = .lowStock
        case "OUT_OF_STOCK": self = .outOfStock
        case "BACKORDER": self = .backorder
        case "UNKNOWN_ITEM": self = .unknownItem
        default: return nil
        }
    }
}
