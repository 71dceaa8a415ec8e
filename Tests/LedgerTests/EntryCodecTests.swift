import Ledger
import Testing

@Suite struct EntryCodecTests {
    private func bytes(_ entry: LedgerEntry) -> [UInt8] {
        var bytes: [UInt8] = []
        entry.encode(into: &bytes)
        return bytes
    }

    private func decode(_ bytes: [UInt8]) throws(LedgerCodecError) -> LedgerEntry {
        try LedgerEntry.decode(bytes.span.bytes)
    }

    private let sale = Request(
        id: RequestID(unchecked: "3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
        actor: Actor(unchecked: "till"),
        command: .sell(.line(4))
    )

    @Test func `entries keep their bytes for ever`() {
        let stamp = LogTime(microseconds: 0x0102_0304_0506_0708)
        let head: [UInt8] = [0, 0, 8, 7, 6, 5, 4, 3, 2, 1]
        #expect(bytes(LedgerEntry(stamp: stamp, content: .tick)) == [1, 2] + head)
        #expect(
            bytes(LedgerEntry(stamp: stamp, content: .boundary(token: 300)))
                == [1, 3] + head + [0xAC, 0x02]
        )
        let id: [UInt8] = [
            65, 0xD3, 0x41, 0x89, 0x4F, 0xE0, 0x04, 0x25, 0x3F, 0x01, 0x33, 0x2C, 0xE8, 0x05,
            0x03, 0x0C, 0x9A,
        ]
        let expected =
            [1, 1] + head + id + [4] + Array("till".utf8)
            + [5, 1, 5] + Array("apple".utf8) + [5] + Array("north".utf8) + [8, 0]
        #expect(bytes(.request(sale, stamp: stamp)) == expected)
    }

    @Test func `digests of payloads stay the same for ever`() {
        #expect(sale.command.payloadDigest() == 13_728_976_621_288_306_756)
        #expect(Command.confirm(.first).payloadDigest() == 15_898_024_979_108_599_953)
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `an entry comes back as it was`(seed: UInt64) throws {
        var samples = Samples(seed: seed)
        let entry = samples.entry()
        let encoded = bytes(entry)
        #expect(try decode(encoded) == entry)
        var again: [UInt8] = [7]
        entry.encode(into: &again)
        #expect(Array(again.dropFirst()) == encoded)
    }

    @Test func `the leader stamps bytes that were encoded elsewhere`() throws {
        var encoded: [UInt8] = [0xFF, 0xFF]
        LedgerEntry.encode(sale, into: &encoded)
        let stamp = LogTime(microseconds: 1_700_000_000_123_456)
        LedgerEntry.restamp(&encoded, at: 2, with: stamp)
        let entry = try decode(Array(encoded.dropFirst(2)))
        #expect(entry == .request(sale, stamp: stamp))
    }

    @Test func `the digest is of the command alone`() throws {
        func digest(_ id: String, _ actor: String, _ command: Command) throws -> UInt64 {
            let request = Request(
                id: RequestID(unchecked: id),
                actor: Actor(unchecked: actor),
                command: command
            )
            var encoded: [UInt8] = []
            LedgerEntry.encode(request, into: &encoded)
            let entry = try decode(encoded)
            guard case .request(_, let digest) = entry.content else {
                throw LedgerCodecError.outOfRange
            }
            return digest
        }
        let first = try digest("a", "till", .sell(.line(4)))
        #expect(try digest("b", "app", .sell(.line(4))) == first)
        #expect(try digest("a", "till", .sell(.line(5))) != first)
        #expect(try digest("a", "till", .receive(.line(4))) != first)
        #expect(first == Command.sell(.line(4)).payloadDigest())
    }

    @Test func `what a newer version wrote is told from what is damaged`() {
        var encoded = bytes(.request(sale, stamp: LogTime(microseconds: 1)))
        encoded[0] = 2
        #expect(throws: LedgerCodecError.unknownVersion(2)) { try decode(encoded) }
        encoded[0] = 1
        encoded[1] = 9
        #expect(throws: LedgerCodecError.unknownKind(9)) { try decode(encoded) }
        encoded[1] = 1
        encoded[2] = 5
        #expect(throws: LedgerCodecError.unknownGroup(5)) { try decode(encoded) }
        encoded[2] = 0
        let command = 12 + 17 + 5
        #expect(encoded[command] == 5)
        for tag in [0, 11, 99] as [UInt8] {
            encoded[command] = tag
            #expect(throws: LedgerCodecError.unknownKind(tag)) { try decode(encoded) }
        }
    }

    @Test func `bytes behind an entry are refused`() {
        let encoded = bytes(LedgerEntry(stamp: LogTime(microseconds: 1), content: .tick))
        #expect(throws: LedgerCodecError.trailingBytes(2)) { try decode(encoded + [0, 0]) }
    }

    @Test func `a count is checked before room is made for it`() {
        var encoded = bytes(.request(sale, stamp: LogTime(microseconds: 1)))
        let count = 12 + 17 + 5 + 1
        #expect(encoded[count] == 1)
        encoded.replaceSubrange(count...count, with: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])
        #expect(throws: LedgerCodecError.truncated) { try decode(encoded) }
    }

