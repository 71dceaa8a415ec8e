import ArgumentParser
import Ledger
import LedgerClient
import Testing

@testable import estoque

@Suite struct `What people type` {
    @Test(arguments: [
        ("tea@s1=3", "tea", "s1", 3), ("a@b@s1=1000000000", "a@b", "s1", 1_000_000_000),
        ("a=b@s1=2", "a=b", "s1", 2),
    ])
    func `a line is SKU, location, quantity, read from the right`(
        text: String,
        sku: String,
        location: String,
        quantity: Quantity
    ) throws {
        let line = try Arguments.line(text)
        #expect(line.sku.text == sku)
        #expect(line.location.text == location)
        #expect(line.quantity == quantity)
    }

    @Test(arguments: [
        "", "tea", "tea@s1", "tea=3", "tea@s1=", "tea@s1=0", "tea@s1=-1", "tea@s1=1000000001",
        "tea@s1=x", "@s1=1", "tea@=1", "te a@s1=1", "tea@s1=1.5", "tea@s1=99999999999999999999",
    ])
    func `a line that is none is refused`(text: String) {
        #expect(throws: ValidationError.self) { try Arguments.line(text) }
    }

    @Test(arguments: [("tea@s1=-3", -3), ("tea@s1=+3", 3), ("tea@s1=-1000000000", -1_000_000_000)])
    func `a difference has a sign`(text: String, quantity: Quantity) throws {
        #expect(try Arguments.signedLine(text).quantity == quantity)
    }

    @Test(arguments: [
        "tea@s1=0", "tea@s1=-1000000001", "tea@s1=--1", "tea@s1=-9223372036854775808",
    ])
    func `a difference that is none is refused`(text: String) {
        #expect(throws: ValidationError.self) { try Arguments.signedLine(text) }
    }

    @Test(arguments: [
        ("250ms", 250), ("5s", 5_000), ("10m", 600_000), ("2h", 7_200_000), ("7d", 604_800_000),
        ("0s", 0),
    ])
    func `a duration has a unit`(text: String, milliseconds: Int64) throws {
        #expect(try Arguments.duration(text).milliseconds == milliseconds)
    }

    @Test(arguments: ["", "5", "s", "-5s", "1.5s", "5 s", "5S", "9223372036854775807d", "٣s"])
    func `a duration without one is refused`(text: String) {
        #expect(throws: ValidationError.self) { try Arguments.duration(text) }
    }

    @Test(arguments: ["0ms", "25h", "2d"])
    func `a hold lasts a day at most`(text: String) {
        #expect(throws: ValidationError.self) { try Arguments.ttl(text) }
    }

    @Test(arguments: [
        ("customer:c-1", Owner.Kind.customer, "c-1"), ("store:s:1", .store, "s:1"),
        ("order:7", .order, "7"),
    ])
    func `an owner has a kind`(text: String, kind: Owner.Kind, reference: String) throws {
        let owner = try Arguments.owner(text)
        #expect(owner.kind == kind)
        #expect(owner.reference.text == reference)
    }

    @Test(arguments: ["", "c-1", "customer:", "guest:1", "Customer:1"])
    func `an owner that is none is refused`(text: String) {
        #expect(throws: ValidationError.self) { try Arguments.owner(text) }
    }

    @Test func `nodes come with commas between, each once`() throws {
        let nodes = try Arguments.nodes("a:1,[::1]:2,a:1")
        #expect(nodes == [NodeAddress(host: "a", port: 1), NodeAddress(host: "::1", port: 2)])
    }

    @Test(arguments: ["", "a", "a:", "a:0", "a:1,", "::1:2", "a:65536"])
    func `an address that is none is refused`(text: String) {
        #expect(throws: ValidationError.self) { try Arguments.nodes(text) }
    }

    @Test func `an attribute's value may hold equals signs, its name none`() throws {
        #expect(try Arguments.attribute("a=b=c") == Attribute(name: "a", value: "b=c"))
        #expect(try Arguments.attribute("a=") == Attribute(name: "a", value: ""))
        #expect(throws: ValidationError.self) { try Arguments.attribute("=b") }
        #expect(throws: ValidationError.self) { try Arguments.attribute("ab") }
    }

    @Test func `the actor is the user where that is a name for the journal`() {
        #expect(CommandLineActor.current(["USER": "ana"]).text == "ana")
        #expect(CommandLineActor.current(["USER": "ana maria"]).text == "cli")
        #expect(CommandLineActor.current([:]).text == "cli")
    }

    @Test(arguments: [
        ("2.50", "GBP", 250), ("2.5", "GBP", 250), ("2", "GBP", 200), ("0", "GBP", 0),
        ("-1.25", "GBP", -125), ("100", "JPY", 100), ("1.234", "KWD", 1_234), ("2.500", "GBP", 250),
        ("100.00", "JPY", 100), ("007.10", "EUR", 710),
    ])
    func `a price is read exactly`(text: String, currency: String, amount: Int64) throws {
        #expect(try Price(text, currency: currency).amount == amount)
    }

    @Test(arguments: [
        ("", "GBP", Price.Flaw.notANumber), (".5", "GBP", .notANumber), ("5.", "GBP", .notANumber),
        ("1,5", "GBP", .notANumber), ("--1", "GBP", .notANumber), ("-", "GBP", .notANumber),
        ("1e3", "GBP", .notANumber), ("1.2.3", "GBP", .notANumber), ("£1", "GBP", .notANumber),
        ("0.001", "GBP", .tooManyDecimals(currency: "GBP", decimals: 2)),
        ("1.5", "JPY", .tooManyDecimals(currency: "JPY", decimals: 0)),
        ("10000000000.01", "GBP", .tooLarge), ("99999999999999999999", "GBP", .tooLarge),
        ("1", "gbp", .notACurrency), ("1", "", .notACurrency), ("1", "GBPX", .notACurrency),
    ])
    func `a price that is none is refused`(text: String, currency: String, flaw: Price.Flaw) {
        #expect(throws: flaw) { try Price(text, currency: currency) }
    }

    @Test(arguments: [
        (250, "GBP", "2.50 GBP"), (5, "GBP", "0.05 GBP"), (-125, "GBP", "-1.25 GBP"),
        (100, "JPY", "100 JPY"), (1, "KWD", "0.001 KWD"), (0, "", ""),
    ])
    func `a price is shown in its currency's units`(amount: Int64, currency: String, text: String) {
        #expect(Price(amount: amount, currency: currency).text == text)
    }
}
