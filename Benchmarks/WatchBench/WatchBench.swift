import ArgumentParser
import BenchSupport
import Foundation
import Ledger
import LedgerClient
import NIOCore
import NIOPosix

/// What thousands of watchers on one node cost, and whether they are told everything.
@main
struct WatchBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watchers of changes on one node, under steady writes. See Benchmarks/watchers."
    )

    @Option(help: "gRPC addresses of the nodes, with commas between.")
    var node: String
    @Option(help: "HTTP address of the node that is watched.")
    var http: String
    @Option(help: "HTTP address of the node where streams go on when that one is killed.")
    var then: String
    @Option(help: "Process of the watched node: its memory is read, and at the end it is killed.")
    var pid: Int32
    @Option(help: "Watchers.")
    var watchers = 5_000
    @Option(help: "SKUs in the ledger, and how many of them each watcher names.")
    var skus = 10_000
    @Option var keys = 20
    @Option(help: "Writes a second.")
    var rate = 2_000
    @Option(help: "Seconds of each phase.")
    var seconds = 15
    @Option(help: "Further watchers of everything that take nothing after their first bytes.")
    var stalled = 100

    func run() async throws {
        let addresses = node.split(separator: ",").compactMap { NodeAddress(String($0)) }
        let client = EstoqueClient(nodes: addresses, actor: Ledger.Actor(unchecked: "watch-bench"))
        let stock = try await setUp(client)
        let writer = PacedWriter(client: client, stock: stock, rate: rate)
        var report: [(String, String)] = []
        func note(_ name: String, _ value: Double) {
            report.append(
                (name, value.formatted(.number.grouping(.never).precision(.fractionLength(0...2))))
            )
        }
        _ = await writer.run(seconds: 3)
        let cpu = cpuSeconds()
        let alone = await writer.run(seconds: seconds)
        note("writesPerSecondAlone", alone.perSecond)
        note("writeP50MillisecondsAlone", alone.milliseconds(0.5))
        note("writeP99MillisecondsAlone", alone.milliseconds(0.99))
        note("watchedNodeCPUAlone", (cpuSeconds() - cpu) / Double(seconds))

        let crowd = Crowd(skus: stock.map(\.sku), keys: keys)
        let before = residentBytes()
        try await crowd.connect(watchers, to: http)
        note("watchers", Double(await crowd.count(\.connected)))
        note("memoryPerWatcherBytesIdle", (residentBytes() - before) / Double(watchers))
        try await measure(writer, alone, crowd, note)
        note("memoryPerWatcherBytesAfterLoad", (residentBytes() - before) / Double(watchers))

        let ended = await crowd.count(\.ended)
        try await stall(crowd, writer, note)
        note("watchersLostMeanwhile", Double(await crowd.count(\.ended) - ended))
        try await moveOn(crowd, writer, note)
        note("gapsInPrevChains", Double(await crowd.count(\.gaps)))
        note("refused", Double(await crowd.count(\.refused)))
        await client.close()
        let body = report.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ")
        FileHandle.standardOutput.write(Data("{\(body)}\n".utf8))
    }

    private func measure(
        _ writer: PacedWriter,
        _ alone: PacedWriter.Result,
        _ crowd: Crowd,
        _ note: (String, Double) -> Void
    ) async throws {
        let events = await crowd.count(\.events)
        await crowd.keepTimes(true)
        let cpu = cpuSeconds()
        let watched = await writer.run(seconds: seconds)
        note("watchedNodeCPU", (cpuSeconds() - cpu) / Double(seconds))
        try await Task.sleep(for: .seconds(1))
        note("writesPerSecondWatched", watched.perSecond)
        note("writeP50MillisecondsWatched", watched.milliseconds(0.5))
        note("writeP99MillisecondsWatched", watched.milliseconds(0.99))
        note("writeFailures", Double(alone.failures + watched.failures))
        note("ratioOfWrites", watched.perSecond / alone.perSecond)
        note("eventsPerSecond", Double(await crowd.count(\.events) - events) / Double(seconds))
        let delays = await crowd.delays(since: watched.acknowledged)
        note("firstWatcherP50Milliseconds", delays.first(0.5))
        note("firstWatcherP99Milliseconds", delays.first(0.99))
        note("lastWatcherP50Milliseconds", delays.last(0.5))
        note("lastWatcherP99Milliseconds", delays.last(0.99))
        await crowd.keepTimes(false)
    }

    /// Some take nothing: they must be dropped, and the others must not notice.
    private func stall(
        _ crowd: Crowd,
        _ writer: PacedWriter,
        _ note: (String, Double) -> Void
    ) async throws {
        guard stalled > 0 else { return }
        let before = residentBytes()
        let sleepers = Crowd(skus: [], keys: 0)
        try await sleepers.connect(stalled, to: http, takesNothing: true)
        let result = await writer.run(seconds: seconds * 2)
        note("writesPerSecondWithStalled", result.perSecond)
        note("stalled", Double(stalled))
        note("memoryPerStalledBytes", (residentBytes() - before) / Double(stalled))
        let dropped = try metric("estoque_feed_resets_total{reason=\"slow\"}")
        note("stalledDropped", dropped)
        await sleepers.close()
    }

    /// The watched node is killed; everyone goes on at another, under writes.
    private func moveOn(
        _ crowd: Crowd,
        _ writer: PacedWriter,
        _ note: (String, Double) -> Void
    ) async throws {
        async let result = writer.run(seconds: seconds)
        try await Task.sleep(for: .seconds(2))
        kill(pid, SIGKILL)
        let begun = NIODeadline.now()
        let connected = await crowd.count(\.connected)
        try await crowd.goOn(at: then)
        note("resumed", Double(await crowd.count(\.connected) - connected))
        note("resumedWithinSeconds", Double((NIODeadline.now() - begun).nanoseconds) / 1e9)
        let after = await result
        note("writesPerSecondWithKill", after.perSecond)
        note("resets", Double(await crowd.count(\.resets)))
    }
}
