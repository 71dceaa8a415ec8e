/// The writing half of the codec: values go into room that was made for them.
///
/// A record appends to a buffer that its caller keeps, and makes room for a whole group of fields at a
/// time (`append(addingCapacity:)`): then a byte costs a comparison and a store.
extension OutputSpan<UInt8> {
    mutating func append(bool value: Bool) {
        append(value ? 1 : 0)
    }

    mutating func append(fixed64 value: UInt64) {
        append(bytesOf: value.littleEndian)
    }

    mutating func append(fixed16 value: UInt16) {
        append(bytesOf: value.littleEndian)
    }

    mutating func append(varint value: UInt64) {
        var rest = value
        while rest > 0x7F {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func append(signed value: Int64) {
        append(varint: UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    mutating func append(count: Int) {
        append(varint: UInt64(count))
    }

    /// A text's UTF-8 alone.
    mutating func append(units text: String) {
        let units = text.utf8
        // A text of this platform is in one piece of memory, which is copied at once.
        guard units.withContiguousStorageIfAvailable({ append(copying: $0) }) == nil else { return }
        for unit in units { append(unit) }
    }

    private mutating func append(copying units: UnsafeBufferPointer<UInt8>) {
        precondition(units.count <= freeCapacity, "room was made for the text")
        withUnsafeMutableBufferPointer { room, count in
            let rest = UnsafeMutableBufferPointer(rebasing: room[count...])
            UnsafeMutableRawBufferPointer(rest).copyMemory(from: UnsafeRawBufferPointer(units))
            count += units.count
        }
    }

    private mutating func append<Word: FixedWidthInteger & BitwiseCopyable>(bytesOf word: Word) {
        precondition(MemoryLayout<Word>.size <= freeCapacity, "room was made for the number")
        withUnsafeMutableBufferPointer { room, count in
            UnsafeMutableRawBufferPointer(room)
                .storeBytes(of: word, toByteOffset: count, as: Word.self)
            count += MemoryLayout<Word>.size
        }
    }
}

/// The most bytes that a field takes.
enum FieldBytes {
    /// Numbers of 64 bits, seven bits a byte: `varint`, `signed` and `count`.
    static let varint = 10
    static let fixed64 = 8
    /// A byte for the form, and the longest text.
    static let identifier = 65
    static let owner = 1 + identifier
}

/// The same for a single field.
extension [UInt8] {
    mutating func append(bool value: Bool) {
        append(value ? 1 : 0)
    }

    mutating func append(varint value: UInt64) {
        append(addingCapacity: FieldBytes.varint) { $0.append(varint: value) }
    }

    mutating func append(signed value: Int64) {
        append(addingCapacity: FieldBytes.varint) { $0.append(signed: value) }
    }

    mutating func append(count: Int) {
        append(varint: UInt64(count))
    }

    mutating func append(text: String) {
        let count = text.utf8.count
        append(addingCapacity: FieldBytes.varint + count) {
            $0.append(count: count)
            $0.append(units: text)
        }
    }
}
