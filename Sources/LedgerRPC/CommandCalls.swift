import GRPCWire
import Ledger
import LedgerAPI
import NIOCore
import Replica
import SwiftProtobuf

/// A unary method for every command.
extension LedgerServices {
    func registerCommands(in router: inout GRPCRouter) {
        // Those two have a way of their own.
        for method in CommandMethod.allCases where ![.submitFacts, .replayFact].contains(method) {
            router.unary(method.path) { bytes, call in
                do throws(Problem) {
                    submit(try method.request(from: bytes.readableBytesSpan), for: call)
                } catch {
                    call.fail(GRPCStatus(error))
                }
            }
        }
    }

    func submit(_ incoming: IncomingRequest, for call: GRPCServerCall) {
        let handle = call.handle
        submit([incoming], deadline: deadline(of: call)) { _, result in
            handle.run { $0.end(with: result, \.messageBytes) }
        }
    }

    /// Several commands at once, each for itself, answered together.
    func registerBatch(in router: inout GRPCRouter) {
        router.unary(ServicePath.batch) { bytes, call in
            do throws(Problem) {
                let requests = try SessionCodec.batchRequests(from: bytes.readableBytesSpan)
                guard !requests.isEmpty else {
                    throw Problem(InvalidRequest(field: "commands", "must be at least one"))
                }
                BatchCall(services: self, call: call, count: requests.count).start(requests)
            } catch {
                call.fail(GRPCStatus(error))
            }
        }
    }
}

extension GRPCServerCall {
    /// Answers a command.
    func end(with result: CommandResult, _ bytes: (Answer) -> [UInt8]) {
        switch result {
        case .failed(let problem): fail(GRPCStatus(problem))
        case .answered(let answer):
            if case .refused(let refusal) = answer.outcome {
                fail(GRPCStatus(Problem(refusal), of: answer))
            } else {
                respond(bytes(answer))
            }
        }
    }
}

/// One Batch on its way: gathers the answers of its commands, in their order, and responds with the
/// last of them.
private final class BatchCall {
    private let services: LedgerServices
    private let call: GRPCServerCall
    /// The results that came before those of earlier commands.
    private var results: [CommandResult?]
    /// The response's bytes, up to the command before this one.
    private var written = 0
    private var bytes: [UInt8] = []

    init(services: LedgerServices, call: GRPCServerCall, count: Int) {
        self.services = services
        self.call = call
        results = Array(repeating: nil, count: count)
        bytes.reserveCapacity(count * 160 + 1_024)
    }

    func start(_ commands: [TaggedRequest]) {
        let deadline = services.deadline(of: call)
        let loop = call.channel.eventLoop
        let bound = NIOLoopBound(self, eventLoop: loop)
        var requests: [IncomingRequest] = []
        var indices: [Int] = []
        requests.reserveCapacity(commands.count)
        indices.reserveCapacity(commands.count)
        for (index, command) in commands.enumerated() {
            switch command.request {
            case .failure(let invalid):
                take(.failed(Problem(invalid)), at: index)
            case .success(let request):
                requests.append(request)
                indices.append(index)
            }
        }
        services.submit(requests, deadline: deadline) { [indices] place, result in
            loop.runNowOrLater(bound) { $0.take(result, at: indices[place]) }
        }
    }

    private func take(_ result: CommandResult, at index: Int) {
        guard index == written else {
            results[index] = result
            return
        }
        write(result)
        while written < results.count, let next = results[written] { write(next) }
        if written == results.count { call.respond(bytes) }
    }

    private func write(_ result: CommandResult) {
        SessionCodec.append(result, tag: UInt64(written), to: &bytes)
        written += 1
    }
}

extension EventLoop {
    /// Does some work with what is bound to this loop: at once when it is the loop that calls, else as
    /// its next task.
    @inline(__always)
    func runNowOrLater<Value>(
        _ bound: NIOLoopBound<Value>,
        _ work: @escaping @Sendable (Value) -> Void
    ) {
        if inEventLoop {
            work(bound.value)
        } else {
            execute { work(bound.value) }
        }
    }
}

extension SwiftProtobuf.Message {
    /// Nil when the bytes are no message of this kind.
    init?(wire bytes: ByteBuffer) {
        do {
            try self.init(serializedBytes: Array(bytes.readableBytesView))
        } catch {
            return nil
        }
    }
}

extension InvalidRequest {
    init(field: String, _ description: String) {
        self.init(violations: [FieldViolation(field: field, description: description)])
    }
}
