import Ledger
import LedgerStore
import NIOCore
import Raft
import RaftLog
import Synchronization

/// What the disks' threads report, brought to the loop; kept until there is one.
final class DiskReports: Sendable {
    private enum Target {
        case waiting([@Sendable (ReplicaLoop) -> Void])
        case connected(NIOLoopBound<ReplicaLoop>, any EventLoop)
    }

    private let target = Mutex(Target.waiting([]))

    func connect(_ loop: NIOLoopBound<ReplicaLoop>, on eventLoop: any EventLoop) {
        let early = target.withLock { target -> [@Sendable (ReplicaLoop) -> Void] in
            guard case .waiting(let early) = target else { return [] }
            target = .connected(loop, eventLoop)
            return early
        }
        for report in early {
            eventLoop.execute { report(loop.value) }
        }
    }

    func send(_ report: @escaping @Sendable (ReplicaLoop) -> Void) {
        target.withLock { target in
            switch target {
            case .waiting(let early):
                target = .waiting(early + [report])
            case .connected(let loop, let eventLoop):
                eventLoop.execute { report(loop.value) }
            }
        }
    }

    func log(_ event: LogEvent) {
        switch event {
        case .durable(let ticket):
            send { $0.logBecameDurable(ticket) }
        case .failed(let error, let ticket):
            send { $0.logFailed(ticket ?? .zero, error.description) }
        case .waitingForSpace(let error):
            send { $0.logWaitsForSpace(error.description) }
        case .compacted(let position):
            send { $0.step(.compacted(through: position.index)) }
        case .reset:
            break
        }
    }
}
