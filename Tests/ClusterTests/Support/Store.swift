import Histories
import Ledger
import LedgerClient
import Testing

/// What is sold, where, and how much of it there is in the beginning: little enough for refusals.
enum Assortment {
    static let skus = (1...4).map { SKU(unchecked: "sku-\($0)") }
    static let locations = (1...2).map { LocationID(unchecked: "store-\($0)") }
    static let initialQuantity: Quantity = 40
    /// The client that creates it.
    static let buyer = 100

    /// Creates it.
    static func create(in cluster: Cluster, _ journal: Journal) async throws {
        let client = cluster.roamingClient(from: 0, actor: "buyer")
        let commands =
            skus.map {
                Command.upsertItem(UpsertItem(sku: $0, title: "Thing", price: 100, currency: "EUR"))
            }
            + locations.map { .upsertLocation(UpsertLocation(id: $0, name: "Store")) }
            + locations.map { location in
                .receive(
                    Receive(
                        lines: skus.map {
                            StockLine(sku: $0, location: location, quantity: initialQuantity)
                        }
                    )
                )
            }
        for command in commands {
            let outcome = await journal.send(command, by: buyer, through: client)
            guard case .answered = outcome else {
                Issue.record("the assortment could not be created: \(outcome)")
                break
            }
        }
        await client.close()
    }
}

/// A till that sells, takes holds, prolongs, confirms, hands over or gives back what it holds, and now
/// and then looks whether it sees what it did.
struct Store {
    let number: Int
    let commands: any CommandSender
    private var reader: Reader
    private var held: [ReservationID] = []
    private var random: SeededRandom

    init(number: Int, commands: any CommandSender, cluster: Cluster) {
        self.number = number
        self.commands = commands
        reader = Reader(number: number, cluster: cluster)
        random = SeededRandom(seed: UInt64(number))
    }

    /// Asks one thing after the other until the journal is closed.
    mutating func work(into journal: Journal) async {
        while !journal.isClosed {
            let command = nextCommand()
            let outcome = await journal.send(command, by: number, through: commands)
            guard case .answered(let answer) = outcome else { continue }
            reader.hasSeen(answer.position)
            if case .reserve(let reserve) = command, case .reservation = answer.outcome {
                held.append(reserve.reservation)
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                await reader.readOwn(touching: command, into: journal)
            }
        }
    }

    private mutating func nextCommand() -> Command {
        let roll = Int.random(in: 0..<100, using: &random)
        if roll < 15, let reservation = held.randomElement(using: &random) {
            return roll < 8
                ? .confirm(Confirm(reservation: reservation, order: Reference(unchecked: "o-1")))
                : .extend(Extend(reservation: reservation, ttl: Milliseconds(2_000)))
        }
        if roll < 45, let index = held.indices.randomElement(using: &random) {
            let reservation = held.remove(at: index)
            return roll < 30
                ? .release(Release(reservation: reservation))
                : .fulfill(Fulfill(reservation: reservation))
        }
        switch roll {
        case 95...: return .receive(Receive(lines: lines(2...6)))
        case 85...: return .sell(Sell(lines: lines(1...2)))
        default: return reserve()
        }
    }

    /// Some holds end while the test lasts.
    private mutating func reserve() -> Command {
        let isShort = Int.random(in: 0..<3, using: &random) == 0
        return .reserve(
            Reserve(
                reservation: .mint(),
                owner: Owner(kind: .customer, reference: Reference(unchecked: "c-\(number)")),
                lines: lines(1...3),
                ttl: Milliseconds(isShort ? .random(in: 50...1_500, using: &random) : 3_600_000)
            )
        )
    }

    /// One or two lines, of different SKUs.
    private mutating func lines(_ quantities: ClosedRange<Quantity>) -> [StockLine] {
        let count = Int.random(in: 1...2, using: &random)
        return Assortment.skus.shuffled(using: &random).prefix(count).map { sku in
            StockLine(
                sku: sku,
                location: Assortment.locations[number % Assortment.locations.count],
                quantity: .random(in: quantities, using: &random)
            )
        }
    }
}

/// Numbers that are the same in every run (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
