import Histories
import Ledger
import Testing

@Suite struct RecorderTests {
    @Test func `a call is unknown until it ends`() throws {
        var history = HistoryRecorder()
        let subject = ReadSubject.location(LocationID(unchecked: "store-1"))
        let call = history.invoke(
            client: 7,
            .read(subject, .linearizable),
            at: HistoryInstant(nanoseconds: 5)
        )
        #expect(history.calls.first?.outcome == .unknown)
        #expect(history.calls.first?.returnedAt == nil)
        let report = ReadReport(value: .location(nil), position: Position(3), claimedAge: nil)
        history.complete(call, .read(report), at: HistoryInstant(nanoseconds: 9))
        #expect(history.calls.map(\.outcome) == [.read(report)])
        #expect(history.calls.first?.returnedAt == HistoryInstant(nanoseconds: 9))
    }
}
