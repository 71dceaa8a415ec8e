import AgentCore
import Ledger
import LedgerStore
import StoreAgent
import TestSupport
import Testing

@Suite("The agent as a service")
struct ServiceTests {
    typealias Service = AgentService<EntryFactCodec>

    /// Runs a body beside a service over a folder's file, and stops the service then.
    private func with(
        _ folder: Folder,
        _ centre: TestCentre,
        _ body: (Service) async throws -> Void
    ) async throws {
        let rows = try AgentFile.open(
            folder.file(),
            location: TestCentre.location,
            instance: Reference(unchecked: "0123")
        )
        let service = try Service(
            rows: rows,
            codec: EntryFactCodec(),
            centre: centre,
            settings: AgentSettings(),
            findEvery: .milliseconds(20)
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.serve() }
            do {
                try await body(service)
            } catch {
                service.stop()
                throw error
            }
            service.stop()
            try await group.waitForAll()
        }
    }

    private func isReady(_ service: Service) async throws -> Bool {
        try await service.stock(TestCentre.tea)?.rights ?? 0 > 0
    }

    private func sell(
        _ quantity: Quantity,
        _ id: String,
        _ service: Service
    ) async throws -> TillAnswer {
        let line = ItemLine(sku: TestCentre.tea, quantity: quantity)
        return try await service.sell([line], id: RequestID(unchecked: id))
    }

    @Test("Tills that come together are all answered, each with a fact of its own")
    func sellsTogether() async throws {
        let folder = Folder()
        let centre = TestCentre()
        try await with(folder, centre) { service in
            try await eventually("ready") { try await isReady(service) }
            let answers = try await withThrowingTaskGroup(of: TillAnswer.self) { group in
                for till in 0..<200 {
                    group.addTask { try await sell(1, "till-\(till)", service) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let sequences = Set(
                answers.compactMap { answer in
                    if case .done(let receipt) = answer { receipt.sequence } else { nil }
                }
            )
            #expect(sequences.count == 200)
            try await eventually("told") { await centre.level.onHand == 800 }
            try await eventually("acknowledged") {
                try await service.status().head.outboxDepth == 0
            }
            let status = try await service.status()
            #expect(status.counts.sales == 200)
            #expect(status.cutOffSince == nil)
            #expect(status.oldestUnacknowledged == nil)
        }
        #expect(await centre.violations.isEmpty)
    }

    @Test("Cut off it sells what it has; stopped and started again it tells all of it, once")
    func survivesStops() async throws {
        let folder = Folder()
        let centre = TestCentre()
        var first: TillAnswer?
        try await with(folder, centre) { service in
            try await eventually("ready") { try await isReady(service) }
            await centre.set(isReachable: false)
            try await eventually("cut off") { try await service.status().isCutOff }
            first = try await sell(2, "a", service)
            guard case .refused(.insufficientStock) = try await sell(500, "b", service) else {
                Issue.record("sold what it has no right to")
                return
            }
            #expect(try await service.stock(TestCentre.tea)?.onHand == 998)
            #expect(try await service.status().head.outboxDepth == 1)
        }
        #expect(await centre.factCount == 0)
        try await with(folder, centre) { service in
            #expect(try await sell(2, "a", service) == first)
            await centre.set(isReachable: true)
            try await eventually("told") { await centre.level.onHand == 998 }
        }
        #expect(await centre.factCount == 1)
        #expect(await centre.violations.isEmpty)
    }

    @Test("A machine that dies leaves everything that a till was told")
    func survivesDeath() async throws {
        let folder = Folder()
        let centre = TestCentre()
        var copies: [(Folder, TillAnswer)] = []
        try await with(folder, centre) { service in
            try await eventually("ready") { try await isReady(service) }
            await centre.set(isReachable: false)
            try await eventually("cut off") { try await service.status().isCutOff }
            for number in 0..<4 {
                let answer = try await sell(1, "sale-\(number)", service)
                copies.append((folder.afterDeath(), answer))
            }
        }
        for (number, (copy, answer)) in copies.enumerated() {
            try await with(copy, centre) { service in
                let sequence = try await service.status().head.sequence
                #expect(sequence == UInt64(number) + 1)
                let again = try await sell(1, "sale-\(number)", service)
                #expect(again == answer)
            }
        }
    }

    @Test("Each call does what it says")
    func doesWhatItSays() async throws {
        let folder = Folder()
        let centre = TestCentre()
        let tea = TestCentre.tea
        let reason = Reference(unchecked: "CHECK")
        func id(_ text: String) -> RequestID { RequestID(unchecked: text) }
        func isDone(_ answer: TillAnswer) -> Bool {
            if case .done = answer { true } else { false }
        }
        try await with(folder, centre) { service in
            try await eventually("ready") { try await isReady(service) }
            let one = [ItemLine(sku: tea, quantity: 1)]
            #expect(isDone(try await service.receive(one, id: id("1"))))
            #expect(isDone(try await service.adjust(one, reason: reason, id: id("2"))))
            #expect(isDone(try await service.markUnavailable(one, reason: reason, id: id("3"))))
            #expect(isDone(try await service.writeOff(one, reason: reason, id: id("4"))))
            let lines = [(sku: tea, counted: Quantity(990), book: Quantity?.none)]
            #expect(isDone(try await service.count(lines, id: id("5"))))
            let price = Money(amount: 1, currency: "EUR")
            #expect(isDone(try await service.setPrice(tea, price, id: id("6"))))
            #expect(try await service.stock(tea)?.price == price)
            #expect(try await service.items(matching: "green").count == 1)
            #expect(try await service.pickUps().isEmpty)
            #expect(try await service.transfers().isEmpty)
            let none = ReservationID(unchecked: "none")
            #expect(
                try await service.fulfill(none, id: id("7")) == .refused(.reservationNotFound(none))
            )
            let move = TransferID(unchecked: "none")
            #expect(
                try await service.ship(move, id: id("8")) == .refused(.transferNotFound(move))
            )
            #expect(
                try await service.arrive(move, id: id("9")) == .refused(.transferNotFound(move))
            )
            let back = ReturnGoods(
                origin: .sale(SaleID(unchecked: "x")),
                lines: [ReturnLine(sku: tea, soldAt: TestCentre.location, quantity: 1)]
            )
            #expect(isDone(try await service.returnGoods(back, id: id("10"))))
            try await eventually("told") { await centre.level.onHand == 991 }
        }
        #expect(await centre.violations.isEmpty)
    }

    @Test("A service that was stopped answers nobody, and says so")
    func endsClearly() async throws {
        let folder = Folder()
        var stopped: Service?
        try await with(folder, TestCentre()) { stopped = $0 }
        let service = try #require(stopped)
        await #expect(throws: AgentEnd.stopped) { _ = try await sell(1, "late", service) }
        await #expect(throws: AgentEnd.stopped) { _ = try await service.status() }
    }

    @Test("A cancelled service ends")
    func endsWhenCancelled() async throws {
        let folder = Folder()
        let rows = try AgentFile.open(
            folder.file(),
            location: TestCentre.location,
            instance: Reference(unchecked: "0123")
        )
        let service = try Service(
            rows: rows,
            codec: EntryFactCodec(),
            centre: TestCentre(),
            settings: AgentSettings()
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.serve() }
            try await eventually("ready") { try await isReady(service) }
            group.cancelAll()
            try await group.waitForAll()
        }
        await #expect(throws: AgentEnd.stopped) { _ = try await service.status() }
    }
}