    @Test(
        arguments: [
            ([0x80, 0x00], .notCanonical),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02], .outOfRange),
            ([0x80], .truncated),
            ([], .truncated),
        ] as [([UInt8], LedgerCodecError)]
    )
    func `a number has one form`(token: [UInt8], error: LedgerCodecError) {
        let head: [UInt8] = [1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(throws: error) { try decode(head + token) }
    }

    @Test(
        arguments: [
            ([3] + Array("a b".utf8), .badText), ([2, 0xC3, 0xA9], .badText), ([0], .badText),
            ([66], .unknownKind(66)),
            ([36] + Array("3f2504e0-4f89-41d3-9a0c-0305e82c3301".utf8), .notCanonical),
        ] as [([UInt8], LedgerCodecError)]
    )
    func `an identifier has one form`(id: [UInt8], error: LedgerCodecError) {
        let head: [UInt8] = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(throws: error) { try decode(head + id) }
    }

    @Test(arguments: [
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff", "01234567-89ab-cdef-0123-456789abcdef",
    ])
    func `a canonical UUID is packed, anything near it is text`(_ uuid: String) throws {
        func size(_ id: String) throws -> Int {
            var request = sale
            request.id = RequestID(unchecked: id)
            let encoded = bytes(.request(request, stamp: LogTime(microseconds: 1)))
            guard case .request(let decoded, _) = try decode(encoded).content else { return 0 }
            #expect(decoded.id.text == id)
            return encoded.count
        }
        let packed = try size(uuid)
        for index in uuid.indices {
            for other in ["g", "A", "`", ":", "/", "-", "0", "@", "~"]
            where other != "\(uuid[index])" {
                var near = uuid
                near.replaceSubrange(index...index, with: other)
                let isUUID = other == "0" && uuid[index] != "-"
                #expect(try size(near) == packed + (isUUID ? 0 : 20), "\(near)")
            }
        }
    }

    @Test func `options are written only when there are some`() throws {
        var encoded = bytes(.request(sale, stamp: LogTime(microseconds: 1)))
        let tag = 12 + 17 + 5
        #expect(encoded[tag] == 5)
        encoded[tag] |= 0x80
        #expect(throws: LedgerCodecError.truncated) { try decode(encoded) }
        var named = sale
        named.command = .sell(as: .sale, .line(4))
        let withName = bytes(.request(named, stamp: LogTime(microseconds: 1)))
        #expect(withName == encoded + [6] + Array("sale-1".utf8))
        var confirm = sale
        confirm.command = .confirm(.first)
        var plain = bytes(.request(confirm, stamp: LogTime(microseconds: 1)))
        plain[tag] |= 0x80
        #expect(throws: LedgerCodecError.unknownKind(0x88)) { try decode(plain) }
    }

    @Test func `options that say nothing are no other form of none`() throws {
        var hold = sale
        hold.command = .reserve(.first, .line(1))
        var encoded = bytes(.request(hold, stamp: LogTime(microseconds: 1)))
        encoded[12 + 17 + 5] |= 0x80
        encoded += [0, 1, 0]
        #expect(throws: LedgerCodecError.notCanonical) { try decode(encoded) }
        encoded[encoded.count - 3] = 1
        guard case .request(let request, _) = try decode(encoded).content,
            case .reserve(let reserve) = request.command
        else {
            Issue.record("a hold")
            return
        }
        #expect(reserve.online)
    }

    @Test func `a batch in a batch does not decode`() {
        var nested = sale
        nested.command = .batch(.batch(.sell(.line(1))))
        let encoded = bytes(.request(nested, stamp: LogTime(microseconds: 1)))
        #expect(throws: LedgerCodecError.unknownKind(22)) { try decode(encoded) }
    }
}
