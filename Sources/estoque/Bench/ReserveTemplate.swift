import Ledger
import LedgerAPI
import NIOCore

/// A Reserve command, encoded once; for each ask, the bytes that differ are put in their places.
///
/// It shares two cores with the nodes that it measures, so it must cost little.
struct ReserveTemplate {
    private let bytes: [UInt8]
    private let tagOffset: Int?
    private let requestOffset: Int
    private let reservationOffset: Int
    private let skuOffset: Int
    private let locationOffset: Int
    private let customerOffset: Int
    private let skus: FixedTexts
    private let locations: FixedTexts
    private let customers: FixedTexts

    /// Tags begin here, so that each takes three bytes.
    private static let firstTag: UInt64 = 1 << 14
    /// Tags end here, for the same reason.
    static let tagsMax = 1 << 18

    init(_ stock: BenchStock, for mode: BenchMode) {
        skus = FixedTexts(stock.skus.map(\.text))
        locations = FixedTexts(stock.locations.map(\.text))
        let customerNames = (0..<Int32(BenchStock.customers)).map(BenchStock.customer)
        customers = FixedTexts(customerNames.map(\.text))
        let requestMark = "11111111-1111-4111-8111-111111111111"
        let reservationMark = "22222222-2222-4222-8222-222222222222"
        let sample = stock.request(
            id: RequestID(unchecked: requestMark),
            reservation: ReservationID(unchecked: reservationMark),
            place: 0,
            customer: customerNames[0]
        )
        var encoded: [UInt8] = []
        switch mode {
        case .unary: encoded = sample.methodBytes
        case .session: SessionCodec.append(sample, tag: Self.firstTag, to: &encoded)
        case .batch: SessionCodec.append(sample, to: &encoded)
        }
        let mark: [UInt8] = [0x08, 0x80, 0x80, 0x01]
        tagOffset = mode == .session ? Self.find(mark, in: encoded) + 1 : nil
        requestOffset = Self.find(Array(requestMark.utf8), in: encoded)
        reservationOffset = Self.find(Array(reservationMark.utf8), in: encoded)
        skuOffset = Self.find(Array(stock.skus[0].text.utf8), in: encoded)
        locationOffset = Self.find(Array(stock.locations[0].text.utf8), in: encoded)
        customerOffset = Self.find(Array(customerNames[0].text.utf8), in: encoded)
        bytes = encoded
    }

    private static func find(_ mark: [UInt8], in bytes: [UInt8]) -> Int {
        let starts = 0...max(0, bytes.count - mark.count)
        guard let offset = starts.first(where: { bytes[$0...].starts(with: mark) }) else {
            preconditionFailure("a command holds its own fields")
        }
        return offset
    }

    /// The bytes of one command.
    var count: Int { bytes.count }

    /// The caller that an answer's tag names.
    static func index(ofTag tag: UInt64) -> Int? {
        guard tag >= firstTag, tag < firstTag + UInt64(tagsMax) else { return nil }
        return Int(tag - firstTag)
    }

    /// Appends the command of an ask; `index` becomes its tag where there are tags.
    func append(_ ask: Ask, index: Int, to buffer: inout ByteBuffer) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
            // The buffer has at least `count` bytes of room, and all offsets are within the template.
            bytes.withUnsafeBytes { target.copyMemory(from: $0) }
            if let tagOffset {
                let tag = UInt32(truncatingIfNeeded: Self.firstTag) + UInt32(index)
                target[tagOffset] = UInt8(tag & 0x7F) | 0x80
                target[tagOffset + 1] = UInt8(tag >> 7 & 0x7F) | 0x80
                target[tagOffset + 2] = UInt8(tag >> 14)
            }
            ask.request.write(to: target, at: requestOffset)
            ask.reservation.write(to: target, at: reservationOffset)
            let place = Int(ask.place)
            skus.write(place / locations.count, to: target, at: skuOffset)
            locations.write(place % locations.count, to: target, at: locationOffset)
            customers.write(Int(ask.customer), to: target, at: customerOffset)
            return count
        }
    }
}

/// Texts of one length, side by side.
private struct FixedTexts {
    private let bytes: [UInt8]
    private let width: Int
    let count: Int

    init(_ texts: [String]) {
        width = texts.first?.utf8.count ?? 0
        count = texts.count
        precondition(texts.allSatisfy { [width] in $0.utf8.count == width }, "of one length")
        bytes = texts.flatMap(\.utf8)
    }

    func write(_ index: Int, to target: UnsafeMutableRawBufferPointer, at offset: Int) {
        bytes.withUnsafeBytes { source in
            let text = UnsafeRawBufferPointer(rebasing: source[index * width..<(index + 1) * width])
            UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: text)
        }
    }
}
