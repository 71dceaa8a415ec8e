import Ledger
import Testing

@testable import estoque

@Suite struct `Names of imported lines` {
    /// The first vectors of the reference implementation (siphash, vectors_sip128), as little-endian
    /// words: the input is 00 01 02 …, the key 00 01 … 0f.
    @Test(
        arguments: [
            (0, 0xE6A8_25BA_047F_81A3, 0x9302_55C7_1472_F66D),
            (1, 0x44AF_996B_D8C1_87DA, 0x45FC_229B_1159_7634),
        ] as [(Int, UInt64, UInt64)]
    )
    func `the hash is SipHash-2-4-128`(count: Int, first: UInt64, last: UInt64) {
        let bytes = (0..<count).map { UInt8($0) }
        let hash = SipHash128(
            bytes.span,
            key: (0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)
        )
        #expect(hash.first == first)
        #expect(hash.last == last)
    }

    private func ids(_ text: String, kind: String = "k", importID: String = "i") throws -> [String]
    {
        var reader = CSVReader(ChunkedSource(text))
        var record = CSVRecord()
        var identities = ImportIdentities(kind: kind, importID: importID)
        var ids: [String] = []
        while try reader.next(&record) {
            ids.append(identities.identity(of: record).requestID(attempt: 0).text)
        }
        return ids
    }

    @Test func `a name is a UUID that the ledger packs`() throws {
        let id = try #require(try ids("a,b\n").first)
        #expect(
            id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
                != nil
        )
    }

    @Test func `a name is the same every time, however the line is written`() throws {
        #expect(try ids("a,b\nc,d\n") == ids("\"a\",b\r\nc,\"d\""))
    }

    @Test func `other places, contents, kinds, deliveries and attempts have other names`() throws {
        var all = try ids("a,b\na,b\n\"a,b\"\nab\nab,\n")
        all += try ids("a,b\n", kind: "ki", importID: "")
        all += try ids("a,b\n", kind: "", importID: "ki")
        all += try ids("a,b\n", importID: "j")
        var identities = ImportIdentities(kind: "k", importID: "i")
        var reader = CSVReader(ChunkedSource("a,b\n"))
        var record = CSVRecord()
        _ = try reader.next(&record)
        let identity = identities.identity(of: record)
        #expect(identity.requestID(attempt: 0).text == all.first)
        all += (1...3).map { identity.requestID(attempt: $0).text }
        #expect(Set(all).count == all.count)
    }
}
