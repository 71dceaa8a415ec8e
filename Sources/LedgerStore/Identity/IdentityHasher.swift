import Ledger

/// Hashes the identifiers that clients mint (of requests, reservations, sales, …) to 63 bits.
///
/// The hash is without a seed, since it is kept on disk. It finds candidates only: whoever looks up
/// an identifier compares it with the one in the journal row, so a collision costs a read and no
/// more.
struct IdentityHasher: Sendable {
    /// Which of the hash's bits are used; a hash is never negative as a signed integer.
    private let mask: UInt64

    /// In the lowest bit: whether what the hash is of is found for ever.
    ///
    /// Answers to requests are forgotten after a while, and their identities go with them.
    static let permanent: UInt64 = 1

    /// Uses the topmost `bits` of 63; fewer than all of them are for tests of collisions.
    init(bits: Int) {
        precondition((1...63).contains(bits), "a hash has 1 to 63 bits")
        let all = UInt64.max >> 1
        mask = all & ~(all >> UInt64(bits)) & ~Self.permanent
    }

    func hash(_ id: RequestID) -> UInt64 {
        hash(id, domain: 0x9E37_79B9_7F4A_7C15)
    }

    func hash(_ id: ReservationID) -> UInt64 {
        hash(id, domain: 0xC2B2_AE3D_27D4_EB4F) | Self.permanent
    }

    func hash(_ id: SaleID) -> UInt64 {
        hash(id, domain: 0x1656_67B1_9E37_79F9) | Self.permanent
    }

    func hash(_ id: TransferID) -> UInt64 {
        hash(id, domain: 0x85EB_CA77_C2B2_AE63) | Self.permanent
    }

    func hash(_ document: Reference) -> UInt64 {
        hash(document, domain: 0x27D4_EB2F_1656_67C5) | Self.permanent
    }

    private func hash(_ id: some ClientIdentifier, domain: UInt64) -> UInt64 {
        guard let uuid = id.uuid else { return hash(id.text, domain: domain) }
        var state = Self.fold(domain ^ uuid.high, domain)
        state = Self.fold(state ^ uuid.low, state)
        return Self.fold(state, 0xD6E8_FEB8_6659_FD93) & mask
    }

    /// Folds eight bytes at a time into the state by one wide multiplication.
    private func hash(_ text: String, domain: UInt64) -> UInt64 {
        var text = text
        let state = text.withUTF8 { units in
            let bytes = UnsafeRawBufferPointer(units)
            var state = domain
            var offset = 0
            while bytes.count - offset >= 8 {
                let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                state = Self.fold(state ^ UInt64(littleEndian: word), state)
                offset += 8
            }
            var tail = UInt64(bytes.count)
            while offset < bytes.count {
                tail = tail << 8 | UInt64(bytes[offset])
                offset += 1
            }
            return Self.fold(state ^ tail, state)
        }
        return Self.fold(state, 0xD6E8_FEB8_6659_FD93) & mask
    }

    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: 0x9FB2_1C65_1E98_DF25)
        // The sum keeps the past alive where the product happens to be zero.
        return (product.high ^ product.low) &+ (right << 23 | right >> 41)
    }
}

/// Where an identifier was first seen: the hash of it, and the journal row to look into.
struct IdentityEntry: Equatable, Comparable, Sendable {
    var hash: UInt64
    /// For a request, the row that answered it; else the row that made what it names.
    var sequence: UInt64

    /// Whether the identity is needed no more once answers in rows up to `forgotten` aren't.
    @inline(__always)
    func isForgotten(through forgotten: UInt64) -> Bool {
        hash & IdentityHasher.permanent == 0 && sequence <= forgotten
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.hash, left.sequence) < (right.hash, right.sequence)
    }
}
