import GRPCWire
import Ledger
import LedgerAPI
import LedgerClient
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// What a fake node does with a command.
enum Reaction: Sendable {
    case result(CommandResult)
    /// Says nothing, now or later.
    case silence
    /// Ends the call (or the whole session) with a status and trailers.
    case end(GRPCStatus, GRPCMetadata)
}

/// A node without a ledger: it reacts to commands as a test tells it, and remembers them.
final class FakeNode: Sendable {
    struct Memory {
        var requests: [Request] = []
        /// How many commands each message of a session had.
        var sessionMessages: [Int] = []
        var held: [(@Sendable () -> Void)] = []
        var reads: [[UInt8]] = []
    }

    typealias Rule = @Sendable (_ request: Request, _ number: Int) -> Reaction

    let server: GRPCServer
    let address: NodeAddress
    private let memory: FakeMemory

    /// Starts a node whose `rule` reacts to the commands, counted from 0.
    ///
    /// With `holdsAnswers`, a session's answers wait until `releaseAnswers`.
    static func start(
        holdsAnswers: Bool = false,
        reads: [String: @Sendable (Int) -> Result<[UInt8], GRPCStatus>] = [:],
        rule: @escaping Rule = { request, number in .result(.answered(answer(number))) }
    ) async throws -> FakeNode {
        let memory = FakeMemory(holdsAnswers: holdsAnswers, rule: rule)
        var router = GRPCRouter()
        for method in CommandMethod.allCases {
            router.unary(method.path) { memory.unary(method, $0, $1) }
        }
        router.unary(ServicePath.batch) { memory.batch($0, $1) }
        router.streaming(ServicePath.session) { memory.session($0) }
        for (path, read) in reads { router.unary(path) { memory.read($0, $1, read) } }
        let server = try await GRPCServer.start(
            on: MultiThreadedEventLoopGroup.singleton,
            host: "127.0.0.1",
            port: 0,
            router: router
        )
        return FakeNode(server: server, memory: memory)
    }

    private init(server: GRPCServer, memory: FakeMemory) {
        self.server = server
        self.memory = memory
        address = NodeAddress(host: "127.0.0.1", port: server.localAddress.port ?? 0)
    }

    var requests: [Request] { memory.state.withLock { $0.requests } }
    var sessionMessages: [Int] { memory.state.withLock { $0.sessionMessages } }
    /// How many messages of answers a node with `holdsAnswers` holds back.
    var heldCount: Int { memory.state.withLock { $0.held.count } }
    var reads: [[UInt8]] { memory.state.withLock { $0.reads } }

    /// Sends what a node with `holdsAnswers` holds back.
    func releaseAnswers() {
        let held = memory.state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for release in held { release() }
    }

    func stop() async { await server.shutdown(within: .zero) }

    /// The answer number `number` of a node: a version, for want of a ledger.
    static func answer(_ number: Int) -> Answer {
        Answer(
            position: Position(UInt64(number) + 1),
            logTime: LogTime(microseconds: 1_000 + UInt64(number)),
            outcome: .version(UInt64(number))
        )
    }
}

/// What the handlers of a fake node share.
final class FakeMemory: Sendable {
    let state = Mutex(FakeNode.Memory())
    private let holdsAnswers: Bool
    private let rule: FakeNode.Rule

    init(holdsAnswers: Bool, rule: @escaping FakeNode.Rule) {
        self.holdsAnswers = holdsAnswers
        self.rule = rule
    }

    private func react(_ request: Request) -> Reaction {
        let number = state.withLock { state in
            state.requests.append(request)
            return state.requests.count - 1
        }
        return rule(request, number)
    }

    func unary(_ method: CommandMethod, _ message: ByteBuffer, _ call: GRPCServerCall) {
        guard let request = try? method.request(from: message.readableBytesSpan) else {
            call.fail(GRPCStatus(.invalidArgument, "not a request"))
            return
        }
        switch react(request.request) {
        case .silence: break
        case .end(let status, let trailers): call.fail(status, trailers: trailers)
        case .result(.answered(let answer)):
            if case .refused(let refusal) = answer.outcome {
                call.fail(GRPCStatus(Problem(refusal), of: answer))
            } else {
                call.respond(answer.messageBytes)
            }
        case .result(.failed(let problem)): call.fail(GRPCStatus(problem))
        }
    }

    func batch(_ message: ByteBuffer, _ call: GRPCServerCall) {
        guard let requests = try? SessionCodec.batchRequests(from: message.readableBytesSpan)
        else {
            call.fail(GRPCStatus(.invalidArgument, "not a batch"))
            return
        }
        var bytes: [UInt8] = []
        for tagged in requests {
            guard case .success(let request) = tagged.request else { continue }
            switch react(request.request) {
            case .result(let result): SessionCodec.append(result, tag: tagged.tag, to: &bytes)
            case .end(let status, let trailers):
                call.fail(status, trailers: trailers)
                return
            case .silence: return
            }
        }
        call.respond(bytes)
    }

    func session(_ call: GRPCServerCall) {
        let handle = call.handle
        call.onEvent = { [self] event in
            switch event {
            case .message(let message): take(message, handle)
            case .requestsEnded: handle.onLoop.finish()
            case .writable, .draining, .cancelled: break
            }
        }
    }

    private func take(_ message: ByteBuffer, _ call: GRPCServerCallHandle) {
        let requests = (try? SessionCodec.sessionRequests(from: message.readableBytesSpan)) ?? []
        state.withLock { $0.sessionMessages.append(requests.count) }
        var bytes: [UInt8] = []
        // Backwards: answers come in any order.
        for tagged in requests.reversed() {
            guard case .success(let request) = tagged.request else { continue }
            switch react(request.request) {
            case .result(let result): SessionCodec.append(result, tag: tagged.tag, to: &bytes)
            case .end(let status, let trailers):
                call.onLoop.fail(status, trailers: trailers)
                return
            case .silence: break
            }
        }
        guard !bytes.isEmpty else { return }
        let answers = ByteBuffer(bytes: bytes)
        if holdsAnswers {
            state.withLock { $0.held.append { call.run { $0.send(answers) } } }
        } else {
            call.onLoop.send(answers)
        }
    }

    func read(
        _ message: ByteBuffer,
        _ call: GRPCServerCall,
        _ read: (Int) -> Result<[UInt8], GRPCStatus>
    ) {
        let number = state.withLock { state in
            state.reads.append([UInt8](message.readableBytesView))
            return state.reads.count - 1
        }
        switch read(number) {
        case .success(let bytes): call.respond(bytes)
        case .failure(let status): call.fail(status)
        }
    }
}

extension GRPCStatus {
    /// What a node sends for a problem.
    init(_ problem: Problem, of answer: Answer? = nil) {
        self.init(
            GRPCStatusCode(rawValue: problem.code.rawValue) ?? .unknown,
            problem.message,
            details: problem.statusBytes(of: answer)
        )
    }
}
