import AgentCore
import Ledger
import StoreAgent
import Testing

@Suite("Facts as nodes read them")
struct ProtobufFactCodecTests {
    private static let shop = LocationID(unchecked: "shop")
    private static let line = StockLine(
        sku: SKU(unchecked: "TEA"),
        location: shop,
        quantity: 3
    )
    private static let reason = Reference(unchecked: "CHECK")

    /// One of each kind that an agent tells.
    private static let commands: [Command] = [
        .sell(Sell(lines: [line], sale: SaleID(unchecked: "sale-1"))),
        .receive(Receive(lines: [line])),
        .adjust(Adjust(lines: [line], reason: reason)),
        .markUnavailable(MarkUnavailable(lines: [line], reason: reason)),
        .writeOff(WriteOff(lines: [line], reason: reason)),
        .fulfill(Fulfill(reservation: ReservationID(unchecked: "r"), lines: [line])),
        .returnGoods(
            ReturnGoods(
                origin: .sale(SaleID(unchecked: "sale-1")),
                lines: [
                    ReturnLine(sku: line.sku, soldAt: shop, quantity: 1, location: shop)
                ]
            )
        ),
        .count(
            Count(lines: [CountLine(sku: line.sku, location: shop, counted: 4, book: 5)])
        ),
        .shipTransfer(
            ShipTransfer(
                transfer: TransferID(unchecked: "t"),
                lines: [ItemLine(sku: line.sku, quantity: 1)]
            )
        ),
        .receiveTransfer(
            ReceiveTransfer(
                transfer: TransferID(unchecked: "t"),
                lines: [ArrivalLine(sku: line.sku, ok: 1, rejected: 2, lost: 3)]
            )
        ),
        .returnAllotment(ReturnAllotment(lines: [line])),
    ]

    @Test("Each kind of fact is read as it was written", arguments: commands.indices)
    func isReadAsWritten(index: Int) {
        let codec = ProtobufFactCodec()
        let command = Self.commands[index]
        var fact = Fact(command: command, rightsEpoch: 4)
        if case .sell = command {
            fact.rights = [2]
            fact.prices = [Money(amount: 250, currency: "EUR")]
        }
        let time = LogTime(microseconds: 77)
        let encoded = codec.encode(fact, occurredAt: time)
        #expect(encoded == codec.encode(fact, occurredAt: time))
        #expect(encoded.kind == UInt32(command.kind.rawValue))
        #expect(codec.decode(encoded, at: Self.shop) == fact)
        let later = codec.encode(fact, occurredAt: LogTime(microseconds: 78))
        #expect(later.bytes != encoded.bytes, "a clone's fact is told from its original's")
        var other = encoded
        other.version += 1
        #expect(codec.decode(other, at: Self.shop) == nil)
    }

    @Test("A link covers everything")
    func coversEverything() {
        let codec = ProtobufFactCodec()
        let encoded = EncodedFact(kind: 5, version: 1, bytes: [1, 2, 3])
        func link(
            _ epoch: UInt32 = 1,
            _ sequence: UInt64 = 1,
            _ fact: EncodedFact,
            after: FactHash = .start
        ) -> FactHash {
            codec.link(after: after, epoch: epoch, sequence: sequence, fact)
        }
        let first = link(1, 1, encoded)
        let others = [
            link(2, 1, encoded), link(1, 2, encoded), link(1, 1, encoded, after: first),
            link(1, 1, EncodedFact(kind: 6, version: 1, bytes: [1, 2, 3])),
            link(1, 1, EncodedFact(kind: 5, version: 2, bytes: [1, 2, 3])),
            link(1, 1, EncodedFact(kind: 5, version: 1, bytes: [1, 2])),
        ]
        #expect(Set(others + [first]).count == 7)
    }
}
