import Ledger
import LedgerAPI
import Testing

/// A valid command with one field spoilt, and what shall be said.
struct Spoilt: Sendable, CustomTestStringConvertible {
    var field: String
    var description: String
    var command: ProtoCommand
    var name: String

    var testDescription: String { "\(name): \(field) \(description)" }

    /// The sample command of the kind that `spoil` is about, spoilt by it.
    init(
        _ field: String,
        _ description: String,
        at index: Int,
        _ spoil: (inout ProtoCommand) -> Void
    ) {
        self.field = field
        self.description = description
        command = ProtoCommand(Samples.request(Samples.commands[index]))
        name = "\(Samples.commands[index])".prefix { $0 != "(" }.description
        spoil(&command)
    }

    static let identifier = "must be 1 to 64 bytes of printable ASCII without spaces"
    static let required = "is required"
    static let quantity = "must be 1 to 1000000000"
    static let difference = "must not be 0, and at most 1000000000 up or down"
    static let text = "must have at most 512 bytes, none of control"
    static let currency =
        "must be three capital letters (ISO 4217), or empty when there is no price"
    static let long = String(repeating: "x", count: 65)
    static let reserve = 7

    static let identities: [Spoilt] = [
        .init("request_id", required, at: reserve) { $0.reserve.requestID = "" },
        .init("request_id", identifier, at: 6) { $0.sell.requestID = "a b" },
        .init("actor", identifier, at: 3) { $0.receive.actor = "é" },
        .init("actor", required, at: 4) { $0.adjust.actor = "" },
        .init("request_id", identifier, at: 8) { $0.extend.requestID = long },
        .init("request_id", identifier, at: 0) { $0.upsertItem.requestID = "\u{7F}" },
        .init("actor", required, at: 2) { $0.upsertLocation.actor = "" },
        .init("actor", required, at: 9) { $0.confirm.actor = "" },
        .init("actor", required, at: 11) { $0.fulfill.actor = "" },
        .init("actor", required, at: 13) { $0.release.actor = "" },
    ]

    static let catalogue: [Spoilt] = [
        .init("sku", required, at: 0) { $0.upsertItem.sku = "" },
        .init("state", required, at: 0) { $0.upsertItem.state = .unspecified },
        .init("state", "is no value that this node knows", at: 0) {
            $0.upsertItem.state = .UNRECOGNIZED(9)
        },
        .init("title", text, at: 0) {
            $0.upsertItem.title = String(repeating: "é", count: 257)
        },
        .init("price", "must be 0 to \(LedgerLimits.priceMax) minor units", at: 0) {
            $0.upsertItem.price = -1
        },
        .init("currency", currency, at: 0) {
            $0.upsertItem.currency = "eur"
        },
        .init("currency", currency, at: 0) { $0.upsertItem.currency = "" },
        .init("attributes", "must be at most 64", at: 0) { command in
            for number in 0..<65 { command.upsertItem.attributes["a\(number)"] = "" }
        },
        .init("attributes[\"\"]", "must have 1 to 64 bytes, none of control", at: 0) {
            $0.upsertItem.attributes[""] = "x"
        },
        .init(
            "attributes[\"\(long.dropLast())\"]",
            "must have 1 to 64 bytes, none of control",
            at: 0
        ) {
            $0.upsertItem.attributes[long] = "x"
        },
        .init("attributes[\"size\"]", "must have at most 1024 bytes, none of them 0", at: 0) {
            $0.upsertItem.attributes["size"] = String(repeating: "x", count: 1_025)
        },
        .init("location_id", identifier, at: 2) { $0.upsertLocation.locationID = "a\n" },
        .init("name", text, at: 2) {
            $0.upsertLocation.name = String(repeating: "x", count: 513)
        },
        .init("kind", required, at: 2) { $0.upsertLocation.kind = .unspecified },
        .init("kind", "is no value that this node knows", at: 2) {
            $0.upsertLocation.kind = .UNRECOGNIZED(-1)
        },
        .init("state", required, at: 2) { $0.upsertLocation.state = .unspecified },
        .init("state", "is no value that this node knows", at: 2) {
            $0.upsertLocation.state = .UNRECOGNIZED(300)
        },
    ]

