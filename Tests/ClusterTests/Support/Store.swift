import Ledger
import LedgerClient

/// What is sold, where, and how much of it there is in the beginning: little enough for refusals.
enum Assortment {
    static let skus = (1...4).map { SKU(unchecked: "sku-\($0)") }
    static let locations = (1...2).map { LocationID(unchecked: "store-\($0)") }
    static let initialQuantity: Quantity = 40

    /// Creates it; returns the answered requests, which belong to the books.
    static func create(in cluster: Cluster) async throws -> [Record] {
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
        var records: [Record] = []
        for command in commands {
            records.append(await client.record(command))
        }
        await client.close()
        return records
    }
}

/// A till that sells, takes holds, and hands over or gives back what it holds.
struct Store {
    let number: Int
    let commands: any CommandSender
    private var held: [ReservationID] = []
    private var random: SeededRandom

    init(number: Int, commands: any CommandSender) {
        self.number = number
        self.commands = commands
        random = SeededRandom(seed: UInt64(number))
    }

    /// Asks one thing after the other until the journal is closed.
    mutating func work(into journal: Journal) async {
        while !journal.isClosed {
            let command = nextCommand()
            let record = await commands.record(command)
            journal.add(record)
            if case .reserve(let reserve) = command, case .reservation? = record.answer?.outcome {
                held.append(reserve.reservation)
            }
        }
    }

    private mutating func nextCommand() -> Command {
        let roll = Int.random(in: 0..<100, using: &random)
        if roll < 35, let index = held.indices.randomElement(using: &random) {
            let reservation = held.remove(at: index)
            return roll < 20
                ? .release(Release(reservation: reservation))
                : .fulfill(Fulfill(reservation: reservation))
        }
        switch roll {
        case 95...: return .receive(Receive(lines: lines(2...6)))
        case 80...: return .sell(Sell(lines: lines(1...2)))
        default:
            return .reserve(
                Reserve(
                    reservation: .mint(),
                    owner: Owner(kind: .customer, reference: Reference(unchecked: "c-\(number)")),
                    lines: lines(1...3),
                    ttl: Milliseconds(3_600_000)
                )
            )
        }
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

extension CommandSender {
    /// Sends a command, and notes what came of it.
    func record(_ command: Command) async -> Record {
        let request = Request(id: .mint(), actor: actor, command: command)
        let askedAt = ContinuousClock.now
        let result: Record.Result
        do throws(EstoqueError) {
            result = .answered(try await send(request, timeout: nil))
        } catch {
            result = Record.Result(error)
        }
        return Record(request: request, askedAt: askedAt, answeredAt: .now, result: result)
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
