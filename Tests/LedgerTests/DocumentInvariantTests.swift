import Ledger
import Testing

/// The invariants about sales, transfers, offers and batches: that the audit would notice.
@Suite struct DocumentInvariantTests {
    private typealias Books = InvariantTests.Books

    /// Books of a ledger in which sales came back, goods are on their way, and more.
    private func books() throws -> Books {
        var scene = Scene.stocked()
        scene.run(
            .receive(.line(5, .pear)),
            .sell(as: .sale, .line(2), .line(1, .pear)),
            .back(.back(1)),
            .reserve(.first, .line(2)),
            .fulfill(.first, .line(2)),
            .back(of: .reservation(.first), .back(1), as: .damaged),
            .create(.of(3), .of(2, .pear)),
            .ship()
        )
        scene.run(
            .arrive(.haul, .of(1, rejected: 1), .of(0, lost: 1, .pear)),
            .create(as: .other, .of(1)),
            .cancel(.other),
            .mark(.line(1)),
            .writeOff(.line(1)),
            .count(.counted(3, book: 4)),
            .policy(safety: 1, backorders: 2),
            .offer(),
            .batch(.receive(.line(1)), .sell(.line(1)))
        )
        #expect(LedgerAudit.check(scene.state) == [])
        var books = Books()
        scene.state.visit(&books)
        #expect(books.violated() == [])
        return books
    }

    private func row(_ books: Books, _ kind: JournalRow.Kind) throws -> Int {
        try #require(books.journal.firstIndex { $0.kind == kind })
    }

    /// The books with another outcome in the first row of a kind.
    private func changed(
        _ kind: JournalRow.Kind,
        _ change: (inout Outcome) -> Void
    ) throws -> Books {
        var books = try books()
        let row = try row(books, kind)
        guard case .request(let id, let digest, let actor, var outcome) = books.journal[row].cause
        else {
            Issue.record("a part of a batch: \(kind)")
            return books
        }
        change(&outcome)
        books.journal[row].cause =
            .request(id, digest: digest, actor: actor, outcome: outcome)
        return books
    }

    @Test func `invariant 5: what was shipped arrived, was lost, or is on its way`() throws {
        var books = try books()
        let index = try #require(books.transfers.firstIndex { $0.id == .haul })
        books.transfers[index].lines[0].received += 1
        #expect(books.violated().contains(5))
        books = try self.books()
        books.transfers[index].lines[0].lost = -1
        #expect(books.violated().contains(5))
        books = try self.books()
        books.transfers[index].state = .closed
        #expect(books.violated().contains(5))
        books = try self.books()
        let level = try #require(books.levels.firstIndex { $0.0.incoming > 0 })
        books.levels[level].0.incoming -= 1
        #expect(books.violated().contains(5))
    }

    @Test func `invariant 5: a transfer's rows moved what it says`() throws {
        for kind in [.shipTransfer, .receiveTransfer] as [JournalRow.Kind] {
            let books = try changed(kind) { outcome in
                guard var transfer = outcome.transfer else { return }
                transfer.lines[0].shipped -= 1
                outcome = .transfer(transfer)
            }
            #expect(books.violated().contains(5), "\(kind)")
        }
        let books = try changed(.receiveTransfer) { outcome in
            guard var transfer = outcome.transfer else { return }
            transfer.lines[0].rejected -= 1
            transfer.lines[0].received += 1
            outcome = .transfer(transfer)
        }
        #expect(books.violated().contains(5))
    }

    @Test func `invariant 6: everywhere together, goods come and go by their own rows`() throws {
        let kinds: [(JournalRow.Kind, JournalRow.Kind)] = [
            (.returnGoods, .sell), (.shipTransfer, .receiveTransfer), (.writeOff, .adjust),
            (.receiveTransfer, .shipTransfer), (.markUnavailable, .writeOff), (.count, .setOffer),
            (.markUnavailable, .createTransfer), (.count, .receive), (.receive, .setStockPolicy),
            (.fulfill, .cancelTransfer),
        ]
        for (was, claimed) in kinds {
            var books = try books()
            books.journal[try row(books, was)].kind = claimed
            #expect(books.violated().contains(6), "\(was) as \(claimed)")
        }
        var books = try books()
        books.levels[0].0.onHand += 1
        #expect(books.violated().contains(6))
    }

    @Test func `invariant 6: a reservation's rows hand over what it says`() throws {
        let books = try changed(.fulfill) { outcome in
            guard var reservation = outcome.reservation else { return }
            reservation.lines[0].fulfilled -= 1
            outcome = .reservation(reservation)
        }
        #expect(books.violated().contains(6))
    }

