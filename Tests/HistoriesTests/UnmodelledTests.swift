import Histories
import Ledger
import Testing

/// Commands that the model does not know.
@Suite struct UnmodelledTests {
    private func kinds(_ play: Play) -> [HistoryFault.Kind] {
        play.history.check().map(\.kind)
    }

    private static let count = Command.count(
        Count(lines: [
            CountLine(sku: Play.sku, location: Play.store, counted: 7, book: 5)
        ])
    )

    @Test func `commands that the model does not know are judged by the rules alone`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.call(Self.count, 120...130)
        play.call(.sell(7), 140...150)
        var wrong = play
        play.read(Play.sku, .linearizable, 160...170)
        // The search can't know, and says so.
        #expect(kinds(play) == [.undecided])
        wrong.call(.receive(1), 160...170) { answer in
            guard case .levels(var views) = answer.outcome else { return }
            views[0].level.onHand += 1
            answer.outcome = .levels(views)
        }
        #expect(kinds(wrong) == [.witnessDiffers, .undecided])
    }

    @Test func `a wrong answer to a command that the model does not know is found`() {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.call(Self.count, 120...130) { $0.outcome = .counted(applied: [], outdated: []) }
        #expect(kinds(play) == [.witnessDiffers, .undecided])
    }

    @Test(arguments: [true, false])
    func `with one of them an unknown outcome could explain anything`(isLostOneOfThem: Bool) {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.lose(play.request(isLostOneOfThem ? Self.count : .sell(1)), 120...130)
        play.call(isLostOneOfThem ? .sell(1) : Self.count, 140...150)
        #expect(kinds(play) == [.undecided])
    }

    @Test(
        arguments: [
            .sell(Sell(lines: [.line(1)], sale: SaleID(unchecked: "s"))),
            .upsertItem(UpsertItem(sku: Play.sku, title: "T", fields: .title)),
            .upsertLocation(UpsertLocation(id: Play.store, name: "T", fields: .name)),
            .batch(Batch(commands: [.sell(1)])),
        ] as [Command]
    )
    func `options that the model does not know make a history undecided`(_ command: Command) {
        var play = Play()
        play.call(.receive(5), 100...110)
        play.call(command, 120...130)
        #expect(kinds(play) == [.undecided])
    }
}
