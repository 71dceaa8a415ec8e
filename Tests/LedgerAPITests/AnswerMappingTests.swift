import Ledger
import LedgerAPI
import SwiftProtobuf
import Testing

@Suite struct AnswerMappingTests {
    @Test(arguments: Samples.outcomes, [true, false])
    func `an answer survives the wire`(outcome: Outcome, replayed: Bool) throws {
        let answer = Samples.answer(outcome, replayed: replayed)
        let unary: [UInt8] = ProtoAnswer(answer).wireBytes
        #expect(Answer(try ProtoAnswer(serializedBytes: unary)) == answer)
        let tagged: [UInt8] = ProtoTaggedAnswer(tag: .max, .answered(answer)).wireBytes
        let message = try ProtoTaggedAnswer(serializedBytes: tagged)
        #expect(message.tag == .max)
        #expect(CommandResult(message) == .answered(answer))
    }

    @Test func `entities survive the wire`() throws {
        #expect(Item(ProtoItem(Samples.item)) == Samples.item)
        #expect(Location(ProtoLocation(Samples.location)) == Samples.location)
        for level in Samples.levels { #expect(LevelView(ProtoStockLevel(level)) == level) }
    }

    @Test(arguments: [Item.State.active, .archived])
    func `an item's states survive`(state: Item.State) {
        var item = Samples.item
        item.state = state
        #expect(Item(ProtoItem(item)) == item)
    }

    @Test(
        arguments: [Location.Kind.store, .warehouse],
        [Location.State.active, .draining, .closed]
    )
    func `a location's kinds and states survive`(kind: Location.Kind, state: Location.State) {
        var location = Samples.location
        location.kind = kind
        location.state = state
        #expect(Location(ProtoLocation(location)) == location)
    }

    @Test(arguments: [Owner.Kind.customer, .store, .order])
    func `an owner's kinds survive`(kind: Owner.Kind) {
        let owner = Owner(kind: kind, reference: Samples.document)
        #expect(Owner(ProtoOwner(owner)) == owner)
    }

    @Test func `computed quantities are sent along`() {
        let level = ProtoStockLevel(Samples.levels[0])
        #expect(level.available == -14)
        #expect(level.availableOnline == -21)
    }

    @Test func `an answer that makes no sense is none`() {
        #expect(Answer(ProtoAnswer()) == nil)
        #expect(CommandResult(ProtoTaggedAnswer()) == nil)
        var answer = ProtoAnswer(Samples.answer(.reservation(Samples.held())))
        answer.reservation.state = .UNRECOGNIZED(77)
        #expect(Answer(answer) == nil)
        answer.reservation.state = .held
        #expect(Answer(answer) != nil)
        answer.reservation.lines[0].sku = "not one"
        #expect(Answer(answer) == nil)
        var levels = ProtoAnswer(Samples.answer(.levels(Samples.levels)))
        levels.levels.levels[1].locationID = ""
        #expect(Answer(levels) == nil)
    }
}
