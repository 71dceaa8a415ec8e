import Ledger
import Testing

@Suite struct StoreRecordCodecTests {
    @Test func `every row that is kept for agents comes back as it was`() throws {
        var samples = Samples(seed: 31)
        for _ in 0..<2_000 {
            let record = samples.storeRecord()
            var bytes: [UInt8] = []
            record.encode(into: &bytes)
            #expect(try StoreRecord.decode(bytes.span.bytes) == record)
        }
    }

    @Test func `a cut row of an agent does not decode`() {
        var samples = Samples(seed: 32)
        for _ in 0..<200 {
            var bytes: [UInt8] = []
            samples.storeRecord().encode(into: &bytes)
            let cut = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &samples.random)))
            #expect(throws: LedgerCodecError.self) { try StoreRecord.decode(cut.span.bytes) }
        }
    }

    @Test func `a conflict's name names it alone`() {
        var samples = Samples(seed: 33)
        for _ in 0..<1_000 {
            let key = samples.recordKey()
            #expect(StoreRecordKey(key.description) == key)
            #expect(StoreRecordKey(key.description + "0") != key)
        }
        for wrong in ["", "1-2-3", "0-1-1-1", "1-2-3-4-5", "5-01-0-0", "5--1-0-0", "5-1-0-10000"] {
            #expect(StoreRecordKey(wrong) == nil, "\(wrong)")
        }
    }

    @Test func `a link is its 32 bytes`() throws {
        var samples = Samples(seed: 34)
        let hash = samples.hash()
        #expect(FactHash(bytes: hash.bytes) == hash)
        #expect(FactHash(bytes: hash.bytes.dropLast()) == nil)
        #expect(FactHash.start.bytes == [UInt8](repeating: 0, count: 32))
    }
}
