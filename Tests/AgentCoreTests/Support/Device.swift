import AgentCore
import Ledger
import TestSupport
import Testing

/// One machine with an agent: its rows outlive it, everything else dies with it.
struct Device {
    typealias Core = AgentCore<MortalRows, EntryFactCodec>

    /// A message on its way, due at some step.
    struct Delivery {
        let due: Int
        let input: AgentInput
    }

    /// What a till wants, until it has an answer.
    struct Errand {
        let request: TillRequest
        var isAsked = false
    }

    let location: LocationID
    let settings: AgentSettings
    var core: Core
    var clock: AgentClock
    var isConnected = false
    /// What was asked of the cluster, and not carried there yet.
    var calls: [(due: Int, call: CentreCall)] = []
    var deliveries: [Delivery] = []
    var feedAt: Position?
    var errands: [UInt64: Errand] = [:]
    var tickets: UInt64 = 0
    /// What each request was told, the first time.
    var told: [RequestID: TillAnswer] = [:]
    var lastSale: TillReceipt?
    var deaths = 0
    var faults: [String] = []

    init(
        location: LocationID,
        rows: InMemoryAgentRows,
        settings: AgentSettings,
        takesOver: Bool = false,
        seed: UInt64
    ) {
        self.location = location
        self.settings = settings
        clock = AgentClock(
            wall: LogTime(microseconds: 1_700_000_000_000_000),
            steady: Milliseconds(1_000)
        )
        core = Self.core(rows, settings, takesOver, seed, clock)
    }

    private static func core(
        _ rows: InMemoryAgentRows,
        _ settings: AgentSettings,
        _ takesOver: Bool,
        _ seed: UInt64,
        _ clock: AgentClock
    ) -> Core {
        do throws(MortalRows.Death) {
            return try Core(
                rows: MortalRows(rows),
                codec: EntryFactCodec(),
                settings: settings,
                takesOver: takesOver,
                seed: seed,
                clock: clock
            )
        } catch {
            fatalError("nobody dies before the first commit")
        }
    }

    var isFrozen: Bool { core.head.frozen != nil }

    /// Starts again from rows, with all that was on its way lost.
    mutating func start(from rows: InMemoryAgentRows, _ random: inout SplitMix) {
        clock.steady = Milliseconds(1_000)
        core = Self.core(rows, settings, false, random.next(), clock)
        isConnected = false
        calls = []
        deliveries = []
        feedAt = nil
        for ticket in errands.keys { errands[ticket]?.isAsked = false }
    }

    /// Hands inputs to the core; when it dies of them, it is started again from what was committed.
    mutating func handle(_ inputs: [AgentInput], step: Int, _ random: inout SplitMix) {
        var effects: [AgentEffect] = []
        do throws(MortalRows.Death) {
            try core.handle(inputs, at: clock, into: &effects)
        } catch {
            deaths += 1
            start(from: core.rows.rows, &random)
            return
        }
        for effect in effects { take(effect, step, &random) }
    }

    private mutating func take(_ effect: AgentEffect, _ step: Int, _ random: inout SplitMix) {
        switch effect {
        case .answer(let ticket, let answer):
            guard let errand = errands[ticket] else { return }
            // Now and then a till misses its answer and asks again.
            guard !random.once(in: 12) else {
                errands[ticket]?.isAsked = false
                note(answer, to: errand.request)
                return
            }
            if case .unavailable = answer {
                errands[ticket]?.isAsked = false
                if isFrozen { errands[ticket] = nil }
                return
            }
            note(answer, to: errand.request)
            errands[ticket] = nil
        case .call(let call):
            let delay = Int.random(in: 0...3, using: &random)
            calls.append((due: step + delay, call: call))
        case .follow(after: let position): feedAt = position
        case .redial, .wake: break
        }
    }

    /// A request has one answer, however often it is asked.
    private mutating func note(_ answer: TillAnswer, to request: TillRequest) {
        if case .unavailable = answer { return }
        if let before = told[request.id], before != answer {
            faults.append("\(request.id) was told \(before), then \(answer)")
        }
        told[request.id] = answer
        if case .done(let receipt) = answer, receipt.sale != nil { lastSale = receipt }
    }
}
