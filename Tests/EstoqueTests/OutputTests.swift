import Ledger
import LedgerAPI
import LedgerClient
import Testing

@testable import estoque

@Suite struct `What is printed` {
    @Test func `columns are as wide as their widest cell, and numbers stand to the right`() {
        var table = Table(("NAME", .left), ("COUNT", .right), ("LAST", .left))
        table.add("tea", "7", "x")
        table.add("long name", "123456", "")
        #expect(
            table.rendered(colour: false) == """
                NAME        COUNT  LAST
                tea             7  x
                long name  123456
                """
        )
    }

    @Test func `colour is there only when it is asked for, and never from the data`() {
        var table = Table(("A", .left))
        table.add(Table.Cell("\u{1B}[31mred", .bad))
        #expect(!table.rendered(colour: false).contains("\u{1B}"))
        #expect(table.rendered(colour: true).contains("\u{1B}[31m\u{FFFD}[31mred\u{1B}[0m"))
    }

    @Test func `JSON keeps the order of its keys and escapes what must be`() {
        let json: JSONValue = [
            "z": .string("a\"b\\c\n\u{01}é\u{9B}"), "a": [.null, .bool(true), .integer(-5)],
            "n": .number(nil as UInt64?),
        ]
        #expect(
            json.rendered
                == #"{"z":"a\"b\\c\n\u0001é\u009b","a":[null,true,-5],"n":null}"#
        )
    }

    @Test func `a refusal names every line that fell short`() {
        let shortages = [
            Shortage(
                sku: SKU(unchecked: "tea"),
                location: LocationID(unchecked: "s1"),
                requested: 4,
                available: 2
            ),
            Shortage(
                sku: SKU(unchecked: "mug"),
                location: LocationID(unchecked: "s2"),
                requested: 1,
                available: 0
            ),
        ]
        let refusal = Refusal.insufficientStock(shortages)
        let error = EstoqueError(
            Problem(refusal),
            refused: Answer(
                position: Position(7),
                logTime: LogTime(microseconds: 1),
                outcome: .refused(refusal)
            )
        )
        let failure = CommandFailure(error)
        #expect(
            failure.description
                == "refused: INSUFFICIENT_STOCK: tea at s1: asked 4, available 2; "
                + "mug at s2: asked 1, available 0"
        )
        #expect(!failure.isUnavailable)
    }

    @Test func `an unknown outcome says how to learn it`() {
        let error = EstoqueError(
            Problem(code: .deadlineExceeded, reason: .outcomeUnknown, message: "no answer"),
            isOutcomeUnknown: true,
            requestID: RequestID(unchecked: "r-1")
        )
        let failure = CommandFailure(error)
        #expect(failure.isUnavailable)
        #expect(failure.description.contains("--request-id r-1"))
    }

    @Test(
        arguments: [
            (0, 100, "[                              ]   0 %  0 lines  0/s"),
            (50, 100, "[###############               ]  50 %  500 lines  100/s  0:05 left"),
            (100, 100, "[##############################] 100 %  500 lines  100/s"),
            (50, nil, "500 lines  100/s"),
        ] as [(Int, Int?, String)]
    )
    func `progress has a rate, and the time left where the end is known`(
        bytes: Int,
        total: Int?,
        text: String
    ) {
        let lines = bytes == 0 ? 0 : 500
        #expect(
            ProgressLine.text(bytes: bytes, total: total, lines: lines, elapsed: .seconds(5))
                == text
        )
    }
}
