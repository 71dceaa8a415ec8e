import Foundation
import Ledger
import LedgerClient
import Testing

@testable import estoque

@Suite(.serialized) struct DemoTests {
    // MARK: Texts

    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567")])
    func `numbers are grouped`(value: Int, text: String) {
        #expect(DemoText.number(value) == text)
    }

    @Test(arguments: [
        (Duration.zero, "0:00.0"), (.milliseconds(65_390), "1:05.3"), (.seconds(3_600), "60:00.0"),
    ])
    func `times are minutes and seconds`(duration: Duration, text: String) {
        #expect(DemoText.clock(duration) == text)
    }

    @Test func `the rate is that of the last seconds`() {
        var rate = RateMeter()
        #expect(rate.perSecond == 0)
        for tenths in 0...100 {
            // A hundred a second, then, from the fifth second on, ten.
            let count = tenths <= 50 ? tenths * 10 : 500 + (tenths - 50)
            rate.note(count, at: .milliseconds(tenths * 100))
        }
        #expect((9...11).contains(rate.perSecond))
    }

    // MARK: Books

    private static let shelf = Shelf(
        sku: DemoCatalogue.products[0].sku,
        location: DemoCatalogue.shops[0].id
    )

    private func lines(_ quantity: Quantity) -> [StockLine] {
        [StockLine(sku: Self.shelf.sku, location: Self.shelf.location, quantity: quantity)]
    }

    private func reserve(_ id: ReservationID, _ quantity: Quantity) -> Command {
        .reserve(
            Reserve(
                reservation: id,
                owner: Owner(kind: .customer, reference: Reference(unchecked: "c")),
                lines: lines(quantity),
                ttl: Milliseconds(1_000)
            )
        )
    }

    private func note(
        _ books: DemoBooks,
        _ command: Command,
        _ outcome: Outcome = .version(1),
        at time: LogTime = LogTime(microseconds: 1)
    ) {
        let request = Request(id: .mint(), actor: LoadNames.actor, command: command)
        books.record(request, Answer(position: Position(1), logTime: time, outcome: outcome))
    }

    @Test func `the shelves follow from the answers`() {
        let books = DemoBooks()
        let (bought, released, abandoned, late) = (
            ReservationID.mint(), ReservationID.mint(), ReservationID.mint(), ReservationID.mint()
        )
        note(books, .receive(Receive(lines: lines(100), document: nil)))
        note(books, .sell(Sell(lines: lines(5), document: nil)))
        note(books, reserve(bought, 10))
        note(books, reserve(released, 20))
        note(books, reserve(abandoned, 30))
        note(books, reserve(late, 7))
        #expect(books.shelves[Self.shelf] == DemoBooks.Expected(onHand: 95, reserved: 67))
        #expect(books.available(Self.shelf) == 28)

        note(books, .fulfill(Fulfill(reservation: bought, lines: [])))
        note(books, .release(Release(reservation: released, lines: [], reason: nil)))
        books.abandon(abandoned)
        note(
            books,
            .confirm(Confirm(reservation: late, order: nil)),
            .refused(.reservationExpired(late))
        )
        let refusal = Refusal.insufficientStock([])
        note(books, .sell(Sell(lines: lines(1_000), document: nil)), .refused(refusal))
        #expect(books.shelves[Self.shelf] == DemoBooks.Expected(onHand: 85, reserved: 0))
        #expect(books.count == 10)
        #expect(books.entries.count == 10)
    }

    @Test func `a long demonstration keeps a sample`() {
        let books = DemoBooks(entriesMax: 10)
        for _ in 0..<1_000 { note(books, .receive(Receive(lines: lines(1), document: nil))) }
        #expect(books.count == 1_000)
        #expect(books.entries.count == 10)
        #expect(books.shelves[Self.shelf]?.onHand == 1_000)
    }

    // MARK: The check

    @Test func `the check agrees with honest books, and finds what is wrong in others`()
        async throws
    {
        try await LocalRig.withCluster(nodes: 1) { cluster in
            let books = DemoBooks()
            let scoreboard = Scoreboard(nodes: 1)
            let client = EstoqueClient(nodes: cluster.rpcAddresses, actor: LoadNames.actor)
            let till = Till(
                shop: Self.shelf.location,
                client: client,
                books: books,
                scoreboard: scoreboard,
                pauseMax: .milliseconds(1)
            )
            for command in DemoCatalogue.commands {
                #expect(await till.ask(command, counting: nil))
            }
            await withTaskGroup { group in
                group.addTask { await till.run() }
                group.addTask {
                    await scoreboard.pause(for: .milliseconds(700))
                    scoreboard.end()
                }
            }
            await client.close()
            #expect(scoreboard.current[.held] > 0)
            let check = DemoCheck(cluster: cluster, books: books)
            let findings = await check.run()
            #expect(findings.map(\.isGood) == [true, true, true, true], "\(findings)")

            // Something that only the shop knows of.
            let time = try #require(books.entries.last?.answer.logTime)
            note(books, .sell(Sell(lines: lines(1), document: nil)), at: time)
            let wrong = await check.run()
            #expect(wrong.first { $0.title == "answers" }?.isGood == false)
        }
    }

    @Test func `the demonstration runs to its end and the books balance`() async throws {
        try await LocalRig.withDirectory { directory in
            let output = directory.path + "/out"
            let child = try ChildProcess.start(
                LocalRig.program,
                ["demo", "--duration", "3s"],
                environment: ["SWIFT_BACKTRACE": "enable=no"],
                output: output
            )
            let hasEnded = await child.waitForExit(within: .seconds(60))
            await child.stop(within: .seconds(5))
            let text = try String(contentsOfFile: output, encoding: .utf8)
            #expect(hasEnded)
            #expect(child.exitCode == 0, "\(text)")
            #expect(text.contains("killed with SIGKILL"))
            #expect(text.contains("is back, caught up"))
            #expect(text.contains("faro is cut off"))
            #expect(text.contains("faro is connected again"))
            #expect(text.contains("faro has told everything"))
            #expect(text.contains("ok  tills"))
            #expect(text.contains("ok  facts"))
            #expect(text.contains("The books balance."))
            #expect(text.matches(of: /http:\/\/127\.0\.0\.1:\d+\n/).count == 3)
            // No terminal, no control sequences.
            #expect(!text.contains("\u{1B}"))
        }
    }
}
