import GRPCWire
import Ledger
import LedgerAPI
import NIOCore
import Replica

extension LedgerServices {
    func registerSession(in router: inout GRPCRouter) {
        router.streaming(ServicePath.session) { call in
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
    /// Encoded answers that wait for the end of the turn.
    private var answers: [UInt8] = []
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
        let requests: [TaggedRequest]
        do throws(Problem) {
            requests = try SessionCodec.sessionRequests(from: bytes.readableBytesSpan)
        } catch {
            end(error)
            return
        }
        var valid: [IncomingRequest] = []
        var tags: [UInt64] = []
        valid.reserveCapacity(requests.count)
        tags.reserveCapacity(requests.count)
        for tagged in requests {
            inFlight += 1
            switch admit(tagged) {
            case .failure(let problem):
                take(.failed(problem), tag: tagged.tag)
            case .success(let request):
                valid.append(request)
                tags.append(tagged.tag)
            }
        }
        submit(valid, tags: tags)
    }

    private func admit(_ tagged: TaggedRequest) -> Result<IncomingRequest, Problem> {
        guard !isDraining else {
            // Else a client that goes on sending would hold up the shutdown to its bitter end.
            return .failure(.notReady(retryDelay: services.limits.retryDelay))
        }
        guard inFlight <= services.limits.commandsInFlightMax else {
            return .failure(.overloaded(retryDelay: services.limits.retryDelay))
        }
        return tagged.request.mapError(Problem.init)
    }

    private func submit(_ requests: [IncomingRequest], tags: [UInt64]) {
        let deadline = call.deadline ?? .now() + services.limits.patience
        let bound = NIOLoopBound(self, eventLoop: loop)
        services.submit(requests, deadline: deadline) { [loop] index, result in
            loop.runNowOrLater(bound) { $0.take(result, tag: tags[index]) }
        }
    }

    private func take(_ result: CommandResult, tag: UInt64) {
        inFlight -= 1
        guard !isOver else { return }
        SessionCodec.append(result, tag: tag, to: &answers)
        guard !isSendScheduled else { return }
        isSendScheduled = true
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.assumeIsolated().execute { bound.value.sendAnswers() }
    }

    private func sendAnswers() {
        isSendScheduled = false
        guard !isOver, !answers.isEmpty else { return }
        call.send(ByteBuffer(bytes: answers))
        answers.removeAll(keepingCapacity: true)
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
