import Ledger
import Testing

/// Identifiers of requests and reservations, which are kept as 128 bits when they are UUIDs.
@Suite struct MintedIdentifierTests {
    private static let texts = [
        "00000000-0000-4000-8000-00000000000f", "00000000-0000-4000-8000-00000000000F",
        "0f000000-0000-4000-8000-000000000000", "0fffffff-ffff-4fff-8fff-ffffffffffff",
        "ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-4000-8000-0000000000g0",
        "00000000+0000-4000-8000-000000000000", "00000000000040008000000000000000",
        "0", "0f000000-0000-4000-8000-00000000000", "g", "!", "~",
        String(repeating: "0", count: 64),
        "a0000000-0000-4000-8000-000000000000", "9a000000-0000-4000-8000-000000000000",
    ]

    @Test func `they are their texts`() {
        for text in Self.texts {
            #expect(RequestID(text)?.text == text)
            #expect(ReservationID(text)?.description == text)
            let uuid = Array(text.utf8).withUnsafeBytes { PackedUUID($0) }
            #expect(uuid == ReservationID(text)?.uuid)
            #expect(uuid.map { ReservationID(uuid: $0).text } ?? text == text)
        }
    }

    @Test func `only the canonical text of a UUID is one`() {
        let canonical = Self.texts.filter { RequestID(unchecked: $0).uuid != nil }
        #expect(
            canonical == [0, 2, 3, 4, 14, 15].map { Self.texts[$0] }
        )
        #expect(canonical == canonical.filter { SKU(unchecked: $0).uuid != nil })
    }

    @Test func `they are equal, ordered and hashed as their texts are`() {
        for left in Self.texts {
            for right in Self.texts {
                let (first, second) = (RequestID(unchecked: left), RequestID(unchecked: right))
                #expect((first == second) == (left == right))
                #expect((first < second) == (left < right))
            }
        }
        #expect(Set(Self.texts.map(RequestID.init(unchecked:))).count == Self.texts.count)
    }
}
