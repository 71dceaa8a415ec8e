import Foundation
import GRPCWire
import Ledger
import LedgerAPI
import NIOCore
import TestSupport
import Testing

@testable import estoque

@Suite struct BenchCodecTests {
    // MARK: Identities

    @Test func `the generator gives the numbers of its reference`() {
        // The first outputs of xoshiro256** for the state 1, 2, 3, 4.
        var seed = Scripted(numbers: [1, 2, 3, 4])
        var random = Xoshiro256(seededBy: &seed)
        let expected: [UInt64] = [11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240]
        #expect((0..<4).map { _ in random.next() } == expected)
    }

    @Test func `a seed of zeros is no dead end`() {
        var seed = Scripted(numbers: [])
        var random = Xoshiro256(seededBy: &seed)
        #expect(Set((0..<100).map { _ in random.next() }).count > 90)
    }

    @Test(
        arguments: [
            (
                [0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210],
                "01234567-89ab-4def-bedc-ba9876543210"
            ),
            ([0, 0], "00000000-0000-4000-8000-000000000000"),
            ([UInt64.max, UInt64.max], "ffffffff-ffff-4fff-bfff-ffffffffffff"),
        ] as [([UInt64], String)]
    )
    func `a UUID is written digit by digit`(numbers: [UInt64], text: String) {
        var random = Scripted(numbers: numbers)
        #expect(RandomUUID(using: &random).text == text)
    }

    @Test func `UUIDs are of version four, in lower case, and never the same`() throws {
        var random = Xoshiro256()
        var seen: Set<String> = []
        for _ in 0..<2_000 {
            let text = RandomUUID(using: &random).text
            #expect(seen.insert(text).inserted)
            let parsed = try #require(UUID(uuidString: text))
            #expect(parsed.uuidString.lowercased() == text)
            #expect(parsed.uuid.6 >> 4 == 4)
            #expect(parsed.uuid.8 >> 6 == 2)
        }
    }

    // MARK: Commands

    private static let plan: BenchPlan = {
        var plan = BenchPlan()
        plan.skus = 7
        plan.locations = 3
        return plan
    }()

    private func asks(_ count: Int, _ stock: BenchStock) -> [Ask] {
        var random = Xoshiro256()
        return (0..<count).map { index in
            Ask(
                request: RandomUUID(using: &random),
                reservation: RandomUUID(using: &random),
                place: Int32(index % stock.places),
                customer: Int32((index * 977) % BenchStock.customers),
                began: .now()
            )
        }
    }

    @Test func `a patched call is the request that was meant`() throws {
        let stock = BenchStock(Self.plan, run: BenchStock.newRun())
        let template = ReserveTemplate(stock, for: .unary)
        for ask in asks(40, stock) {
            var message = ByteBuffer()
            template.append(ask, index: 0, to: &message)
            let read = try CommandMethod.reserve.request(from: message.readableBytesSpan)
            #expect(read == IncomingRequest(request: stock.request(ask)))
        }
    }

    @Test func `a patched session message is the requests that were meant`() throws {
        let stock = BenchStock(Self.plan, run: BenchStock.newRun())
        let template = ReserveTemplate(stock, for: .session)
        let asks = asks(40, stock)
        let indices = (0..<40).map { $0 * 6_553 }
        var message = ByteBuffer()
        for (ask, index) in zip(asks, indices) {
            template.append(ask, index: index, to: &message)
        }
        let read = try SessionCodec.sessionRequests(from: message.readableBytesSpan)
        #expect(read.map { try? $0.request.get().request } == asks.map(stock.request))
        #expect(read.map { ReserveTemplate.index(ofTag: $0.tag) } == indices)
    }

    @Test func `a patched batch is the requests that were meant`() throws {
        let stock = BenchStock(Self.plan, run: BenchStock.newRun())
        let template = ReserveTemplate(stock, for: .batch)
        let asks = asks(40, stock)
        var message = ByteBuffer()
        for ask in asks { template.append(ask, index: 0, to: &message) }
        let read = try SessionCodec.batchRequests(from: message.readableBytesSpan)
        #expect(read.map { try? $0.request.get().request } == asks.map(stock.request))
        #expect(message.readableBytes == template.count * 40)
    }

    @Test func `every caller that may be has a tag of its own`() {
        #expect(ReserveTemplate.tagsMax >= BenchPlan.Bounds.clients.upperBound)
        #expect(ReserveTemplate.index(ofTag: 0) == nil)
        #expect(ReserveTemplate.index(ofTag: .max) == nil)
    }

    // MARK: Answers

    private static func answer(_ outcome: Outcome) -> CommandResult {
        .answered(
            Answer(position: Position(7), logTime: LogTime(microseconds: 9), outcome: outcome)
        )
    }

    private static func problem(_ code: StatusCode, _ reason: Reason) -> CommandResult {
        .failed(Problem(code: code, reason: reason, message: "because"))
    }

    private func scan(_ bytes: [UInt8]) -> [(UInt64, CommandEnd)]? {
        var ends: [(UInt64, CommandEnd)] = []
        let isRead = AnswerScan.entries(bytes.span.bytes) { ends.append(($0, $1)) }
        return isRead ? ends : nil
    }

    @Test func `answers, refusals and problems are told apart`() throws {
        let sku = SKU(unchecked: "a-1")
        var bytes: [UInt8] = []
        SessionCodec.append(Self.answer(.version(3)), tag: 0, to: &bytes)
        SessionCodec.append(Self.answer(.refused(.itemNotFound(sku))), tag: 1, to: &bytes)
        SessionCodec.append(Self.problem(.unavailable, .noQuorum), tag: 2, to: &bytes)
        SessionCodec.append(Self.problem(.invalidArgument, .malformed), tag: 3, to: &bytes)
        SessionCodec.append(Self.answer(.version(3)), tag: 1 << 40, to: &bytes)
        let ends = try #require(scan(bytes))
        #expect(ends.map(\.0) == [0, 1, 2, 3, 1 << 40])
        #expect(ends[0].1 == .acknowledged)
        #expect(ends[4].1 == .acknowledged)
        guard case .refused = ends[1].1, case .open = ends[2].1, case .refused = ends[3].1 else {
            Issue.record("\(ends)")
            return
        }
    }

    @Test func `a cut message is no message, and harms nobody`() {
        var bytes: [UInt8] = []
        SessionCodec.append(Self.answer(.version(3)), tag: 5, to: &bytes)
        for count in 1..<bytes.count { #expect(scan(Array(bytes.prefix(count))) == nil) }
        var random = SplitMix(seed: 7)
        for _ in 0..<2_000 {
            let noise = (0..<Int.random(in: 1...40, using: &random))
                .map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = scan(noise)
        }
    }

    @Test(arguments: [
        (GRPCStatusCode.unavailable, false), (.deadlineExceeded, false),
        (.resourceExhausted, false),
        (.internal, false), (.cancelled, false), (.failedPrecondition, true), (.notFound, true),
        (.invalidArgument, true), (.alreadyExists, true),
    ])
    func `a call that failed is asked again where that helps`(
        code: GRPCStatusCode,
        isFinal: Bool
    ) {
        let end = CommandEnd(GRPCStatus(code, "because"))
        if case .refused = end { #expect(isFinal) } else { #expect(!isFinal) }
        #expect(end != .acknowledged)
    }
}
