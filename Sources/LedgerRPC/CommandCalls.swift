import GRPCWire
import Ledger
import LedgerAPI
import NIOCore
import Replica
import SwiftProtobuf

/// A unary method for every command.
extension LedgerServices {
    private static let path = "/estoque.v1.LedgerService/"

    func registerCommands(in router: inout GRPCRouter) {
        register("UpsertItem", ProtoUpsertItemRequest.self, in: &router, Request.init)
        register("UpsertLocation", ProtoUpsertLocationRequest.self, in: &router, Request.init)
        register("Receive", ProtoReceiveRequest.self, in: &router, Request.init)
        register("Adjust", ProtoAdjustRequest.self, in: &router, Request.init)
        register("Sell", ProtoSellRequest.self, in: &router, Request.init)
        register("Reserve", ProtoReserveRequest.self, in: &router, Request.init)
        register("Extend", ProtoExtendRequest.self, in: &router, Request.init)
        register("Confirm", ProtoConfirmRequest.self, in: &router, Request.init)
        register("Fulfill", ProtoFulfillRequest.self, in: &router, Request.init)
        register("Release", ProtoReleaseRequest.self, in: &router, Request.init)
    }

    private func register<Message: SwiftProtobuf.Message & Sendable>(
        _ method: String,
        _ type: Message.Type,
        in router: inout GRPCRouter,
        _ request: @escaping @Sendable (Message) throws(InvalidRequest) -> Request
    ) {
        router.unary(Self.path + method) { bytes, call in
            guard let message = Message(wire: bytes) else {
                call.fail(GRPCStatus(.notAMessage))
                return
            }
            do throws(InvalidRequest) {
                submit(try request(message), for: call)
            } catch {
                call.fail(GRPCStatus(Problem(error)))
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
                        call.respond(ProtoAnswer(answer).wireBytes)
                    }
                }
            }
        }
    }

    /// Several commands at once, each for itself, answered together.
    func registerBatch(in router: inout GRPCRouter) {
        router.unary(Self.path + "Batch") { bytes, call in
            guard let message = ProtoBatchRequest(wire: bytes) else {
                call.fail(GRPCStatus(.notAMessage))
                return
            }
            guard !message.commands.isEmpty,
                message.commands.count <= limits.commandsPerMessageMax
            else {
                call.fail(
                    GRPCStatus(
                        Problem(
                            InvalidRequest(
                                field: "commands",
                                "must be 1 to \(limits.commandsPerMessageMax) commands"
                            )
                        )
                    )
                )
                return
            }
            BatchCall(services: self, call: call, commands: message.commands).start()
        }
    }
}

/// One Batch on its way: gathers the answers of its commands and responds with the last of them.
private final class BatchCall {
    private let services: LedgerServices
    private let call: GRPCServerCall
    private let commands: [ProtoCommand]
    private var answers: [ProtoTaggedAnswer]
    private var missing: Int

    init(services: LedgerServices, call: GRPCServerCall, commands: [ProtoCommand]) {
        self.services = services
        self.call = call
        self.commands = commands
        answers = Array(repeating: ProtoTaggedAnswer(), count: commands.count)
        missing = commands.count
    }

    func start() {
        let deadline = services.deadline(of: call)
        let loop = call.channel.eventLoop
        let bound = NIOLoopBound(self, eventLoop: loop)
        for (index, command) in commands.enumerated() {
            let request: Request
            do throws(InvalidRequest) {
                request = try Request(command)
            } catch {
                take(.failed(Problem(error)), at: index)
                continue
            }
            services.node.submit(request, deadline: deadline) { [services] result in
                loop.runNowOrLater { bound.value.take(services.result(result), at: index) }
            }
        }
    }

    private func take(_ result: CommandResult, at index: Int) {
        answers[index] = ProtoTaggedAnswer(tag: UInt64(index), result)
        missing -= 1
        guard missing == 0 else { return }
        var response = ProtoBatchResponse()
        response.answers = answers
        call.respond(response.wireBytes)
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
