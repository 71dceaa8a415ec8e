import Ledger
import Raft
import RaftLog
import Replica

/// The end of a process as its owner wishes it.
extension World {
    /// Stops a node in good order: what is queued reaches its disks first.
    func stopInOrder() {
        let running = nodes.filter { $0.phase == .running }
        guard !running.isEmpty else { return }
        let node = faults.chance.pick(running)
        trace.add(now, nil, .fault(.stop, [node.slot]))
        fingerprint.add(node.slot)
        node.core?.seal()
        let sealed = node.core?.takeSealed() ?? []
        guard node.exchange == nil, finishLog(node) else {
            crash(node, node.disk.hasLostPower ? .powerCut : .kill)
            return
        }
        statistics.stops += 1
        node.stored += node.unwritten + sealed.map(\.transaction)
        crash(node, .kill)
    }

    /// Writes what is queued for the log and closes it; false if it could not.
    private func finishLog(_ node: SimulatedNode) -> Bool {
        guard let log = node.log else { return false }
        do throws(LogError) {
            while node.nextCommand < node.commands.count {
                guard case .persist = node.commands[node.nextCommand] else {
                    node.nextCommand += 1
                    continue
                }
                node.nextCommand = try log.appendGroup(
                    of: node.commands,
                    startingAt: node.nextCommand
                )
            }
            try log.close()
        } catch {
            return false
        }
        checks.durable(through: log.durableTicket, on: node)
        return true
    }
}
