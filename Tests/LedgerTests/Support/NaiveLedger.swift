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
        let requested: Int64
        var fulfilled: Int64 = 0
        var released: Int64 = 0
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

    struct Remembered {
        let command: Command
        let answer: Answer
    }

    var items: [String: (state: Item.State, version: UInt64)] = [:]
    var places: [String: (state: Location.State, version: UInt64)] = [:]
    var goods: [Pair: [Int64]] = [:]
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
        if let known = remembered[request.id.text] {
            guard known.command == request.command else {
                return answer(.refused(.idempotencyKeyReused(request.id)))
            }
            var again = known.answer
            again.replayed = true
            return again
        }
        let given = answer(execute(request.command))
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

    func available(_ pair: Pair) -> Int64 {
        onHand(pair) - promised(pair, toStores: true) - promised(pair, toStores: false)
    }

    func level(_ pair: Pair) -> StockLevel { levels()[pair] ?? StockLevel() }

    func isEmpty(where matches: (Pair) -> Bool) -> Bool {
        pairs.filter(matches).allSatisfy {
            onHand($0) == 0 && promised($0, toStores: true) == 0
                && promised($0, toStores: false) == 0
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
