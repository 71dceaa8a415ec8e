import Ledger

/// Protobuf's binary format, appended to a buffer that the caller keeps.
///
/// As in every proto3 encoder, a field that has its default value is left out.
extension [UInt8] {
    mutating func append(varint value: UInt64) {
        var rest = value
        while rest > 0x7F {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func append(field: UInt8, number value: UInt64) {
        guard value != 0 else { return }
        append(field << 3)
        append(varint: value)
    }

    mutating func append(field: UInt8, number value: Int64) {
        append(field: field, number: UInt64(bitPattern: value))
    }

    mutating func append(field: UInt8, flag: Bool) {
        append(field: field, number: flag ? 1 : 0 as UInt64)
    }

    mutating func append(field: UInt8, text: String) {
        let units = text.utf8
        guard !units.isEmpty else { return }
        append(field << 3 | 2)
        append(varint: UInt64(units.count))
        // Copies of a buffer are faster than those of a text's units one by one.
        guard units.withContiguousStorageIfAvailable({ append(contentsOf: $0) }) == nil
        else { return }
        append(contentsOf: units)
    }

    /// An identifier's text, which needs no text in between when it is a UUID.
    mutating func append(field: UInt8, identifier: some ClientIdentifier) {
        guard let uuid = identifier.uuid else {
            append(field: field, text: identifier.text)
            return
        }
        append(field << 3 | 2)
        append(UInt8(PackedUUID.textBytes))
        append(addingCapacity: PackedUUID.textBytes) { room in
            room.withUnsafeMutableBufferPointer { room, count in
                uuid.write(to: UnsafeMutableRawBufferPointer(room))
                count = PackedUUID.textBytes
            }
        }
    }

    mutating func append(field: UInt8, bytes: [UInt8]) {
        append(field << 3 | 2)
        append(varint: UInt64(bytes.count))
        append(contentsOf: bytes)
    }

    /// A message within the message; written even when it is empty.
    ///
    /// Its length comes first but is known last: one byte is kept for it, and a message that needs
    /// more moves up.
    mutating func append(field: UInt8, message write: (inout [UInt8]) -> Void) {
        append(field << 3 | 2)
        let place = count
        append(0)
        write(&self)
        let length = count - place - 1
        guard length > 0x7F else {
            self[place] = UInt8(length)
            return
        }
        makeRoom(at: place + 1, for: Self.varintBytes(length) - 1)
        var rest = length
        var index = place
        while rest > 0x7F {
            self[index] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            index += 1
        }
        self[index] = UInt8(rest)
    }

    private mutating func makeRoom(at place: Int, for extra: Int) {
        let moved = count - place
        for _ in 0..<extra { append(0) }
        withUnsafeMutableBytes { bytes in
            let source = UnsafeRawBufferPointer(rebasing: bytes[place..<place + moved])
            UnsafeMutableRawBufferPointer(rebasing: bytes[(place + extra)...])
                .copyMemory(from: source)
        }
    }

    private static func varintBytes(_ value: Int) -> Int {
        var rest = value >> 7
        var bytes = 1
        while rest > 0 {
            rest >>= 7
            bytes += 1
        }
        return bytes
    }
}
