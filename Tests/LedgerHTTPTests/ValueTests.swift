import Ledger
import NIOCore
import Raft
import Replica
import Testing

@testable import LedgerHTTP

@Suite struct `values` {
    @Test(arguments: [
        (Int64(0), "Thu, 01 Jan 1970 00:00:00 GMT"),
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (1_709_251_200, "Fri, 01 Mar 2024 00:00:00 GMT"),
        (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
    ])
    func `dates are as the standard writes them`(seconds: Int64, text: String) {
        #expect(HTTPDate.text(secondsSince1970: seconds) == text)
    }

    @Test(arguments: [
        (Int64(0), UInt64(0)), (1, 1), (1_000_000, 1), (1_000_001, 2), (-5, 0),
        (.max, 9_223_372_036_855),
    ])
    func `milliseconds are rounded up`(nanoseconds: Int64, milliseconds: UInt64) {
        #expect(TimeAmount.nanoseconds(nanoseconds).millisecondsRoundedUp == milliseconds)
    }

    @Test func `an age grows until it is told`() {
        let stamp = ReadStamp(
            position: Position(1),
            staleness: .milliseconds(5),
            node: "n",
            role: .leader
        )
        let then = NIODeadline.uptimeNanoseconds(1_000_000_000)
        let freshness = Freshness(stamp: stamp, since: then)
        var head = ByteBuffer()
        freshness.writeHeaders(into: &head, at: then + .nanoseconds(2_000_000_001))
        let text = String(buffer: head)
        #expect(text.contains("estoque-staleness-ms: 2006\r\n"))
        #expect(text.contains("age: 2\r\n"))
        // A clock that seems to go back makes nothing younger.
        #expect(freshness.age(at: then - .seconds(1)) == .milliseconds(5))
    }

    @Test func `tags differ for bodies that differ in one bit anywhere`() {
        let base = [UInt8](repeating: 0x20, count: 37)
        var tags: Set<UInt64> = [EntityTag(of: ByteBuffer(bytes: base)).digest]
        for index in base.indices {
            for bit in 0..<8 {
                var changed = base
                changed[index] ^= 1 << bit
                tags.insert(EntityTag(of: ByteBuffer(bytes: changed)).digest)
            }
        }
        for length in 0..<37 {
            tags.insert(EntityTag(of: ByteBuffer(bytes: base.prefix(length))).digest)
        }
        #expect(tags.count == 1 + 37 * 8 + 37)
    }

    @Test(arguments: [
        ("*", true), ("TAG", true), ("W/TAG", true), ("\"a\",TAG", true),
        ("\"a\" ,  W/TAG\t", true),
        ("\"a\"", false), ("", false), ("w/TAG", false),
    ])
    func `a tag is found in a list`(field: String, matches: Bool) {
        let tag = EntityTag(of: ByteBuffer(string: "x"))
        let parts = field.split(separator: "TAG", omittingEmptySubsequences: false)
        #expect((tag.match(ifNoneMatch: parts.joined(separator: tag.text)) != nil) == matches)
    }

    @Test(arguments: [
        (0.0, "0"), (7, "7"), (-3, "-3"), (1.5, "1.5"), (0.000_1, "0.0001"), (.nan, "NaN"),
        (.infinity, "+Inf"), (-.infinity, "-Inf"), (1e300, "1e+300"),
    ])
    func `numbers are as Prometheus reads them`(value: Double, text: String) {
        #expect(PrometheusText.number(value) == text)
    }

    @Test(arguments: ProblemReason.allCases)
    func `each reason has its own type and an error's status`(reason: ProblemReason) {
        #expect(reason.type.hasPrefix("urn:estoque:problem:"))
        #expect(reason.type.utf8.allSatisfy { $0 != 0x5F && !(0x41...0x5A).contains($0) })
        #expect(ProblemReason.allCases.filter { $0.type == reason.type } == [reason])
        #expect((400..<600).contains(reason.status))
        #expect([429, 503, 504].contains(reason.status) == (reason.retryAfter != nil))
        #expect("\(Reply.phrase(reason.status))" != "Unknown")
    }
}
