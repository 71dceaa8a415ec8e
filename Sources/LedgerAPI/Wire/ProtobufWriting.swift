import Ledger

/// Protobuf's binary format, written into room that was made for it (`append(addingCapacity:)`).
///
/// As in every proto3 encoder, a field that has its default value is left out.
extension OutputSpan<UInt8> {
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

    /// An identifier's text, which needs no text in between when it is a UUID.
    mutating func append(field: UInt8, identifier: some ClientIdentifier) {
        if let uuid = identifier.uuid {
            append(field << 3 | 2)
            append(UInt8(PackedUUID.textBytes))
            append(uuid)
        } else {
            let units = identifier.text.utf8
            append(field << 3 | 2)
            append(varint: UInt64(units.count))
            // A text of this platform is in one piece of memory, which is copied at once.
            let copied: Void? = units.withContiguousStorageIfAvailable {
                append(copying: UnsafeRawBufferPointer($0))
            }
            if copied == nil { for unit in units { append(unit) } }
        }
    }

    mutating func append(field: UInt8, bytes: [UInt8]) {
        // Fields from 16 on have two bytes.
        append(varint: UInt64(field) << 3 | 2)
        append(varint: UInt64(bytes.count))
        bytes.withUnsafeBytes { append(copying: $0) }
    }

    /// A message within the message; written even when it is empty.
    ///
    /// Its length comes first but is known last: one byte is kept for it, and a message that needs
    /// more moves up.
    @inline(__always)
    mutating func append(field: UInt8, message write: (inout OutputSpan<UInt8>) -> Void) {
        append(field << 3 | 2)
        let place = count
        append(0)
        write(&self)
        setLength(at: place)
    }

    /// Writes how many bytes follow the one at `place` there.
    private mutating func setLength(at place: Int) {
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
        let end = count
        append(repeating: 0, count: extra)
        withUnsafeMutableBufferPointer { room, _ in
            let bytes = UnsafeMutableRawBufferPointer(room)
            UnsafeMutableRawBufferPointer(rebasing: bytes[(place + extra)...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[place..<end]))
        }
    }

    private mutating func append(_ uuid: PackedUUID) {
        precondition(freeCapacity >= PackedUUID.textBytes, "room was made for the text")
        withUnsafeMutableBufferPointer { room, count in
            let rest = UnsafeMutableBufferPointer(rebasing: room[count...])
            uuid.write(to: UnsafeMutableRawBufferPointer(rest))
            count += PackedUUID.textBytes
        }
    }

    private mutating func append(copying bytes: UnsafeRawBufferPointer) {
        precondition(freeCapacity >= bytes.count, "room was made for the bytes")
        withUnsafeMutableBufferPointer { room, count in
            let rest = UnsafeMutableBufferPointer(rebasing: room[count...])
            UnsafeMutableRawBufferPointer(rest).copyMemory(from: bytes)
            count += bytes.count
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

/// The most bytes that a field takes, its key and length with it.
enum FieldBytes {
    static let number = 1 + 10
    static let identifier = 1 + 1 + 64
    /// Without what is in it.
    static let message = 1 + 10
    static let owner = message + number + identifier
}
