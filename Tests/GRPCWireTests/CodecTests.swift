import NIOCore
import Testing

@testable import GRPCWire

@Suite
struct CodecTests {
    @Test(
        arguments: [
            ("1H", 3_600_000_000_000), ("2M", 120_000_000_000), ("3S", 3_000_000_000),
            ("4m", 4_000_000), ("5u", 5_000), ("6n", 6), ("99999999H", 31_536_000_000_000_000),
            ("0n", 0),
        ] as [(String, Int64)]
    )
    func `a timeout is read in every unit`(text: String, nanoseconds: Int64) {
        #expect(GRPCTimeout.parse(text) == .nanoseconds(nanoseconds))
    }

    @Test(arguments: ["", "S", "1", "123456789S", "-1S", "1s", "1 S", "+1S", "1.5S"])
    func `what is no timeout is refused`(text: String) {
        #expect(GRPCTimeout.parse(text) == nil)
    }

    @Test(
        arguments: [
            (0, "0n"), (-5, "0n"), (99_999_999, "99999999n"), (100_000_000, "100000u"),
            (100_000_001, "100001u"), (30_000_000_000, "30000000u"),
            (3_600_000_000_000, "3600000m"),
            (.max, "31536000S"),
        ] as [(Int64, String)]
    )
    func `a timeout is written in the finest unit that fits, never shortened`(
        nanoseconds: Int64,
        text: String
    ) {
        #expect(GRPCTimeout.format(.nanoseconds(nanoseconds)) == text)
    }

    @Test(arguments: 0...20)
    func `base64 comes back, with padding and without`(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ 250) }
        let text = Base64.encode(bytes)
        #expect(!text.contains("="))
        #expect(Base64.decode(text) == bytes)
        let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        #expect(Base64.decode(padded) == bytes)
    }

    @Test(arguments: ["a", "abcde", "ab c", "ab=c", "====", "ab==="])
    func `what is no base64 is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["", "plain", "100% sure", "não há\n", "日本", "%", "%4", "%zz"])
    func `a status message comes back`(text: String) {
        let encoded = PercentEncoding.encode(text, bytesMax: 1_024)
        #expect(encoded.utf8.allSatisfy { $0 >= 0x20 && $0 <= 0x7E })
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test
    func `a status message that is too long is cut between characters`() {
        #expect(PercentEncoding.encode("ééé", bytesMax: 5) == "%C3%A9%C3%A9")
        #expect(PercentEncoding.decode("a%4") == "a%4")
    }

    @Test(arguments: 1...12)
    func `messages are found wherever the bytes are cut`(chunkBytes: Int) throws {
        let messages: [[UInt8]] = [[], [1], Array(1...7), [], Array(repeating: 9, count: 300)]
        var stream: [UInt8] = []
        for message in messages {
            stream += [0, 0, 0, UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message
        }
        var deframer = MessageDeframer(messageBytesMax: 300)
        var found: [[UInt8]] = []
        for start in stride(from: 0, to: stream.count, by: chunkBytes) {
            deframer.append(
                ByteBuffer(bytes: stream[start..<min(start + chunkBytes, stream.count)])
            )
            while let message = try deframer.next() { found.append(Array(buffer: message)) }
        }
        #expect(found == messages)
        #expect(deframer.bufferedBytes == 0)
    }

    @Test
    func `a length over the limit is refused before its bytes are here`() {
        var deframer = MessageDeframer(messageBytesMax: 300)
        deframer.append(ByteBuffer(bytes: [0, 0, 0, 1, 45]))
        #expect(throws: MessageDeframer.Fault.self) { try deframer.next() }
    }

    @Test
    func `a bucket allows its burst, then its rate`() {
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        var bucket = TokenBucket(burst: 3, perSecond: 2, now: start)
        let atOnce = (0..<4).map { _ in bucket.take(now: start) }
        #expect(atOnce == [true, true, true, false])
        let later = (0..<3).map { _ in bucket.take(now: start + .seconds(1)) }
        #expect(later == [true, true, false])
    }
}
