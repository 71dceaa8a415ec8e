import Testing

@testable import LedgerHTTP

@Suite struct `JSON texts` {
    private func string(_ text: String) -> String? {
        var cursor = JSONCursor(Array(text.utf8))
        guard let found = try? cursor.string(), (try? cursor.expectEnd()) != nil else { return nil }
        return found
    }

    @Test(arguments: [
        ("\"\"", ""), (" \"a b\"\n", "a b"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0041\u00e9\uD83D\uDE00""#, "Aé😀"), ("\"é😀\"", "é😀"), (#""\u0000""#, "\0"),
    ])
    func `strings are read with their escapes undone`(text: String, expected: String) {
        #expect(string(text) == expected)
    }

    @Test(arguments: [
        "", "a", "\"", "\"a", #""\"#, #""\x""#, #""\u12""#, #""\u+123""#, #""\ud800""#,
        #""\ud800\u0041""#, #""\udc00""#, #""\ud800\ud800""#, "\"\n\"", "\"\u{1}\"", "\"a\"b",
        "'a'",
    ])
    func `what is no string is refused`(text: String) {
        #expect(string(text) == nil)
    }

    @Test func `bytes that are no text are refused`() {
        for bytes in [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
        ] {
            var cursor = JSONCursor(bytes.map { UInt8($0) })
            #expect(throws: JSONCursor.Malformed.self) { try cursor.string() }
        }
    }
}