    static let movements: [Spoilt] = [
        .init("lines", "must not be empty", at: 3) { $0.receive.lines = [] },
        .init("lines", "must not be empty", at: 4) { $0.adjust.lines = [] },
        .init("lines", "must not be empty", at: 6) { $0.sell.lines = [] },
        .init("lines", "must be at most 1000", at: 6) { command in
            command.sell.lines = Array(repeating: command.sell.lines[0], count: 1_001)
        },
        .init("lines[1].quantity", quantity, at: 3) { $0.receive.lines[1].quantity = 0 },
        .init("lines[0].quantity", quantity, at: 6) { $0.sell.lines[0].quantity = -1 },
        .init("lines[1].quantity", quantity, at: 6) { $0.sell.lines[1].quantity = 1_000_000_001 },
        .init("lines[0].quantity", difference, at: 4) { $0.adjust.lines[0].quantity = 0 },
        .init("lines[0].quantity", difference, at: 4) {
            $0.adjust.lines[0].quantity = -1_000_000_001
        },
        .init("lines[0].quantity", difference, at: 4) { $0.adjust.lines[0].quantity = .min },
        .init("lines[1].sku", required, at: 3) { $0.receive.lines[1].sku = "" },
        .init("lines[0].location_id", identifier, at: 6) { $0.sell.lines[0].locationID = long },
        .init("document", identifier, at: 3) { $0.receive.document = "two words" },
        .init("document", identifier, at: 4) { $0.adjust.document = "two words" },
        .init("reason", identifier, at: 4) { $0.adjust.reason = "two words" },
        .init("document", identifier, at: 6) { $0.sell.document = "two words" },
    ]

    static let reservations: [Spoilt] = [
        .init("reservation_id", required, at: reserve) { $0.reserve.reservationID = "" },
        .init("owner.kind", required, at: reserve) { $0.reserve.owner.kind = .unspecified },
        .init("owner.kind", "is no value that this node knows", at: reserve) {
            $0.reserve.owner.kind = .UNRECOGNIZED(4)
        },
        .init("owner.reference", required, at: reserve) { $0.reserve.owner.reference = "" },
        .init("lines", "must not be empty", at: reserve) { $0.reserve.lines = [] },
        .init("lines[1].quantity", quantity, at: reserve) { $0.reserve.lines[1].quantity = 0 },
        .init("ttl_ms", "must be 1 to 86400000 ms", at: reserve) { $0.reserve.ttlMs = 0 },
        .init("ttl_ms", "must be 1 to 86400000 ms", at: reserve) { $0.reserve.ttlMs = 86_400_001 },
        .init("ttl_ms", "must be 1 to 86400000 ms", at: 8) { $0.extend.ttlMs = .max },
        .init("replaces_id", identifier, at: reserve) { $0.reserve.replacesID = " " },
        .init("reservation_id", identifier, at: 8) { $0.extend.reservationID = "å" },
        .init("reservation_id", required, at: 9) { $0.confirm.reservationID = "" },
        .init("order_reference", identifier, at: 9) { $0.confirm.orderReference = long },
        .init("reservation_id", required, at: 11) { $0.fulfill.reservationID = "" },
        .init("lines[0].quantity", quantity, at: 11) { $0.fulfill.lines[0].quantity = -4 },
        .init("reservation_id", required, at: 13) { $0.release.reservationID = "" },
        .init("lines[1].sku", identifier, at: 13) { $0.release.lines[1].sku = "a b" },
        .init("reason", identifier, at: 13) { $0.release.reason = "å" },
    ]
}

@Suite struct ViolationTests {
    @Test(arguments: Spoilt.identities + Spoilt.catalogue + Spoilt.movements + Spoilt.reservations)
    func `a spoilt field is named with its path`(spoilt: Spoilt) {
        let expected = InvalidRequest(violations: [
            FieldViolation(field: spoilt.field, description: spoilt.description)
        ])
        #expect(throws: expected) { try Request(spoilt.command) }
    }

    @Test func `an empty command lists everything that is missing`() {
        var command = ProtoCommand()
        command.reserve = ProtoReserveRequest()
        let invalid = #expect(throws: InvalidRequest.self) { try Request(command) }
        #expect(
            invalid?.violations.map(\.field) == [
                "request_id", "actor", "reservation_id", "owner.kind", "owner.reference", "lines",
                "ttl_ms",
            ]
        )
    }

    @Test func `the list of violations has a limit`() {
        var command = ProtoCommand()
        command.sell.requestID = "r"
        command.sell.actor = "a"
        command.sell.lines = Array(repeating: ProtoStockLine(), count: 1_000)
        let invalid = #expect(throws: InvalidRequest.self) { try Request(command) }
        #expect(invalid?.violations.count == LedgerLimits.violationsMax)
    }
}
