import ArgumentParser
import BenchSupport
import Foundation
import Ledger
import LedgerAPI
import LedgerClient
import NIOCore

/// What it takes to take in the facts of many stores that come back at once, and what others notice.
@main
struct FactBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Facts of many stores at once, beside other writes. See Benchmarks/facts."
    )

    @Option(help: "gRPC addresses of the nodes, with commas between.")
    var node: String
    @Option(help: "Stores that come back at once.")
    var stores = 20
    @Option(help: "Facts, of all stores together.")
    var facts = 100_000
    @Option(help: "Items that they sell.")
    var skus = 1_000
    @Option(help: "Other writes a second.")
    var rate = 500
    @Option(help: "Seconds of peace to compare with.")
    var seconds = 10

    private static let stockEach: Quantity = 1_000_000

    func validate() throws {
        guard (1...1_000).contains(stores), (stores...100_000_000).contains(facts),
            (1...100_000).contains(skus), (1...50_000).contains(rate), (1...600).contains(seconds)
        else { throw ValidationError("a number is out of bounds") }
    }

    func run() async throws {
        let addresses = node.split(separator: ",").compactMap { NodeAddress(String($0)) }
        let client = EstoqueClient(nodes: addresses, actor: Ledger.Actor(unchecked: "fact-bench"))
        try await setUp(client)
        let chains = try await (0..<stores).concurrently { try await chain($0, client) }
        let stock = (0..<skus).map { (sku: Self.sku($0), location: Self.other) }
        let writer = PacedWriter(client: client, stock: stock, rate: rate)
        _ = await writer.run(seconds: 2)
        let peace = await writer.run(seconds: seconds)
        let stop = StopFlag()
        async let beside = writer.run(seconds: 600, until: stop)
        let begun = NIODeadline.now()
        // Each store is a machine with a connection of its own.
        let tallies = try await chains.concurrently { chain in
            let own = EstoqueClient(
                nodes: addresses,
                actor: Ledger.Actor(unchecked: chain.location.text)
            )
            let tally = try await chain.tell(own)
            await own.close()
            return tally
        }
        let took = Double((NIODeadline.now() - begun).nanoseconds) / 1e9
        stop.set()
        let during = await beside
        let tally = tallies.reduce(into: FactTally()) { $0.add($1) }
        let differences = try await compare(client, chains)
        await client.close()
        report([
            ("stores", Double(stores)), ("facts", Double(tally.facts)), ("seconds", took),
            ("factsPerSecond", Double(tally.facts) / took),
            ("submissions", Double(tally.submissions)), ("retries", Double(tally.retries)),
            ("writesPerSecondInPeace", peace.perSecond),
            ("writeP50MillisecondsInPeace", peace.milliseconds(0.5)),
            ("writeP99MillisecondsInPeace", peace.milliseconds(0.99)),
            ("writesPerSecondMeanwhile", during.perSecond),
            ("writeP50MillisecondsMeanwhile", during.milliseconds(0.5)),
            ("writeP99MillisecondsMeanwhile", during.milliseconds(0.99)),
            ("ratioOfP99", during.milliseconds(0.99) / max(0.001, peace.milliseconds(0.99))),
            ("writeFailures", Double(peace.failures + during.failures)),
            ("levelsThatDiffer", Double(differences)),
        ])
        guard differences == 0 else { throw ExitCode.failure }
    }

    private func report(_ figures: [(String, Double)]) {
        let body = figures.map { name, value in
            "\"\(name)\": "
                + value.formatted(.number.grouping(.never).precision(.fractionLength(0...2)))
        }
        FileHandle.standardOutput.write(Data("{\(body.joined(separator: ", "))}\n".utf8))
    }

    static let other = LocationID(unchecked: "online")
    static func store(_ index: Int) -> LocationID { LocationID(unchecked: "store-\(index)") }
    static func sku(_ index: Int) -> SKU { SKU(unchecked: "item-\(index)") }

    private func setUp(_ client: EstoqueClient) async throws {
        let places = (0..<stores).map(Self.store) + [Self.other]
        var commands = places.map {
            Command.upsertLocation(UpsertLocation(id: $0, name: $0.text))
        }
        for index in 0..<skus {
            let sku = Self.sku(index)
            commands.append(
                .upsertItem(UpsertItem(sku: sku, title: sku.text, price: 250, currency: "EUR"))
            )
        }
        for place in places {
            for start in stride(from: 0, to: skus, by: 500) {
                let lines = (start..<min(start + 500, skus)).map {
                    StockLine(sku: Self.sku($0), location: place, quantity: Self.stockEach)
                }
                commands.append(.receive(Receive(lines: lines)))
            }
        }
        for start in stride(from: 0, to: commands.count, by: 200) {
            let part = commands[start..<min(start + 200, commands.count)]
            let requests = part.map { Request(id: .mint(), actor: client.actor, command: $0) }
            for result in try await client.batch(requests, timeout: .seconds(60)) {
                _ = try result.get()
            }
        }
    }

    /// Registers a store and writes its facts, as an agent would have in its outbox.
    private func chain(_ index: Int, _ client: EstoqueClient) async throws -> StoreChain {
        let location = Self.store(index)
        let registered = try await client.registerStore(
            RegisterStore(location: location, instance: Reference(unchecked: "bench-\(index)"))
        )
        var chain = StoreChain(location: location, epoch: registered.value.epoch)
        let count = facts / stores + (index < facts % stores ? 1 : 0)
        for number in 0..<count {
            let line = StockLine(
                sku: Self.sku((number &* 7_919 &+ index) % skus),
                location: location,
                quantity: Quantity(1 + number % 3)
            )
            chain.append(line, number)
        }
        return chain
    }

    /// How many levels are not what the facts leave.
    private func compare(_ client: EstoqueClient, _ chains: [StoreChain]) async throws -> Int {
        var differences = 0
        for chain in chains {
            for (sku, sold) in chain.sold {
                let stock = try await client.stockLevel(sku, at: chain.location, .linearizable)
                if stock.value.level.onHand != Self.stockEach - sold { differences += 1 }
            }
        }
        return differences
    }
}
