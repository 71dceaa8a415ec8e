import SystemPackage

/// How a file is packed, told by its first bytes and not by its name.
enum Packing: String, CaseIterable {
    // The raw values are the programs that unpack.
    case gzip
    case xz

    private var magic: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B]
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
        }
    }

    /// The packing that bytes begin like; nil when they are none.
    init?(beginning bytes: some Collection<UInt8>) {
        guard let packing = Self.allCases.first(where: { bytes.starts(with: $0.magic) }) else {
            return nil
        }
        self = packing
    }

    /// The packing of a file; nil for others, and for pipes, whose bytes can't be read twice.
    init?(of descriptor: FileDescriptor) {
        var bytes = [UInt8](repeating: 0, count: 6)
        guard
            let count = try? bytes.withUnsafeMutableBytes({
                try descriptor.read(fromAbsoluteOffset: 0, into: $0)
            })
        else { return nil }
        self.init(beginning: bytes[..<count])
    }

    /// What file names end with, which says nothing of what is in them.
    static let suffixes = [".gz", ".xz"]
}
