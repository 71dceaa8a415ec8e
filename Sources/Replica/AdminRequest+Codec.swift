import Ledger
import Raft

/// Admins' requests and their results between nodes: a kind, then texts with their length before
/// them, numbers little-endian.
extension AdminRequest {
    func encode(into bytes: inout [UInt8]) {
        switch self {
        case .transferLeadership(let target):
            bytes.append(0)
            bytes.appendText(target?.name ?? "")
        case .change(let change, let expecting):
            bytes.append(1)
            // No configuration is at the highest number there is.
            bytes.appendNumber(expecting?.rawValue ?? .max)
            let (kind, texts) = change.parts
            bytes.append(kind)
            bytes.append(UInt8(texts.count))
            for text in texts { bytes.appendText(text) }
        }
    }

    init?(decoding bytes: RawSpan) {
        var reader = TextReader(bytes)
        switch reader.byte() {
        case 0:
            guard let name = reader.text(), reader.isAtEnd else { return nil }
            if name.isEmpty {
                self = .transferLeadership(to: nil)
            } else {
                guard let target = NodeID(name) else { return nil }
                self = .transferLeadership(to: target)
            }
        case 1:
            guard let expecting = reader.number(), let kind = reader.byte(),
                let count = reader.byte()
            else { return nil }
            var texts: [String] = []
            for _ in 0..<count {
                guard let text = reader.text() else { return nil }
                texts.append(text)
            }
            guard reader.isAtEnd, let change = MembershipChange(kind: kind, texts) else {
                return nil
            }
            self = .change(change, expecting: expecting == .max ? nil : Position(expecting))
        default:
            return nil
        }
    }
}

extension AdminResult {
    func encode(into bytes: inout [UInt8]) {
        switch self {
        case .accepted(let position):
            bytes.append(0)
            bytes.appendNumber(position.rawValue)
        case .transferring(let target):
            bytes.append(1)
            bytes.appendText(target.name)
        case .refused(let refusal):
            bytes.append(2)
            bytes.appendText(refusal.reason.rawValue)
            bytes.appendText(refusal.detail)
            bytes.appendNumber(refusal.configuration?.rawValue ?? .max)
        case .noLeader:
            bytes.append(3)
        case .unknown:
            bytes.append(4)
        }
    }

    init?(decoding bytes: RawSpan) {
        var reader = TextReader(bytes)
        switch reader.byte() {
        case 0:
            guard let position = reader.number() else { return nil }
            self = .accepted(Position(position))
        case 1:
            guard let target = reader.text().flatMap(NodeID.init) else { return nil }
            self = .transferring(to: target)
        case 2:
            guard let reason = reader.text().flatMap(AdminRefusal.Reason.init),
                let detail = reader.text(), let position = reader.number()
            else { return nil }
            self = .refused(
                AdminRefusal(
                    reason,
                    detail,
                    configuration: position == .max ? nil : Position(position)
                )
            )
        case 3: self = .noLeader
        case 4: self = .unknown
        default: return nil
        }
        guard reader.isAtEnd else { return nil }
    }
}

extension MembershipChange {
    fileprivate var parts: (kind: UInt8, texts: [String]) {
        switch self {
        case .add(let node, let address, let asLearner):
            (asLearner ? 1 : 0, [node.name, address])
        case .remove(let node): (2, [node.name])
        case .promote(let node): (3, [node.name])
        case .demote(let node): (4, [node.name])
        case .replace(let old, let node, let address): (5, [old.name, node.name, address])
        case .exactly(let voters, let learners):
            (6, voters.map(\.name) + [""] + learners.map(\.name))
        }
    }

    fileprivate init?(kind: UInt8, _ texts: [String]) {
        let nodes = texts.map { NodeID($0) }
        switch (kind, texts.count) {
        case (0...1, 2):
            guard let node = nodes[0] else { return nil }
            self = .add(node, address: texts[1], asLearner: kind == 1)
        case (2...4, 1):
            guard let node = nodes[0] else { return nil }
            self = kind == 2 ? .remove(node) : kind == 3 ? .promote(node) : .demote(node)
        case (5, 3):
            guard let old = nodes[0], let node = nodes[1] else { return nil }
            self = .replace(old, with: node, address: texts[2])
        case (6, 1...):
            guard let middle = texts.firstIndex(of: "") else { return nil }
            let voters = nodes[..<middle].compactMap { $0 }
            let learners = nodes[(middle + 1)...].compactMap { $0 }
            guard voters.count + learners.count == texts.count - 1 else { return nil }
            self = .exactly(voters: voters, learners: learners)
        default:
            return nil
        }
    }
}
