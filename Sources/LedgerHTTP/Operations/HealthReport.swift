import Ledger
import NIOCore
import Raft
import Replica

/// What a probe is told of the node: in lines for people, or as JSON.
struct HealthReport {
    private let members: [(name: String, value: Value)]

    private enum Value {
        case text(String?)
        case number(UInt64?)
        case bool(Bool)
    }

    init(_ status: NodeStatus) {
        members = [
            ("ready", .bool(status.isReady)),
            ("node", .text(status.id.name)),
            ("role", .text(status.role.rawValue)),
            ("term", .number(status.term)),
            ("leader", .text(status.leader?.name)),
            ("commit", .number(status.commit.rawValue)),
            ("applied", .number(status.applied.rawValue)),
            ("stored", .number(status.stored.rawValue)),
            ("stalenessMs", .number(status.staleness?.millisecondsRoundedUp)),
            ("writeRefusal", .text(status.writeRefusal)),
        ]
    }

    /// One JSON object.
    var json: ByteBuffer {
        var buffer = ByteBuffer()
        for (index, member) in members.enumerated() {
            buffer.writeStaticString(index == 0 ? "{" : ",")
            buffer.writeJSONString(member.name)
            buffer.writeStaticString(":")
            switch member.value {
            case .text(let text?): buffer.writeJSONString(text)
            case .number(let number?): buffer.writeDecimal(number)
            case .bool(let bool): buffer.writeJSONBool(bool)
            case .text(nil), .number(nil): buffer.writeStaticString("null")
            }
        }
        buffer.writeStaticString("}\n")
        return buffer
    }

    /// `ok`, then a line for each fact.
    var text: ByteBuffer {
        var buffer = ByteBuffer(staticString: "ok\n")
        for member in members {
            let value =
                switch member.value {
                case .text(let text): text ?? "none"
                case .number(let number): number.map { "\($0)" } ?? "unknown"
                case .bool(let bool): "\(bool)"
                }
            buffer.writeString("\(member.name): \(value)\n")
        }
        return buffer
    }
}