    @Test func `invariant 7: no more comes back than was sold`() throws {
        var books = try books()
        books.sales[0].lines[0].returned = 3
        #expect(books.violated().contains(7))
        books = try self.books()
        books.sales[0].lines[1].returned = -1
        #expect(books.violated().contains(7))
        books = try self.books()
        let index = try #require(books.reservations.firstIndex { $0.id == .first })
        books.reservations[index].lines[0].returned = 3
        #expect(books.violated().contains(7))
        books = try changed(.returnGoods) { outcome in
            guard var sale = outcome.sale else { return }
            sale.lines[0].returned += 1
            outcome = .sale(sale)
        }
        #expect(books.violated().contains(7))
    }

    @Test func `invariant 4: neither holds nor shipments take what is not there`() throws {
        for (was, claimed) in [
            (JournalRow.Kind.adjust, JournalRow.Kind.shipTransfer), (.adjust, .sell),
        ] {
            var scene = Scene.stocked()
            scene.run(.reserve(.first, .line(10)), .adjust(.line(-3)))
            var books = Books()
            scene.state.visit(&books)
            books.journal[try row(books, was)].kind = claimed
            #expect(books.violated().contains(4), "\(claimed)")
        }
        var scene = Scene.stocked()
        scene.run(.policy(backorders: 5), .mark(.line(5)), .reserve(.first, .line(8)))
        var books = Books()
        scene.state.visit(&books)
        #expect(books.violated() == [])
        let reserved = try row(books, .reserve)
        books.journal[reserved].kind = .markUnavailable
        #expect(books.violated().contains(4))
    }

    @Test func `invariant 8: an id is free again when its answer is forgotten, not before`() throws
    {
        var scene = Scene.stocked()
        scene.send(.receive(.line(1)), id: "again")
        scene.pass(milliseconds: LedgerLimits.answerRetention.rawValue)
        scene.send(.receive(.line(1)), id: "again")
        #expect(LedgerAudit.check(scene.state) == [])
        var books = Books()
        scene.state.visit(&books)
        let last = try #require(books.journal.indices.last)
        let first = books.journal[last - 1].logTime
        books.journal[last].logTime =
            LogTime(microseconds: first.microseconds + 86_400_000_000 - 1)
        #expect(books.violated() == [8])
    }

    @Test func `invariant 10: sales, transfers and offers are as their rows left them`() throws {
        var books = try books()
        books.sales[0].version += 1
        #expect(books.violated() == [10])
        books = try self.books()
        books.sales = []
        #expect(books.violated() == [10])
        books = try self.books()
        let index = try #require(books.transfers.firstIndex { $0.id == .other })
        books.transfers[index].version += 1
        #expect(books.violated() == [10])
        books = try self.books()
        books.transfers.remove(at: index)
        #expect(books.violated() == [10])
        books = try self.books()
        books.offers[0].0.price = nil
        #expect(books.violated() == [10])
        books = try self.books()
        books.offers = []
        #expect(books.violated() == [10])
        books = try self.books()
        books.levels[0].0.backorderLimit += 1
        #expect(books.violated() == [10])
        books = try self.books()
        books.levels[0].0.version += 1
        #expect(books.violated() == [10])
    }

    @Test func `invariant 10: losses and corrections have their reasons`() throws {
        for kind in [.markUnavailable, .writeOff, .receiveTransfer] as [JournalRow.Kind] {
            var books = try books()
            books.journal[try row(books, kind)].reason = nil
            #expect(books.violated() == [10], "\(kind)")
        }
    }

    @Test func `invariant 10: a batch and its parts agree`() throws {
        var books = try books()
        let whole = try row(books, .batch)
        books.journal.remove(at: whole)
        #expect(books.violated().contains(10))
        books = try self.books()
        guard case .part(let id, _, let actor, let outcome) = books.journal[whole - 1].cause else {
            Issue.record("the row before a batch's is a part")
            return
        }
        books.journal[whole - 1].cause = .part(of: id, index: 0, actor: actor, outcome: outcome)
        #expect(books.violated() == [10])
        books = try self.books()
        books.journal[whole - 1].cause = .part(
            of: RequestID(unchecked: "other"),
            index: 1,
            actor: actor,
            outcome: outcome
        )
        #expect(books.violated().contains(10))
        let damaged = try changed(.batch) { outcome in
            guard let parts = outcome.parts else { return }
            outcome = .batch(Array(parts.reversed()))
        }
        #expect(damaged.violated() == [10])
    }

    @Test(arguments: 60...63 as ClosedRange<UInt64>)
    func `invariant 11: equal entries at equal positions leave equal digests`(seed: UInt64) {
        var first = Scene()
        var second = Scene()
        var generator = CommandGenerator(seed: seed)
        for command in CommandGenerator.opening {
            first.send(command)
            second.send(command)
        }
        for step in 0..<200 {
            let clock = UInt64(Int64(first.clock) + generator.clockStep())
            let request = generator.request()
            first.clock = clock
            second.clock = clock
            // What is only asked leaves no trace.
            _ = LedgerRules.validate(request, on: &second.state)
            #expect(first.send(request) == second.send(request))
            if step % 20 == 0 { #expect(first.state.digest() == second.state.digest()) }
        }
        #expect(first.state.digest() == second.state.digest())
    }
}
