/// Random UUIDs (version 4) in lower case, which the ledger keeps in 16 bytes.
enum UUIDText {
    static func mint(using random: inout some RandomNumberGenerator) -> String {
        // RFC 9562, section 5.4: four bits say the version, two the variant.
        let bits: (UInt64, UInt64) = (random.next(), random.next())
        let high = bits.0 & 0xFFFF_FFFF_FFFF_0FFF | 0x0000_0000_0000_4000
        let low = bits.1 & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return String(unsafeUninitializedCapacity: 36) { units in
            var index = 0
            for (word, hyphensAfter) in [(high, [8, 12, 16]), (low, [4])] {
                for digit in 1...16 {
                    let value = UInt8(truncatingIfNeeded: word >> UInt64(64 - digit * 4)) & 0xF
                    units[index] = value < 10 ? 0x30 + value : 0x57 + value
                    index += 1
                    if hyphensAfter.contains(digit) {
                        units[index] = UInt8(ascii: "-")
                        index += 1
                    }
                }
            }
            return index
        }
    }
}
