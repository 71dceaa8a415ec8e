import Ledger

/// The ledger as one would first write it: no keys, no buckets that are kept, no order of expiry.
///
/// What is on hand is added up from all movements of goods, what is promised from all reservations.
/// It follows the design's tables, and shares nothing with the rules but the words of the answers.
struct NaiveLedger {
    struct Pair: Hashable {
        let sku: String
        let place: String
    }

    struct Line {
        let pair: Pair
        var requested: Int64
        var fulfilled: Int64 = 0
        var released: Int64 = 0
        var returned: Int64 = 0
        var open: Int64 { requested - fulfilled - released }
    }

    struct Hold {
        let id: String
        let owner: Owner
        var state: Reservation.State
        var lines: [Line]
        var end: UInt64
        let lastEnd: UInt64
        var order: Reference?
        var version: UInt64 = 1
        var open: Bool { state == .held || state == .confirmed }
    }

    struct Sold {
        let pair: Pair
        let units: Int64
        var back: Int64 = 0
    }

    struct Receipt {
        var lines: [Sold]
        var version: UInt64 = 1
    }

    /// A transfer as one list of what happened to its units.
    struct Haul {
        let from: String
        let to: String
        var asked: [(sku: String, units: Int64)]
        var shipped: [String: Int64] = [:]
        var good: [String: Int64] = [:]
        var bad: [String: Int64] = [:]
        var gone: [String: Int64] = [:]
        var isCancelled = false
        let document: Reference?
        var version: UInt64 = 1

        func underway(_ sku: String) -> Int64 {
            shipped[sku, default: 0] - good[sku, default: 0] - bad[sku, default: 0]
                - gone[sku, default: 0]
        }
    }

    struct Remembered {
        let command: Command
        let answer: Answer
    }

    var items: [String: Item] = [:]
    var places: [String: Location] = [:]
    var offers: [Pair: Offer] = [:]
    var goods: [Pair: [Int64]] = [:]
    /// Units on hold, by all that put them there or took them away.
    var blocked: [Pair: [Int64]] = [:]
    var safety: [Pair: Int64] = [:]
    var backorders: [Pair: Int64] = [:]
    var receipts: [String: Receipt] = [:]
    var hauls: [String: Haul] = [:]
    var holds: [Hold] = []
    var versions: [Pair: UInt64] = [:]
    var remembered: [String: Remembered] = [:]
    var position: UInt64 = 0
    var time: UInt64 = 0

    mutating func apply(_ request: Request, stamp: UInt64) -> Answer {
        position += 1
        time = max(time + 1, stamp)
        for index in holds.indices.sorted(by: { (holds[$0].end, $0) < (holds[$1].end, $1) })
        where holds[index].state == .held && holds[index].end <= time {
            noting { ledger in
                ledger.holds[index].state = .expired
                ledger.holds[index].version += 1
            }
        }
        let day: UInt64 = 24 * 3_600 * 1_000_000
        if let known = remembered[request.id.text], time - known.answer.logTime.microseconds < day {
            guard known.command == request.command else {
                return answer(.refused(.idempotencyKeyReused(request.id)))
            }
            var again = known.answer
            again.replayed = true
            return again
        }
        let given = answer(execute(request))
        remembered[request.id.text] = Remembered(command: request.command, answer: given)
        return given
    }

    private func answer(_ outcome: Outcome) -> Answer {
        Answer(
            position: Position(position),
            logTime: LogTime(microseconds: time),
            outcome: outcome
        )
    }

    // MARK: the books

    func onHand(_ pair: Pair) -> Int64 { goods[pair, default: []].reduce(0, +) }

    func promised(_ pair: Pair, toStores: Bool) -> Int64 {
        var sum: Int64 = 0
        for hold in holds where hold.open && (hold.owner.kind == .store) == toStores {
            for line in hold.lines where line.pair == pair { sum += line.open }
        }
        return sum
    }

    func onHold(_ pair: Pair) -> Int64 { blocked[pair, default: []].reduce(0, +) }

    func underway(_ pair: Pair) -> Int64 {
        hauls.values.filter { $0.to == pair.place }.reduce(0) { $0 + $1.underway(pair.sku) }
    }

    func available(_ pair: Pair) -> Int64 {
        onHand(pair) - promised(pair, toStores: true) - promised(pair, toStores: false)
            - onHold(pair)
    }

    /// What is there for an order from afar.
    func online(_ pair: Pair) -> Int64 { available(pair) - safety[pair, default: 0] }

    func level(_ pair: Pair) -> StockLevel { levels()[pair] ?? StockLevel() }

    func isEmpty(where matches: (Pair) -> Bool) -> Bool {
        pairs.filter(matches).allSatisfy {
            onHand($0) == 0 && promised($0, toStores: true) == 0
                && promised($0, toStores: false) == 0 && onHold($0) == 0 && underway($0) == 0
        }
    }

    var pairs: [Pair] {
        items.keys.flatMap { sku in places.keys.map { Pair(sku: sku, place: $0) } }
    }

    /// All levels, in one pass over the holds.
    func levels() -> [Pair: StockLevel] {
        var levels: [Pair: StockLevel] = [:]
        for pair in pairs {
            var level = StockLevel()
            level.onHand = onHand(pair)
            level.unavailable = onHold(pair)
            level.incoming = underway(pair)
            level.safetyStock = safety[pair] ?? 0
            level.backorderLimit = backorders[pair] ?? 0
            level.version = versions[pair] ?? 0
            levels[pair] = level
        }
        for hold in holds where hold.open {
            for line in hold.lines {
                if hold.owner.kind == .store {
                    levels[line.pair]?.allotted += line.open
                } else {
                    levels[line.pair]?.reserved += line.open
                }
            }
        }
        return levels
    }

    /// Runs a change, and gives every level that is another afterwards its next version.
    mutating func noting<Value>(_ change: (inout NaiveLedger) -> Value) -> Value {
        let before = levels()
        let value = change(&self)
        for (pair, level) in levels() where level != before[pair] {
            versions[pair, default: 0] += 1
        }
        return value
    }
}
