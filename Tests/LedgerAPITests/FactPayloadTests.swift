import Foundation
import Ledger
import LedgerAPI
import SwiftProtobuf
import Testing

@Suite struct `A fact's payload` {
    private let time = LogTime(microseconds: 1_700_000_000_000_000)

    private func decode(
        _ bytes: [UInt8],
        kind: UInt32 = UInt32(JournalRow.Kind.receive.rawValue),
        version: UInt32 = FactPayload.version
    ) -> SubmittedFact.Content {
        FactPayload.decode(kind: kind, version: version, bytes: bytes, at: Samples.store)
    }

    /// Put aside with the same bytes.
    private func expectUnread(
        _ bytes: [UInt8],
        kind: UInt32 = UInt32(JournalRow.Kind.receive.rawValue),
        version: UInt32 = FactPayload.version,
        _ place: SourceLocation = #_sourceLocation
    ) {
        let unread = UnreadFact(kind: kind, version: version, payload: bytes)
        #expect(
            decode(bytes, kind: kind, version: version) == .unknown(unread),
            sourceLocation: place
        )
    }

    private func payload(_ change: (inout ProtoFactPayload) -> Void) throws -> [UInt8] {
        var proto = try ProtoFactPayload(
            serializedBytes: FactPayload.encode(Samples.facts[0], occurredAt: time).bytes
        )
        change(&proto)
        return proto.wireBytes
    }

    @Test(arguments: Samples.facts)
    func `of every kind comes back as it was written`(fact: Fact) throws {
        let written = FactPayload.encode(fact, occurredAt: time)
        #expect(written.version == 1)
        let content = FactPayload.decode(
            kind: written.kind,
            version: written.version,
            bytes: written.bytes,
            at: Samples.store
        )
        #expect(content == .known(fact))
        // The time is in the bytes, and so in the link.
        #expect(
            try ProtoFactPayload(serializedBytes: written.bytes).occurredAtUs == time.microseconds
        )
        #expect(FactPayload.encode(fact).bytes != written.bytes)
    }

    @Test func `has samples of every physical command, each with its kind in the journal`() {
        let kinds = Samples.facts.map { FactPayload.encode($0).kind }
        #expect(kinds == [3, 4, 5, 9, 12, 13, 15, 16, 18, 19, 30])
    }

    @Test func `of another kind or version is put aside with its bytes`() throws {
        let bytes = FactPayload.encode(Samples.facts[0]).bytes
        #expect(decode(bytes) == .known(Samples.facts[0]))
        expectUnread(bytes, kind: UInt32(JournalRow.Kind.sell.rawValue))
        expectUnread(bytes, kind: UInt32(JournalRow.Kind.reserve.rawValue))
        expectUnread(bytes, kind: .max)
        expectUnread(bytes, version: 0)
        expectUnread(bytes, version: 2)
    }

    @Test func `that can't be read is put aside with its bytes`() throws {
        expectUnread([])
        expectUnread([0xFF])
        let bytes = FactPayload.encode(Samples.facts[0]).bytes
        expectUnread([UInt8](bytes.dropLast()))
        expectUnread([UInt8](repeating: 0, count: 4_096))
        // Field 100 of a newer agent, in the payload and in the fact.
        let newer: [UInt8] = [0xA0, 0x06, 0x2A]
        expectUnread(bytes + newer)
        expectUnread(
            try payload { proto in
                let receive: [UInt8] = proto.receive.wireBytes + newer
                proto.receive =
                    (try? ProtoReceiveRequest(serializedBytes: receive)) ?? ProtoReceiveRequest()
            }
        )
        expectUnread(bytes + [UInt8](repeating: 0x22, count: LedgerLimits.factBytesMax))
    }

    @Test func `that breaks a rule is put aside with its bytes`() throws {
        expectUnread(try payload { $0.receive.lines[0].sku = "not one" })
        expectUnread(try payload { $0.receive.lines[0].locationID = "store-8" })
        expectUnread(try payload { $0.receive.lines[0].quantity = -1 })
        expectUnread(try payload { $0.receive.lines = [] })
        expectUnread(try payload { $0.receive.lines[1].sku = $0.receive.lines[0].sku })
        expectUnread(try payload { $0.receive.requestID = "r-1" })
        expectUnread(try payload { $0.receive.actor = "till" })
        expectUnread(try payload { $0.receive.validateOnly = true })
        expectUnread(try payload { $0.rights = [1] })
        expectUnread(try payload { $0.rights[0] = .min })
        expectUnread(try payload { $0.prices = [ProtoMoney(Money(amount: 1, currency: "EUR"))] })
        expectUnread(
            try payload {
                $0.prices = [Money(amount: 1, currency: "EUR"), Money(amount: 1, currency: "euro")]
                    .map(ProtoMoney.init)
            }
        )
        expectUnread(try payload { $0.what = nil })
    }

    @Test func `survives bytes that are broken anywhere`() {
        for fact in Samples.facts {
            let written = FactPayload.encode(fact, occurredAt: time)
            for index in written.bytes.indices {
                var bytes = written.bytes
                bytes[index] ^= 0x55
                let content = FactPayload.decode(
                    kind: written.kind,
                    version: 1,
                    bytes: bytes,
                    at: Samples.store
                )
                switch content {
                case .known(let other): #expect(other.violations(at: Samples.store).isEmpty)
                case .unknown(let unread): #expect(unread.payload == bytes)
                }
            }
        }
    }
}
