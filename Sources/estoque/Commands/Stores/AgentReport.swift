import Foundation

/// What an agent says of itself.
struct AgentReport: Decodable {
    struct Counts: Decodable {
        let sales: UInt64
        let refused: UInt64
        let conflicts: UInt64
        let overdrawnUnits: UInt64
    }

    let location: String
    let state: String
    let reason: String?
    let policy: String
    let epoch: UInt32
    let time: String
    let cutOffSince: String?
    let outboxDepth: UInt64
    /// The last fact that it wrote down.
    let sequence: UInt64
    /// The last one that the ledger is known to have.
    let acknowledged: UInt64
    let oldestUnacknowledged: String?
    let unitsAllotted: Int64
    let sinceStart: Counts

    /// Names and values for people.
    var lines: [(name: String, value: Table.Cell)] {
        [
            ("state", .init([state, reason].compactMap(\.self).joined(separator: ": "), tone)),
            ("policy", .init(policy)),
            ("epoch", .init("\(epoch)")),
            ("cut off since", .init(moment(cutOffSince))),
            ("outbox", .init("\(outboxDepth)", outboxDepth == 0 ? .plain : .warning)),
            ("oldest", .init(moment(oldestUnacknowledged))),
            ("units allotted", .init("\(unitsAllotted)")),
            ("sales", .init("\(sinceStart.sales)")),
            ("refused", .init("\(sinceStart.refused)")),
            ("conflicts", .init("\(sinceStart.conflicts)")),
            ("overdrawn", .init("\(sinceStart.overdrawnUnits)")),
        ]
    }

    private var tone: Table.Tone {
        switch state {
        case "CONNECTED": .good
        case "CUT_OFF": .warning
        default: .bad
        }
    }

    /// A time, and how long ago that was by the agent's own clock.
    private func moment(_ text: String?) -> String {
        guard let text else { return "-" }
        guard let then = Self.seconds(text), let now = Self.seconds(time) else { return text }
        return "\(text) (\(Int(max(0, now - then))) s ago)"
    }

    private static func seconds(_ text: String) -> Double? {
        let format = ISO8601DateFormatter()
        format.formatOptions = [.withInternetDateTime]
        // Whole seconds will do, and parts of them are not read everywhere.
        let whole = text.split(separator: ".").first.map { $0.hasSuffix("Z") ? $0 : $0 + "Z" }
        return whole.flatMap { format.date(from: String($0)) }?.timeIntervalSince1970
    }
}
