import GRPCWire
import Ledger
import LedgerAPI
import NIOCore
import Replica

extension LedgerServices {
    func registerSession(in router: inout GRPCRouter) {
        router.streaming("/estoque.v1.LedgerService/Session") { call in
            SessionCall(services: self, call: call).start()
        }
    }
}

/// One Session: commands in, each with its client's tag; answers out in any order.
///
/// All answers that one turn of the node brings leave in one message.
private final class SessionCall {
    private let services: LedgerServices
    private let call: GRPCServerCall
    private let loop: any EventLoop
    private var inFlight = 0
    private var answers: [ProtoTaggedAnswer] = []
    private var isSendScheduled = false
    private var hasClientEnded = false
    /// The server is shutting down: the session ends once everything in flight is answered.
    private var isDraining = false
    private var isOver = false

    init(services: LedgerServices, call: GRPCServerCall) {
        self.services = services
        self.call = call
        loop = call.channel.eventLoop
    }

    func start() {
        call.onEvent = { [self] event in
            switch event {
            case .message(let bytes):
                receive(bytes)
            case .requestsEnded:
                hasClientEnded = true
                finishIfDone()
            case .writable:
                break
            case .draining:
                isDraining = true
                finishIfDone()
            case .cancelled:
                isOver = true
            }
        }
    }

    private func receive(_ bytes: ByteBuffer) {
        guard let message = ProtoSessionRequest(wire: bytes) else {
            end(.notAMessage)
            return
        }
        guard message.commands.count <= services.limits.commandsPerMessageMax else {
            end(
                Problem(
                    InvalidRequest(
                        field: "commands",
                        "must be at most \(services.limits.commandsPerMessageMax) commands"
                    )
                )
            )
            return
        }
        let deadline = call.deadline ?? .now() + services.limits.patience
        for tagged in message.commands {
            submit(tagged, deadline: deadline)
        }
    }

    private func submit(_ tagged: ProtoTaggedCommand, deadline: NIODeadline) {
        let tag = tagged.tag
        inFlight += 1
        guard inFlight <= services.limits.commandsInFlightMax else {
            take(.failed(.overloaded(retryDelay: services.limits.retryDelay)), tag: tag)
            return
        }
        let request: Request
        do throws(InvalidRequest) {
            request = try Request(tagged.command)
        } catch {
            take(.failed(Problem(error)), tag: tag)
            return
        }
        let bound = NIOLoopBound(self, eventLoop: loop)
        services.node.submit(request, deadline: deadline) { [services, loop] result in
            loop.runNowOrLater { bound.value.take(services.result(result), tag: tag) }
        }
    }

    private func take(_ result: CommandResult, tag: UInt64) {
        inFlight -= 1
        guard !isOver else { return }
        answers.append(ProtoTaggedAnswer(tag: tag, result))
        guard !isSendScheduled else { return }
        isSendScheduled = true
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.assumeIsolated().execute { bound.value.sendAnswers() }
    }

    private func sendAnswers() {
        isSendScheduled = false
        guard !isOver, !answers.isEmpty else { return }
        var response = ProtoSessionResponse()
        swap(&response.answers, &answers)
        call.send(ByteBuffer(bytes: response.wireBytes))
        finishIfDone()
    }

    private func finishIfDone() {
        guard hasClientEnded || isDraining, inFlight == 0, answers.isEmpty, !isOver
        else { return }
        isOver = true
        if hasClientEnded {
            call.finish()
        } else {
            call.fail(GRPCStatus(.notReady(retryDelay: services.limits.retryDelay)))
        }
    }

    private func end(_ problem: Problem) {
        isOver = true
        call.fail(GRPCStatus(problem))
    }
}
