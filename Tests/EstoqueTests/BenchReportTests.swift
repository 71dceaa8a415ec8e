import Foundation
import NIOCore
import Testing

@testable import estoque

@Suite struct BenchReportTests {
    private func ask(latency: TimeAmount, _ now: NIODeadline) -> Ask {
        var random = Xoshiro256()
        return Ask(
            request: RandomUUID(using: &random),
            reservation: RandomUUID(using: &random),
            place: 0,
            customer: 0,
            began: now - latency
        )
    }

    /// A thousand answers after 1 ms to 1 s, a millisecond apart, and ten during warm-up.
    private func tally() -> LoadTally {
        var tally = LoadTally()
        let now = NIODeadline.now()
        for _ in 0..<10 { tally.acknowledge(ask(latency: .seconds(9), now), at: now) }
        tally.measure(true, at: now)
        for milliseconds in 1...1_000 {
            tally.acknowledge(ask(latency: .milliseconds(Int64(milliseconds)), now), at: now)
        }
        return tally
    }

    private func report(serverTime: Duration? = .seconds(1)) -> BenchReport {
        BenchReport(
            BenchPlan(),
            BenchMeasurement(
                tally: tally(),
                elapsed: .seconds(2),
                clientTime: .milliseconds(500),
                serverTime: serverTime
            ),
            unknown: 0,
            booksBalance: true
        )
    }

    @Test func `only what is measured counts, but the books know all`() {
        let tally = tally()
        #expect(tally.operations == 1_000)
        #expect(tally.acknowledged == 1_010)
    }

    @Test func `the longest pause is looked for in the measured part, its ends included`() {
        let start = NIODeadline.now()
        var tally = LoadTally()
        func answer(at milliseconds: Int64) {
            let now = start + .milliseconds(milliseconds)
            tally.acknowledge(ask(latency: .milliseconds(1), now), at: now)
        }
        answer(at: 10)
        answer(at: 900)
        #expect(tally.longestPause == .zero)
        tally.measure(true, at: start + .milliseconds(1_000))
        answer(at: 1_030)
        answer(at: 1_050)
        #expect(tally.longestPause == .milliseconds(30))
        tally.measure(false, at: start + .milliseconds(1_090))
        answer(at: 5_000)
        #expect(tally.longestPause == .milliseconds(40))
    }

    @Test func `rates and percentiles are those of the answers`() {
        let report = report()
        #expect(report.opsPerSecond == 500)
        #expect(abs(report.p50Milliseconds - 500) < 1)
        #expect(abs(report.p99Milliseconds - 990) < 1)
        #expect(abs(report.p999Milliseconds - 999) < 1)
        #expect(report.serverCPUMicrosecondsPerOp == 1_000)
        #expect(report.clientCPUMicrosecondsPerOp == 500)
    }

    @Test(arguments: [Duration.seconds(1), nil])
    func `the JSON has every field, null for what is not known`(serverTime: Duration?) throws {
        let report = report(serverTime: serverTime)
        let data = Data(try report.json().utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "mode", "clients", "batch", "hot", "seconds", "operations", "opsPerSecond",
                "p50Milliseconds", "p99Milliseconds", "p999Milliseconds",
                "longestPauseMilliseconds",
                "serverCPUMicrosecondsPerOp", "clientCPUMicrosecondsPerOp", "refused", "unknown",
                "retried", "booksBalance",
            ]
        )
        #expect(object["booksBalance"] as? Bool == true)
        #expect(object["mode"] as? String == "unary")
        #expect((object["serverCPUMicrosecondsPerOp"] is NSNull) == (serverTime == nil))
        #expect(try JSONDecoder().decode(BenchReport.self, from: data) == report)
    }

    @Test func `the table says when the books don't balance`() {
        var report = report(serverTime: nil)
        #expect(report.table.contains("balance"))
        #expect(report.table.contains("unknown"))
        report.booksBalance = false
        #expect(report.table.contains("DO NOT BALANCE"))
    }
}
