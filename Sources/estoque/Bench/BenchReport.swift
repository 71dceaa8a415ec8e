import Foundation
import Histogram
import NIOCore

/// What `estoque bench` found; the names are those of its JSON.
struct BenchReport: Codable, Equatable, Sendable {
    var mode: BenchMode
    var clients: Int
    var batch: Int
    var hot: Bool
    /// The measured part.
    var seconds: Double
    /// Reservations acknowledged in the measured part.
    var operations: Int
    var opsPerSecond: Double
    var p50Milliseconds: Double
    var p99Milliseconds: Double
    var p999Milliseconds: Double
    /// The longest time without any acknowledgement, in the measured part.
    var longestPauseMilliseconds: Double
    /// Of all nodes together; null for a cluster that runs elsewhere.
    var serverCPUMicrosecondsPerOp: Double?
    var clientCPUMicrosecondsPerOp: Double
    /// Over the whole run.
    var refused: Int
    /// Over the whole run: no answer, however often they were asked.
    var unknown: Int
    /// Over the whole run: how often something was asked again.
    var retried: Int
    var booksBalance: Bool

    /// One JSON object.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// For people.
    var table: String {
        let load =
            "\(mode.rawValue), \(clients) clients"
            + (mode == .batch ? " × \(batch)" : "")
            + (hot ? ", one hot SKU" : "")
        let server = serverCPUMicrosecondsPerOp.map { Self.number($0) + " µs" } ?? "unknown"
        let rows = [
            ("load", load),
            ("reservations", "\(operations) in \(Self.number(seconds)) s"),
            ("per second", String(format: "%.0f", opsPerSecond)),
            ("latency p50", Self.number(p50Milliseconds) + " ms"),
            ("latency p99", Self.number(p99Milliseconds) + " ms"),
            ("latency p99.9", Self.number(p999Milliseconds) + " ms"),
            ("longest pause", Self.number(longestPauseMilliseconds) + " ms"),
            ("CPU of the nodes", server + " per reservation"),
            ("CPU of the load", Self.number(clientCPUMicrosecondsPerOp) + " µs per reservation"),
            ("refused", "\(refused)"),
            ("unknown", "\(unknown)"),
            ("asked again", "\(retried)"),
            ("books", booksBalance ? "balance" : "DO NOT BALANCE"),
        ]
        return rows.map { $0.0.padding(toLength: 18, withPad: " ", startingAt: 0) + $0.1 }
            .joined(separator: "\n")
    }

    private static func number(_ value: Double) -> String { String(format: "%.2f", value) }
}

extension BenchReport {
    /// From what was counted.
    init(_ plan: BenchPlan, _ measured: BenchMeasurement, unknown: Int, booksBalance: Bool) {
        let tally = measured.tally
        let operations = max(1, tally.operations)
        func milliseconds(_ percentile: Double) -> Double {
            Double(tally.latencies.valueAtPercentile(percentile)) / 1_000
        }
        func perOperation(_ time: Duration) -> Double {
            (time.inSeconds * 1e8 / Double(operations)).rounded() / 100
        }
        let seconds = measured.elapsed.inSeconds
        self.init(
            mode: plan.mode,
            clients: plan.clients,
            batch: plan.batch,
            hot: plan.isHot,
            seconds: (seconds * 1_000).rounded() / 1_000,
            operations: tally.operations,
            opsPerSecond: (Double(tally.operations) / max(seconds, 1e-9) * 10).rounded() / 10,
            p50Milliseconds: milliseconds(50),
            p99Milliseconds: milliseconds(99),
            p999Milliseconds: milliseconds(99.9),
            longestPauseMilliseconds: Double(tally.longestPause.nanoseconds / 1_000) / 1_000,
            serverCPUMicrosecondsPerOp: measured.serverTime.map(perOperation),
            clientCPUMicrosecondsPerOp: perOperation(measured.clientTime),
            refused: tally.refused,
            unknown: unknown,
            retried: tally.retried,
            booksBalance: booksBalance
        )
    }

    private enum CodingKeys: String, CodingKey {
        case mode, clients, batch, hot, seconds, operations, opsPerSecond
        case p50Milliseconds, p99Milliseconds, p999Milliseconds, longestPauseMilliseconds
        case serverCPUMicrosecondsPerOp, clientCPUMicrosecondsPerOp
        case refused, unknown, retried, booksBalance
    }

    /// Every field, null where there is nothing to say.
    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(mode, forKey: .mode)
        try fields.encode(clients, forKey: .clients)
        try fields.encode(batch, forKey: .batch)
        try fields.encode(hot, forKey: .hot)
        try fields.encode(seconds, forKey: .seconds)
        try fields.encode(operations, forKey: .operations)
        try fields.encode(opsPerSecond, forKey: .opsPerSecond)
        try fields.encode(p50Milliseconds, forKey: .p50Milliseconds)
        try fields.encode(p99Milliseconds, forKey: .p99Milliseconds)
        try fields.encode(p999Milliseconds, forKey: .p999Milliseconds)
        try fields.encode(longestPauseMilliseconds, forKey: .longestPauseMilliseconds)
        try fields.encode(serverCPUMicrosecondsPerOp, forKey: .serverCPUMicrosecondsPerOp)
        try fields.encode(clientCPUMicrosecondsPerOp, forKey: .clientCPUMicrosecondsPerOp)
        try fields.encode(refused, forKey: .refused)
        try fields.encode(unknown, forKey: .unknown)
        try fields.encode(retried, forKey: .retried)
        try fields.encode(booksBalance, forKey: .booksBalance)
    }
}
