import TestSupport
import Testing

@testable import estoque

@Suite struct `Reading CSV` {
    /// A text and the records in it.
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var rows: [Row]
        var testDescription: String { name }
    }

    static let samples = [
        Sample(name: "nothing", text: "", rows: []),
        Sample(name: "one field", text: "a", rows: [Row(line: 1, fields: ["a"])]),
        Sample(
            name: "LF, CRLF, no line end",
            text: "a,b\nc,d\r\ne,f",
            rows: [
                Row(line: 1, fields: ["a", "b"]), Row(line: 2, fields: ["c", "d"]),
                Row(line: 3, fields: ["e", "f"]),
            ]
        ),
        Sample(name: "empty fields", text: ",,\n", rows: [Row(line: 1, fields: ["", "", ""])]),
        Sample(
            name: "blank lines",
            text: "\n\r\na\n",
            rows: [
                Row(line: 1, fields: [""]), Row(line: 2, fields: [""]), Row(line: 3, fields: ["a"]),
            ]
        ),
        Sample(
            name: "byte order mark",
            text: "\u{FEFF}a,b\n",
            rows: [Row(line: 1, fields: ["a", "b"])]
        ),
        Sample(
            name: "quotes, commas and line ends inside quotes",
            text: "\"a \"\"b\"\"\",\"c,d\",\"e\r\nf\ng\"\nnext\n",
            rows: [
                Row(line: 1, fields: ["a \"b\"", "c,d", "e\r\nf\ng"]),
                Row(line: 4, fields: ["next"]),
            ]
        ),
        Sample(
            name: "quoted and empty",
            text: "\"\",\"\"\r\n\"\"",
            rows: [Row(line: 1, fields: ["", ""]), Row(line: 2, fields: [""])]
        ),
        Sample(
            name: "text after a closing quote costs its line",
            text: "\"a\"b,c\nd\n",
            rows: [Row(line: 1, problem: .textAfterQuote), Row(line: 2, fields: ["d"])]
        ),
        Sample(
            name: "a quote inside a plain field costs its line",
            text: "a\"b,c\nd\n",
            rows: [Row(line: 1, problem: .quoteInField), Row(line: 2, fields: ["d"])]
        ),
        Sample(
            name: "a stray carriage return costs its line",
            text: "a\rb\nd\n",
            rows: [Row(line: 1, problem: .strayCarriageReturn), Row(line: 2, fields: ["d"])]
        ),
        Sample(
            name: "a carriage return may end the file",
            text: "a\nb\r",
            rows: [Row(line: 1, fields: ["a"]), Row(line: 2, fields: ["b"])]
        ),
        Sample(
            name: "an unclosed quote costs its line only",
            text: "a\n\"b,c\nd,e\nf\n",
            rows: [
                Row(line: 1, fields: ["a"]), Row(line: 2, problem: .unclosedQuote),
                Row(line: 3, fields: ["d", "e"]), Row(line: 4, fields: ["f"]),
            ]
        ),
        Sample(
            name: "an unclosed quote that a later line closes costs its line only",
            text: "\"b,c\n\"d\",e\nf\n",
            rows: [
                Row(line: 1, problem: .textAfterQuote), Row(line: 2, fields: ["d", "e"]),
                Row(line: 3, fields: ["f"]),
            ]
        ),
        Sample(
            name: "letters beyond ASCII",
            text: "Çaça,日本,🫖\n",
            rows: [Row(line: 1, fields: ["Çaça", "日本", "🫖"])]
        ),
    ]

    @Test(arguments: samples, [1, 2, 3, 7, 4_096])
    func `records are the same however the bytes arrive`(_ sample: Sample, chunk: Int) throws {
        #expect(try rows(of: ChunkedSource(sample.text, sizes: [chunk])) == sample.rows)
    }

    @Test(
        arguments: [
            [0x61, 0x0A, 0xFF, 0x0A, 0x62], [0x61, 0x0A, 0xC3, 0x2C, 0xA9, 0x0A, 0x62],
            [0x61, 0x0A, 0xED, 0xA0, 0x80, 0x0A, 0x62], [0x61, 0x0A, 0xC0, 0x80, 0x0A, 0x62],
        ] as [[UInt8]]
    )
    func `what is not UTF-8 is named with its line and costs nothing else`(_ bytes: [UInt8]) throws
    {
        #expect(
            try rows(of: ChunkedSource(bytes)) == [
                Row(line: 1, fields: ["a"]), Row(line: 2, problem: .invalidUTF8),
                Row(line: 3, fields: ["b"]),
            ]
        )
    }

    @Test func `UTF-16 is refused as a whole`() {
        #expect(throws: ByteSourceError.self) {
            try rows(of: ChunkedSource([0xFF, 0xFE, 0x61, 0x00]))
        }
    }

    static let small = {
        var limits = CSVLimits()
        (limits.recordBytesMax, limits.fieldBytesMax) = (64, 16)
        (limits.fieldsMax, limits.chunkBytes) = (4, 8)
        return limits
    }()

    @Test func `a field, a record and a line that are too long are named, and the rest is read`()
        throws
    {
        let long = String(repeating: "x", count: 17)
        let endless = String(repeating: "y", count: 1_000)
        let text = """
            a,\(long)
            1,2,3,4,5
            \(endless)
            "\(endless)
            b
            "\(String(repeating: "z\n", count: 40))
            c
            """
        let found = try rows(of: ChunkedSource(text), limits: Self.small)
        #expect(found[0] == Row(line: 1, problem: .fieldTooLong(max: 16)))
        #expect(found[1] == Row(line: 2, problem: .tooManyFields(max: 4)))
        #expect(found[2] == Row(line: 3, problem: .recordTooLong(max: 64)))
        #expect(found[3] == Row(line: 4, problem: .recordTooLong(max: 64)))
        #expect(found[4] == Row(line: 5, fields: ["b"]))
        #expect(found[5] == Row(line: 6, problem: .unclosedQuote))
        #expect(found[6] == Row(line: 7, fields: ["z"]))
        #expect(found.last == Row(line: 47, fields: ["c"]))
    }

    @Test(arguments: 0..<40)
    func `what is written as CSV is read back`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let alphabet = ["a", "é", "🫖", ",", "\"", "\n", "\r\n", " ", "", "long text"]
        var text = ""
        var expected: [Row] = []
        var line = 1
        for _ in 0..<30 {
            let fields = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }.joined()
            }
            let record = fields.map(RejectSink.quoted).joined(separator: ",")
            expected.append(Row(line: line, fields: fields))
            text += record + (Bool.random(using: &random) ? "\n" : "\r\n")
            line += 1 + record.utf8.count { $0 == UInt8(ascii: "\n") }
        }
        let sizes = (0..<5).map { _ in Int.random(in: 1...40, using: &random) }
        #expect(try rows(of: ChunkedSource(text, sizes: sizes)) == expected)
    }

    @Test(arguments: 0..<200)
    func `any bytes are read to their end, the same in any chunks, and no line is lost`(
        seed: UInt64
    ) throws {
        var random = SplitMix(seed: seed)
        let alphabet = Array("ab,,\"\"\n\n\r\u{E9}".utf8) + [0xFF, 0x00]
        let bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in
            alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
        }
        let whole = try rows(of: ChunkedSource(bytes, sizes: [1_000]), limits: Self.small)
        let pieces = try rows(of: ChunkedSource(bytes, sizes: [1, 5, 2]), limits: Self.small)
        #expect(whole == pieces)
        #expect(zip(whole, whole.dropFirst()).allSatisfy { $0.line < $1.line })
        // Every line belongs to the record that began last before it, so that none is passed over.
        let lines = bytes.split(
            separator: UInt8(ascii: "\n"),
            omittingEmptySubsequences: false
        )
        let last = bytes.last == UInt8(ascii: "\n") || bytes.isEmpty ? lines.count - 1 : lines.count
        #expect(whole.isEmpty == bytes.isEmpty)
        for (row, next) in zip(whole, whole.dropFirst()) where next.line > row.line + 1 {
            // Only a quoted line end makes a record longer than its line.
            let breaks = row.fields.joined().utf8.count { $0 == UInt8(ascii: "\n") }
            #expect(row.problem != nil || breaks == next.line - row.line - 1)
        }
        if let final = whole.last { #expect(final.line <= last) }
    }
}
