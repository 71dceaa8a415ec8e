import AgentCore
import Ledger

/// What a world of stores is like: drawn from its seed, so that each is hard in another way.
struct AgentPlan: Sendable {
    /// The faults that a world may have.
    enum Fault: CaseIterable, Sendable {
        case cutOff
        case kill
        case clockJump
        case clone
        case restore
        case lostDisk
        case secondAgent
        case revocation
        case centreRestored
    }

    var stores: Int
    var items: Int
    /// Requests of tills, over all stores.
    var requests: Int
    var tillEvery: Nanoseconds
    var onlineEvery: Nanoseconds
    var adminEvery: Nanoseconds
    var faultEvery: Nanoseconds
    var faults: [Fault]
    /// The longest time that a store is cut off.
    var cutOffMax: Nanoseconds
    var delayMax: Nanoseconds
    /// Messages lost or sent twice, of a thousand.
    var lostPermille: Int
    var repeatedPermille: Int
    /// Kinds of tills' requests beside sales and receipts.
    var corrects: Bool
    var settings: AgentSettings
    var onlineShare: UInt8

    init(_ chance: inout Chance) {
        stores = chance.number(in: 1...3)
        items = chance.number(in: 1...5)
        requests = chance.number(in: 40...300)
        let scale = chance.pick([Span.seconds(2), Span.seconds(60), Span.seconds(900)])
        tillEvery = scale
        onlineEvery = chance.pick([scale / 2, scale * 3])
        adminEvery = scale * 20
        faultEvery = scale * Nanoseconds(chance.number(in: 5...40))
        faults = Fault.allCases.filter { _ in chance.once(in: 2) }
        cutOffMax = chance.pick([scale * 30, Span.seconds(7 * 86_400)])
        delayMax = chance.pick([Span.milliseconds(20), Span.milliseconds(900), Span.seconds(8)])
        lostPermille = chance.pick([0, 0, 20, 200])
        repeatedPermille = chance.pick([0, 50])
        corrects = chance.once(in: 2)
        onlineShare = UInt8(chance.pick([0, 0, 30, 80]))
        settings = AgentSettings()
        settings.policy = chance.once(in: 3) ? .overdraw : .block
        settings.factsPerSubmission = chance.pick([1, 3, 256])
        settings.submissionsMax = chance.pick([1, 4])
        // What says that all is well is said less often where weeks are to pass.
        settings.headEvery = Milliseconds(max(3_000, scale / 1_000_000 * 2))
        settings.reviewEvery = Milliseconds(max(60_000, scale / 1_000_000 * 10))
        settings.marks.highMin = chance.pick([2, 8])
        settings.marks.lowMin = chance.pick([1, 2])
        settings.answersMax = chance.pick([20, 20_000])
        settings.factsKept = chance.pick([16, LedgerLimits.factsKept])
    }

    /// Whether nothing can happen in it that takes goods which were promised to others.
    var keepsPromises: Bool {
        settings.policy == .block && !corrects
            && faults.allSatisfy { [.cutOff, .kill, .clockJump, .secondAgent].contains($0) }
    }
}
