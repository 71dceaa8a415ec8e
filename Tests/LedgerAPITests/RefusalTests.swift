import Ledger
import LedgerAPI
import SwiftProtobuf
import Testing

/// One line of the table of errors.
struct RefusalCase: Sendable, CustomTestStringConvertible {
    var refusal: Refusal
    var code: Int
    var reason: String
    var metadata: [String: String] = [:]

    var testDescription: String { reason }

    static let all: [RefusalCase] =
        [
            .init(
                refusal: .insufficientStock(Samples.shortages),
                code: 9,
                reason: "INSUFFICIENT_STOCK"
            ),
            .init(
                refusal: .exceedsOpenQuantity(Samples.shortages),
                code: 9,
                reason: "EXCEEDS_OPEN_QUANTITY"
            ),
            .init(
                refusal: .itemNotFound(Samples.sku),
                code: 5,
                reason: "ITEM_NOT_FOUND",
                metadata: ["sku": "TSHIRT-RED-M"]
            ),
            .init(
                refusal: .itemArchived(Samples.sku),
                code: 9,
                reason: "ITEM_ARCHIVED",
                metadata: ["sku": "TSHIRT-RED-M"]
            ),
            .init(
                refusal: .locationNotFound(Samples.store),
                code: 5,
                reason: "LOCATION_NOT_FOUND",
                metadata: ["location_id": "store-7"]
            ),
            .init(
                refusal: .locationClosed(Samples.store),
                code: 9,
                reason: "LOCATION_CLOSED",
                metadata: ["location_id": "store-7"]
            ),
            .init(
                refusal: .reservationNotFound(Samples.reservation),
                code: 5,
                reason: "RESERVATION_NOT_FOUND",
                metadata: ["reservation_id": Samples.reservation.text]
            ),
            .init(
                refusal: .reservationExists(Samples.reservation),
                code: 6,
                reason: "RESERVATION_EXISTS",
                metadata: ["reservation_id": Samples.reservation.text]
            ),
            .init(
                refusal: .reservationExpired(Samples.reservation),
                code: 9,
                reason: "RESERVATION_EXPIRED",
                metadata: ["reservation_id": Samples.reservation.text]
            ),
            .init(
                refusal: .reservationClosed(Samples.reservation, .fulfilled),
                code: 9,
                reason: "RESERVATION_CLOSED",
                metadata: ["reservation_id": Samples.reservation.text, "state": "FULFILLED"]
            ),
            .init(
                refusal: .maxTTLReached(Samples.reservation, latest: LogTime(microseconds: 99)),
                code: 9,
                reason: "MAX_TTL_REACHED",
                metadata: [
                    "reservation_id": Samples.reservation.text, "latest_expire_time_us": "99",
                ]
            ),
            .init(
                refusal: .holdQuotaExceeded(Samples.owner, limit: 100_000),
                code: 8,
                reason: "HOLD_QUOTA_EXCEEDED",
                metadata: [
                    "owner_kind": "ORDER", "owner_reference": "order-4711", "limit": "100000",
                ]
            ),
            .init(refusal: .versionMismatch(current: 12), code: 10, reason: "VERSION_MISMATCH"),
            .init(
                refusal: .malformed(
                    FieldViolation(field: "lines", description: "must not be empty")
                ),
                code: 3,
                reason: "MALFORMED"
            ),
            .init(refusal: .reasonRequired, code: 3, reason: "REASON_REQUIRED"),
            .init(
                refusal: .quantityOverflow(Samples.sku, Samples.store),
                code: 9,
                reason: "QUANTITY_OVERFLOW",
                metadata: ["sku": "TSHIRT-RED-M", "location_id": "store-7"]
            ),
            .init(
                refusal: .stockRemains(Samples.sku, nil),
                code: 9,
                reason: "STOCK_REMAINS",
                metadata: ["sku": "TSHIRT-RED-M"]
            ),
            .init(
                refusal: .stockRemains(nil, Samples.store),
                code: 9,
                reason: "STOCK_REMAINS",
                metadata: ["location_id": "store-7"]
            ),
            .init(
                refusal: .idempotencyKeyReused(RequestID(unchecked: "r-1")),
                code: 3,
                reason: "IDEMPOTENCY_KEY_REUSED",
                metadata: ["request_id": "r-1"]
            ),
        ] + further + stores
}

@Suite struct RefusalTests {
    @Test(arguments: RefusalCase.all)
    func `a refusal has the code and the reason of the table`(row: RefusalCase) {
        let problem = Problem(row.refusal)
        #expect(problem.code.rawValue == row.code)
        #expect(problem.reason.rawValue == row.reason)
        #expect(problem.metadata == row.metadata)
        #expect(!problem.message.isEmpty)
        #expect(Refusal(problem) == row.refusal)
    }

    @Test(arguments: RefusalCase.all, [true, false])
    func `the status of a unary call brings back the refusal and its answer`(
        row: RefusalCase,
        replayed: Bool
    ) throws {
        let answer = Samples.answer(.refused(row.refusal), replayed: replayed)
        let bytes = Problem(row.refusal).statusBytes(of: answer)
        let decoded = try #require(Problem.decode(statusBytes: bytes))
        #expect(decoded.problem == Problem(row.refusal))
        #expect(decoded.answer == answer)
    }

    @Test(arguments: RefusalCase.all)
    func `the message of a session brings back the refusal and its answer`(
        row: RefusalCase
    ) throws {
        let answer = Samples.answer(.refused(row.refusal))
        let bytes: [UInt8] = ProtoTaggedAnswer(tag: 5, .answered(answer)).wireBytes
        let message = try ProtoTaggedAnswer(serializedBytes: bytes)
        #expect(message.tag == 5)
        #expect(message.refusal.problem.code == row.code)
        #expect(message.refusal.problem.reason == row.reason)
        #expect(message.refusal.problem.metadata == row.metadata)
        #expect(CommandResult(message) == .answered(answer))
    }

    @Test(arguments: [
        ("sku", Problem(.itemNotFound(Samples.sku))),
        ("state", Problem(.reservationClosed(Samples.reservation, .expired))),
        ("limit", Problem(.holdQuotaExceeded(Samples.owner, limit: 3))),
        (
            "latest_expire_time_us",
            Problem(.maxTTLReached(Samples.reservation, latest: .init(microseconds: 1)))
        ),
    ])
    func `a refusal that lacks a fact is told as a problem only`(name: String, problem: Problem) {
        var lacking = problem
        lacking.metadata[name] = nil
        #expect(Refusal(problem) != nil)
        #expect(Refusal(lacking) == nil)
    }

    @Test func `a refusal of a newer server keeps its words`() throws {
        var refusal = ProtoRefusal()
        refusal.position = 4
        refusal.problem.code = 9
        refusal.problem.reason = "MOON_IN_THE_WRONG_PHASE"
        refusal.problem.message = "wait for it"
        var tagged = ProtoTaggedAnswer()
        tagged.refusal = refusal
        let expected = Problem(
            code: .failedPrecondition,
            reason: Reason(rawValue: "MOON_IN_THE_WRONG_PHASE"),
            message: "wait for it"
        )
        #expect(CommandResult(tagged) == .failed(expected))
    }
}
