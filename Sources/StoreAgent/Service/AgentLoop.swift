import AgentCore
import Ledger
import LedgerStore
import Threads

/// The thread that owns an agent's core: the disk is written here, and never on a thread of others.
///
/// Whatever came while it wrote is taken with the next commit: many tills are one write to the disk.
final class AgentLoop<Codec: FactCodec>: Sendable {
    typealias Core = AgentCore<SQLiteAgentRows, Codec>

    /// A look at the core, or the news that there is none any more.
    struct Look: Sendable {
        let run: @Sendable (inout Core) throws(StoreError) -> Void
        let fail: @Sendable (AgentEnd) -> Void
    }

    /// Inputs that may wait for the thread.
    static var inputsMax: Int { 20_000 }

    /// What waits for the thread.
    private struct Inbox: Sendable {
        var inputs: [AgentInput] = []
        var looks: [Look] = []
        var isStopping = false
        /// Why the thread has ended; nil: it runs.
        var end: AgentEnd?

        var isEmpty: Bool { inputs.isEmpty && looks.isEmpty }
    }

    private let inbox = Monitor(Inbox())
    private let onEffect: @Sendable (AgentEffect) -> Void
    private let onEnd: @Sendable (AgentEnd) -> Void
    private let readClock: @Sendable () -> AgentClock

    init(
        readClock: @escaping @Sendable () -> AgentClock,
        onEffect: @escaping @Sendable (AgentEffect) -> Void,
        onEnd: @escaping @Sendable (AgentEnd) -> Void
    ) {
        self.readClock = readClock
        self.onEffect = onEffect
        self.onEnd = onEnd
    }

    /// Begins with a core that nobody else has.
    func start(_ core: sending Core) {
        let box = HandedOver(core)
        PlatformThread(name: "agent") { [self] in
            guard var core = box.take() else { return }
            run(&core)
        }
    }

    /// What becomes of something that is handed over.
    enum Posted: Equatable, Sendable {
        case taken
        /// More waits already than may.
        case full
        case ended(AgentEnd)
    }

    /// Hands an input over.
    @discardableResult
    func post(_ input: AgentInput) -> Posted {
        inbox.update { inbox in
            if let end = inbox.end { return .ended(end) }
            guard inbox.inputs.count < Self.inputsMax else { return .full }
            inbox.inputs.append(input)
            return .taken
        }
    }

    /// Has a look at the core between two commits.
    func post(_ look: Look) {
        let end = inbox.update { inbox -> AgentEnd? in
            if inbox.end == nil { inbox.looks.append(look) }
            return inbox.end
        }
        if let end { look.fail(end) }
    }

    /// Ends the thread after what has come by now.
    func stop() {
        inbox.update { $0.isStopping = true }
    }

    /// Waits for the end of the thread.
    func join() -> AgentEnd {
        inbox.wait { $0.end }
    }

    private func run(_ core: inout Core) {
        var wake: Milliseconds?
        var end = AgentEnd.stopped
        var looks: [Look] = []
        while true {
            let now = readClock().steady
            let pause = wake.map { wake in
                Duration.milliseconds(
                    Int64(clamping: wake.rawValue - min(wake.rawValue, now.rawValue))
                )
            }
            let taken = inbox.wait(timeout: pause) { inbox -> Inbox? in
                guard !inbox.isEmpty || inbox.isStopping else { return nil }
                let taken = inbox
                inbox.inputs = []
                inbox.looks = []
                return taken
            }
            do throws(StoreError) {
                try turn(&core, taken?.inputs ?? [], &wake)
                looks = taken?.looks ?? []
                while let look = looks.first {
                    looks.removeFirst()
                    try look.run(&core)
                }
            } catch {
                end = .failed(error)
                break
            }
            if taken?.isStopping == true { break }
        }
        let late = inbox.update { [end] inbox in
            let late = inbox.looks
            inbox = Inbox(isStopping: true, end: end)
            return late
        }
        for look in looks + late { look.fail(end) }
        onEnd(end)
    }

    private func turn(
        _ core: inout Core,
        _ inputs: [AgentInput],
        _ wake: inout Milliseconds?
    ) throws(StoreError) {
        var effects: [AgentEffect] = []
        try core.handle(inputs.isEmpty ? [.tick] : inputs, at: readClock(), into: &effects)
        wake = nil
        for effect in effects {
            if case .wake(at: let time) = effect {
                wake = time
            } else {
                onEffect(effect)
            }
        }
    }
}
