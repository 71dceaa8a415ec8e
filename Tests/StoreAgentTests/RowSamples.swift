import AgentCore
import Ledger

/// Random rows of every kind.
struct RowSamples {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    mutating func sku() -> SKU { SKU(unchecked: "SKU-\(next(9))") }

    mutating func money() -> Money? {
        next(2) == 0 ? nil : Money(amount: Int64(next(1_000)) - 500, currency: "EUR")
    }

    mutating func hash() -> FactHash {
        FactHash(words: (UInt64(next(99)), .max, UInt64(next(99)), 7))
    }

    mutating func record(_ kind: AgentKey.Kind, _ name: String) -> AgentRecord {
        switch kind {
        case .head: .head(head())
        case .item, .nextItem:
            .item(
                Item(
                    sku: SKU(unchecked: name),
                    title: ["Green tea", "Cup ÄÖ", "Black Tea pot"][next(3)],
                    attributes: [Attribute(name: "a", value: "é")],
                    price: Int64(next(100)),
                    currency: "EUR",
                    state: .active,
                    version: UInt64(next(100))
                )
            )
        case .offer, .nextOffer:
            .offer(
                Offer(
                    sku: SKU(unchecked: name),
                    location: LocationID(unchecked: "shop"),
                    price: money(),
                    attributes: [],
                    version: 3
                )
            )
        case .level, .nextLevel: .level(level())
        case .reservation, .nextReservation: .reservation(reservation(name))
        case .transfer, .nextTransfer:
            .transfer(
                Transfer(
                    id: TransferID(unchecked: name),
                    from: LocationID(unchecked: "shop"),
                    to: LocationID(unchecked: "depot"),
                    lines: [TransferLine(sku: sku(), requested: 4)],
                    state: .draft,
                    document: nil,
                    version: 1
                )
            )
        case .allotment:
            .allotment(allotment())
        case .answer: .answer(till(RequestID(unchecked: name)))
        case .answerOrder: .name("till-\(next(100))")
        case .edit:
            .edit(
                PriceEdit(
                    request: RequestID(unchecked: "edit-\(next(100))"),
                    sku: sku(),
                    price: money(),
                    base: money()
                )
            )
        case .returned, .stale: .number(Int64(next(1_000)) - 500)
        }
    }

    private mutating func level() -> StockLevel {
        var level = StockLevel()
        level.onHand = Quantity(next(100)) - 50
        level.reserved = Quantity(next(9))
        level.version = UInt64(next(9))
        return level
    }

    private mutating func allotment() -> Allotment {
        var allotment = Allotment(epoch: UInt32(next(9)))
        allotment.granted = Quantity(next(90))
        allotment.used = Quantity(next(90)) - 45
        return allotment
    }

    private mutating func reservation(_ name: String) -> Reservation {
        Reservation(
            id: ReservationID(unchecked: name),
            owner: Owner(kind: .customer, reference: Reference(unchecked: "web")),
            state: .held,
            lines: [
                ReservationLine(
                    sku: sku(),
                    location: LocationID(unchecked: "shop"),
                    requested: 5
                )
            ],
            expireTime: LogTime(microseconds: 5_000),
            maxExpireTime: LogTime(microseconds: 9_000),
            orderReference: nil,
            version: 2
        )
    }

    private mutating func head() -> AgentHead {
        var head = AgentHead(
            location: LocationID(unchecked: "shop"),
            instance: Reference(unchecked: "0123")
        )
        head.epoch = UInt32(next(9))
        head.firstEpoch = 1
        head.frozen = next(2) == 0 ? nil : .forked
        head.cluster = next(2) == 0 ? nil : Reference(unchecked: "cluster")
        head.isRestored = next(2) == 0
        head.sequence = 9
        head.hash = hash()
        head.acknowledged = UInt64(next(9))
        head.acknowledgedHash = hash()
        head.heard = LogTime(microseconds: 77)
        head.acknowledgements = [
            AgentHead.Acknowledgement(sequence: 1, time: LogTime(microseconds: 3))
        ]
        head.copy =
            next(2) == 0 ? nil : AgentHead.Copy(position: Position(UInt64(next(99))), known: 2)
        head.rightsUnknownThrough = next(2) == 0 ? nil : 8
        head.lastEdit = 4
        head.lastAnswer = 5
        return head
    }

    mutating func till(_ request: RequestID) -> AnsweredTill {
        let answer: TillAnswer =
            next(3) == 0
            ? .refused(
                .insufficientStock([
                    Shortage(sku: sku(), location: nil, requested: 4, available: -1)
                ])
            )
            : .done(
                TillReceipt(
                    epoch: 2,
                    sequence: 7,
                    sale: next(2) == 0 ? nil : SaleID(unchecked: "sale-\(request)"),
                    time: LogTime(microseconds: 5),
                    lines: [
                        TillReceipt.Line(
                            sku: sku(),
                            quantity: 3,
                            price: money(),
                            overdrawn: 1,
                            onHand: -2
                        )
                    ]
                )
            )
        return AnsweredTill(request: request, digest: .max, answer: answer)
    }

    mutating func fact(_ sequence: UInt64) -> OutboxRow {
        let request = RequestID(unchecked: "till-\(sequence)")
        return OutboxRow(
            sequence: sequence,
            epoch: UInt32(next(9)),
            previous: hash(),
            hash: hash(),
            fact: EncodedFact(
                kind: 5,
                version: 1,
                bytes: (0..<next(40)).map { UInt8($0) }
            ),
            claimedTime: LogTime(microseconds: UInt64(next(1_000))),
            till: next(4) == 0 ? nil : till(request)
        )
    }
}
