import Histories
import Ledger
import Testing

/// What was acknowledged once must be found again, unchanged.
@Suite struct AnswerTests {
    @Test func `the same request may be asked again and gets the same answer`() {
        var play = Play()
        let request = play.request(.receive(5))
        play.lose(request, 100...110)
        play.call(request, 120...130)
        play.call(request, 140...150)
        #expect(play.history.check() == [])
    }

    @Test func `another answer to the same request is found`() {
        var play = Play()
        let request = play.request(.receive(5))
        play.call(request, 100...110)
        play.call(request, 120...130) { $0.outcome = .refused(.itemNotFound(Play.sku)) }
        #expect(play.history.check().map(\.kind).contains(.answerChanged))
    }

    @Test func `a request that is applied a second time is found`() {
        var play = Play()
        let request = play.request(.receive(5))
        play.call(request, 100...110)
        play.call(request, 120...130) { $0.replayed = false }
        #expect(play.history.check().map(\.kind).contains(.answerChanged))
    }

    @Test func `another command under a used id is refused, and that is no other answer`() {
        var play = Play()
        let request = play.request(.receive(5))
        play.call(request, 100...110)
        let reused = Request(id: request.id, actor: request.actor, command: .receive(6))
        play.call(reused, 120...130)
        play.call(reused, 140...150)
        #expect(play.history.check() == [])
    }
}
