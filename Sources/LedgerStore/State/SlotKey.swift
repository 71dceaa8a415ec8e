import Ledger

/// A key of an element that a ``SlotIndex`` finds.
protocol SlotKey: Equatable {
    /// Equal for equal keys in this process; its lower half is spread evenly.
    var slotHash: UInt64 { get }
}

/// How the bits of keys are mixed.
enum SlotHash {
    /// Texts are the clients' choice, and nobody outside can know which of them collide.
    private static let seed = UInt64.random(in: .min ... .max)

    /// Of a number that the ledger gave.
    static func of(_ number: UInt64) -> UInt64 {
        fold(number ^ 0x9E37_79B9_7F4A_7C15)
    }

    /// Of an identifier's text, eight bytes at a time.
    static func of(_ text: String) -> UInt64 {
        let units = text.utf8
        let hash = units.withContiguousStorageIfAvailable { of(UnsafeRawBufferPointer($0)) }
        return hash ?? Array(units).withUnsafeBytes { of($0) }
    }

    private static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state = seed ^ UInt64(bytes.count)
        var offset = 0
        while bytes.count - offset >= 8 {
            state = fold(state ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var tail: UInt64 = 0
        while offset < bytes.count {
            tail = tail << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return fold(state ^ tail)
    }

    private static func fold(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}

extension SKU: SlotKey {
    var slotHash: UInt64 { SlotHash.of(text) }
}

extension LocationID: SlotKey {
    var slotHash: UInt64 { SlotHash.of(text) }
}

extension Owner: SlotKey {
    var slotHash: UInt64 { SlotHash.of(reference.text) ^ UInt64(kind.rawValue) }
}

extension ItemKey: SlotKey {
    var slotHash: UInt64 { SlotHash.of(UInt64(rawValue)) }
}

extension LocationKey: SlotKey {
    var slotHash: UInt64 { SlotHash.of(UInt64(rawValue)) }
}

extension LevelKey: SlotKey {
    var slotHash: UInt64 { SlotHash.of(rawValue) }
}

extension StoreRecordKey: SlotKey {
    var slotHash: UInt64 {
        let low = sequence &* 0x9FB2_1C65_1E98_DF25 &+ UInt64(line)
        return SlotHash.of(SlotHash.of(place << 4 ^ UInt64(kind.rawValue)) &+ low)
    }
}

/// The key of a reservation: a sequence of the journal.
extension UInt64: SlotKey {
    var slotHash: UInt64 { SlotHash.of(self) }
}
