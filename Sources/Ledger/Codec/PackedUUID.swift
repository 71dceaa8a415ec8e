/// A UUID's 128 bits; only the canonical text, in lower case with four hyphens, becomes one.
struct PackedUUID: Equatable {
    static let textBytes = 36

    /// The digits before and after the text's middle.
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil when `text` is anything but a canonical UUID.
    init?(_ text: String) {
        var words: (UInt64, UInt64) = (0, 0)
        var digits = 0
        var index = 0
        for unit in text.utf8 {
            if Self.isHyphen(at: index) {
                guard unit == UInt8(ascii: "-") else { return nil }
            } else {
                guard let value = Self.value(ofDigit: unit) else { return nil }
                if digits < 16 {
                    words.0 = words.0 << 4 | value
                } else {
                    words.1 = words.1 << 4 | value
                }
                digits += 1
            }
            index += 1
        }
        guard index == Self.textBytes else { return nil }
        high = words.0
        low = words.1
    }

    /// The canonical text.
    var text: String {
        String(unsafeUninitializedCapacity: Self.textBytes) { buffer in
            var shift = 60
            var word = high
            for index in 0..<Self.textBytes {
                if Self.isHyphen(at: index) {
                    buffer[index] = UInt8(ascii: "-")
                    continue
                }
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 0xF
                buffer[index] = digit < 10 ? UInt8(ascii: "0") + digit : 87 + digit
                if shift == 0 {
                    word = low
                    shift = 60
                } else {
                    shift -= 4
                }
            }
            return Self.textBytes
        }
    }

    private static func isHyphen(at index: Int) -> Bool {
        index == 8 || index == 13 || index == 18 || index == 23
    }

    private static func value(ofDigit unit: UInt8) -> UInt64? {
        switch unit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(unit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(unit - UInt8(ascii: "a") + 10)
        default: nil
        }
    }
}
