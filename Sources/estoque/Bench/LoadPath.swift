import GRPCWire
import LedgerAPI
import NIOCore

/// A way to a node for some of the callers, on one connection; confined to the generator's loop.
///
/// It holds the generator until that one is finished.
///
/// What it is told to send it sends now or soon, and reports each caller's answer to the generator
/// once.
protocol LoadPath: AnyObject {
    /// The connection; nil after it broke, until there is another.
    var connection: GRPCClientConnection? { get set }

    /// Sends what a caller asks.
    func send(_ caller: Int)
}

extension LoadPath {
    static var notConnected: CommandEnd { .open("not connected") }
}

/// A call for each reservation.
final class UnaryPath: LoadPath {
    var connection: GRPCClientConnection?
    private let generator: LoadGenerator
    private let path = CommandMethod.reserve.path

    init(_ generator: LoadGenerator) { self.generator = generator }

    func send(_ caller: Int) {
        guard let connection else {
            generator.settle(caller, Self.notConnected)
            return
        }
        var message = ByteBuffer()
        generator.append(caller, to: &message)
        connection.startUnary(path, message) { [generator] result in
            switch result {
            case .success: generator.settle(caller, .acknowledged)
            case .failure(let end): generator.settle(caller, CommandEnd(end.status))
            }
        }
    }
}

/// A call for all that a caller asks.
final class BatchPath: LoadPath {
    var connection: GRPCClientConnection?
    private let generator: LoadGenerator

    init(_ generator: LoadGenerator) { self.generator = generator }

    func send(_ caller: Int) {
        guard let connection else {
            generator.settleAll(caller, Self.notConnected)
            return
        }
        var message = ByteBuffer()
        let count = generator.append(caller, to: &message)
        connection.startUnary(ServicePath.batch, message) { [generator] result in
            switch result {
            case .success(let reply):
                var ends = [CommandEnd](repeating: .open("left out of the answer"), count: count)
                let isRead = AnswerScan.entries(reply.message.readableBytesSpan) { index, end in
                    if index < UInt64(count) { ends[Int(index)] = end }
                }
                generator.settleAll(caller, isRead ? ends : ends.map { _ in .open("unreadable") })
            case .failure(let end): generator.settleAll(caller, CommandEnd(end.status))
            }
        }
    }
}
