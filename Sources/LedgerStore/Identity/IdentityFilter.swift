/// Says of most identifiers that never were seen that they are certainly new.
///
/// A blocked Bloom filter: an identity sets one bit in each of the eight words of one 32-byte block,
/// so a question costs one cache line. Blocks are in the order of the hashes, so that filling it from
/// the sorted index on disk walks through memory once. When a layer is full the next one has four times
/// its room; at the bound of bytes the last layer takes the rest and errs more often. It never errs
/// the other way.
struct IdentityFilter {
    private struct Layer {
        /// One block holds eight words.
        var blocks: [SIMD8<UInt32>]
        var count = 0
        let capacity: Int

        init(blockCount: Int) {
            blocks = [SIMD8<UInt32>](repeating: .zero, count: blockCount)
            capacity = blockCount * IdentityFilter.entriesPerBlock
        }

        func contains(_ hash: UInt64) -> Bool {
            let bits = IdentityFilter.bits(hash)
            return blocks[block(hash)] & bits == bits
        }

        mutating func insert(_ hash: UInt64) {
            blocks[block(hash)] |= IdentityFilter.bits(hash)
            count += 1
        }

        /// The hash's share of the whole range, in blocks.
        private func block(_ hash: UInt64) -> Int {
            Int(truncatingIfNeeded: (hash << 1).multipliedFullWidth(by: UInt64(blocks.count)).high)
        }
    }

    /// 256 bits for 12 identities: 21 bits each, and one wrong "maybe" in some thousand.
    private static let entriesPerBlock = 12
    private static let blockBytes = 32
    private static let blocksMin = 16_384

    private var layers: [Layer]
    private let bytesMax: Int

    /// Room for the expected identities and a quarter more, within the bound.
    init(expected: Int, bytesMax: Int) {
        self.bytesMax = max(bytesMax, Self.blocksMin * Self.blockBytes)
        let wanted = max(Self.blocksMin, expected / Self.entriesPerBlock * 5 / 4)
        layers = [Layer(blockCount: min(wanted, self.bytesMax / Self.blockBytes))]
    }

    /// Bytes that the filter takes.
    var byteCount: Int { layers.reduce(0) { $0 + $1.blocks.count * Self.blockBytes } }

    /// False only if the identity was never inserted.
    func mayContain(_ hash: UInt64) -> Bool {
        // By index: a layer handed to a closure would be retained and released.
        for index in layers.indices where layers[index].contains(hash) { return true }
        return false
    }

    mutating func insert(_ hash: UInt64) {
        let last = layers.count - 1
        if layers[last].count >= layers[last].capacity {
            let room = (bytesMax - byteCount) / Self.blockBytes
            let next = min(layers[last].blocks.count * 4, room)
            if next >= Self.blocksMin {
                layers.append(Layer(blockCount: next))
                return layers[last + 1].insert(hash)
            }
        }
        layers[last].insert(hash)
    }

    /// One bit in each of eight words, by eight odd multipliers (as in Parquet's split blocks).
    private static func bits(_ hash: UInt64) -> SIMD8<UInt32> {
        let salts = SIMD8<UInt32>(
            0x47b6_137b,
            0x4497_4d91,
            0x8824_ad5b,
            0xa2b7_289d,
            0x7054_95c7,
            0x2df1_424b,
            0x9efc_4947,
            0x5c6b_fb31
        )
        let word = UInt32(truncatingIfNeeded: hash ^ hash >> 32)
        return SIMD8(repeating: 1) &<< ((salts &* SIMD8(repeating: word)) &>> 27)
    }
}
