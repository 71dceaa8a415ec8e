import Ledger

/// The open holds that were created by 64 neighbouring journal rows: a row of `hold`.
///
/// Packed, each one is:
/// ```
/// 1      the creating row's place among the 64
/// 8      when it expires, little-endian; all ones for a CONFIRMED one, which never does
/// 1      the owner's kind
/// 1      bytes of the owner's reference
/// n      the owner's reference
/// ```
struct HoldChunk {
    struct Hold {
        var place: UInt8
        var owner: UInt32
        var expireTime: LogTime
    }

    static let bits: UInt64 = 6
    static let never = LogTime(microseconds: .max)

    /// Sorted by place.
    private(set) var holds: [Hold] = []
    /// The last generation in which it changed.
    private var written: UInt64 = 0

    static func chunk(of key: UInt64) -> UInt64 { key >> bits }
    static func place(of key: UInt64) -> UInt8 { UInt8(key & (1 << bits - 1)) }
    static func key(chunk: UInt64, place: UInt8) -> UInt64 { chunk << bits | UInt64(place) }

    func hold(at place: UInt8) -> Hold? {
        position(of: place).found.map { holds[$0] }
    }

    /// Puts a hold, in place of the one at its place; true for the generation's first change here.
    @discardableResult
    mutating func put(_ hold: Hold, _ generation: UInt64) -> Bool {
        let position = position(of: hold.place)
        if let found = position.found {
            holds[found] = hold
        } else {
            holds.insert(hold, at: position.insertion)
        }
        return noteChange(generation)
    }

    /// Removes the hold at a place; true for the generation's first change here.
    mutating func remove(at place: UInt8, _ generation: UInt64) -> Bool {
        if let found = position(of: place).found { holds.remove(at: found) }
        return noteChange(generation)
    }

    private mutating func noteChange(_ generation: UInt64) -> Bool {
        defer { written = generation }
        return written != generation
    }

    /// From the back, where new holds are put.
    private func position(of place: UInt8) -> (found: Int?, insertion: Int) {
        var index = holds.count
        while index > 0, holds[index - 1].place >= place {
            index -= 1
            if holds[index].place == place { return (index, index) }
        }
        return (nil, index)
    }

    func pack(_ owners: HoldOwners) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(holds.count * 32)
        for hold in holds {
            let owner = owners[hold.owner]
            let reference = owner.reference.text.utf8
            bytes.append(hold.place)
            withUnsafeBytes(of: hold.expireTime.microseconds.littleEndian) {
                bytes.append(contentsOf: $0)
            }
            bytes.append(owner.kind.rawValue)
            bytes.append(UInt8(reference.count))
            bytes.append(contentsOf: reference)
        }
        return bytes
    }

    /// A hold as it is on disk.
    struct Packed {
        var place: UInt8
        var expireTime: LogTime
        var owner: Owner
    }

    static func unpack(_ bytes: [UInt8]) throws(StoreError) -> [Packed] {
        var holds: [Packed] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let head = rest.prefix(headBytes)
            rest = rest.dropFirst(headBytes)
            guard head.count == headBytes, let place = head.first, place < 1 << bits,
                let kind = Owner.Kind(rawValue: head[head.startIndex + 9]),
                let length = head.last.map(Int.init), length <= rest.count
            else { throw StoreError(.corrupt, "a chunk of open holds of \(bytes.count) bytes") }
            let micros = head.dropFirst().prefix(8).reversed().reduce(0 as UInt64) {
                $0 << 8 | UInt64($1)
            }
            let reference = String(decoding: rest.prefix(length), as: UTF8.self)
            rest = rest.dropFirst(length)
            holds.append(
                Packed(
                    place: place,
                    expireTime: LogTime(microseconds: micros),
                    owner: Owner(kind: kind, reference: Reference(unchecked: reference))
                )
            )
        }
        return holds
    }

    private static let headBytes = 11
}
