import Foundation
import Ledger
import LedgerClient

extension WatchBench {
    /// Something that the measurement needs did not come about.
    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ what: String) { description = "not within a minute: \(what)" }
    }

    /// A catalogue, ten places, and stock of each item at one of them.
    func setUp(_ client: EstoqueClient) async throws -> [(sku: SKU, location: LocationID)] {
        let locations = (0..<10).map { LocationID(unchecked: "place-\($0)") }
        let stock = (0..<skus).map { number in
            (sku: SKU(unchecked: "watch-\(number)"), location: locations[number % 10])
        }
        var commands = locations.map { location in
            Command.upsertLocation(
                UpsertLocation(id: location, name: location.text, sellsOnline: true)
            )
        }
        commands += stock.map { place in
            Command.upsertItem(
                UpsertItem(sku: place.sku, title: place.sku.text, price: 999, currency: "EUR")
            )
        }
        for start in stride(from: 0, to: stock.count, by: 500) {
            let lines = stock[start..<min(start + 500, stock.count)].map {
                StockLine(sku: $0.sku, location: $0.location, quantity: 1_000_000)
            }
            commands.append(.receive(Receive(lines: lines)))
        }
        for start in stride(from: 0, to: commands.count, by: 500) {
            let part = commands[start..<min(start + 500, commands.count)]
            let requests = part.map { Request(id: .mint(), actor: client.actor, command: $0) }
            for result in try await client.batch(requests, timeout: .seconds(60)) {
                _ = try result.get()
            }
        }
        return stock
    }

    /// What the kernel says the watched node holds in memory.
    func residentBytes() -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        for line in text.split(separator: "\n") where line.hasPrefix("VmRSS:") {
            let digits = line.filter(\.isNumber)
            return (Double(digits) ?? 0) * 1_024
        }
        return 0
    }

    /// The processor time that the watched node has used.
    func cpuSeconds() -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
        else { return 0 }
        return (user + system) / 100
    }

    /// A number of the watched node's.
    func metric(_ name: String) throws -> Double {
        let curl = Process()
        let output = Pipe()
        curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        curl.arguments = ["curl", "-s", "http://\(http)/metrics"]
        curl.standardOutput = output
        try curl.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        curl.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        for line in text.split(separator: "\n") where line.hasPrefix(name + " ") {
            return Double(line.split(separator: " ").last ?? "") ?? -1
        }
        return -1
    }
}
