import GRPCWire
import Ledger
import LedgerAPI
import NIOCore
import Replica
import SwiftProtobuf

/// A unary method for every command.
extension LedgerServices {
    func registerCommands(in router: inout GRPCRouter) {
        for method in CommandMethod.allCases {
            router.unary(method.path) { bytes, call in
                do throws(Problem) {
                    submit(try method.request(from: bytes.readableBytesSpan), for: call)
                } catch {
                    call.fail(GRPCStatus(error))
                }
            }
        }
    }

    private func submit(_ request: Request, for call: GRPCServerCall) {
        let handle = call.handle
        node.submit(request, deadline: deadline(of: call)) { result in
            let result = self.result(result)
            handle.run { call in
                switch result {
                case .failed(let problem):
                    call.fail(GRPCStatus(problem))
                case .answered(let answer):
                    if case .refused(let refusal) = answer.outcome {
                        call.fail(GRPCStatus(Problem(refusal), of: answer))
                    } else {
                        call.respond(answer.messageBytes)
                    }
                }
            }
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

/// One Batch on its way: gathers the answers of its commands and responds with the last of them.
private final class BatchCall {
    private let services: LedgerServices
    private let call: GRPCServerCall
    private var results: [CommandResult?]
    private var missing: Int

    init(services: LedgerServices, call: GRPCServerCall, count: Int) {
        self.services = services
        self.call = call
        results = Array(repeating: nil, count: count)
        missing = count
    }

    func start(_ requests: [TaggedRequest]) {
        let deadline = services.deadline(of: call)
        let loop = call.channel.eventLoop
        let bound = NIOLoopBound(self, eventLoop: loop)
        for tagged in requests {
            let index = Int(tagged.tag)
            switch tagged.request {
            case .failure(let invalid):
                take(.failed(Problem(invalid)), at: index)
            case .success(let request):
                services.node.submit(request, deadline: deadline) { [services] result in
                    loop.runNowOrLater { bound.value.take(services.result(result), at: index) }
                }
            }
        }
    }

    private func take(_ result: CommandResult, at index: Int) {
        results[index] = result
        missing -= 1
        guard missing == 0 else { return }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(results.count * 160)
        for (index, result) in results.enumerated() {
            guard let result else { continue }
            SessionCodec.append(result, tag: UInt64(index), to: &bytes)
        }
        call.respond(bytes)
    }
}

extension EventLoop {
    /// At once when this is the loop, else as its next task.
    func runNowOrLater(_ work: @escaping @Sendable () -> Void) {
        if inEventLoop {
            work()
        } else {
            execute(work)
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
