import Ledger
import LedgerAPI

/// Commands, answers and refusals about agents of stores.
extension Samples {
    static let instance = Reference(unchecked: "db-5f0d4a39")
    static let link = FactHash(words: (1, 2, 3, .max))
    static let mark = FactMark(location: store, epoch: 3, sequence: 1_234)
    static let storeItems = [
        ItemLine(sku: sku, quantity: 5), ItemLine(sku: SKU(unchecked: "MUG"), quantity: 1),
    ]
    static let conflictKey = StoreRecordKey.factConflict(LocationKey(7), 3, 1_234, line: 2)

    static let unread = UnreadFact(kind: 99, version: 7, payload: [0, 255, 1])

    /// Those that a message says in full.
    static let storeCommands: [Command] = [
        .registerStore(RegisterStore(location: store, instance: instance)),
        .registerStore(
            RegisterStore(
                location: store,
                instance: instance,
                takeover: true,
                settings: StoreSettings(onlineShare: 100, releasesHolds: false)
            )
        ),
        .registerStore(
            RegisterStore(location: store, instance: instance, settings: StoreSettings())
        ),
        .grantAllotment(GrantAllotment(location: store, epoch: 3, lines: storeItems)),
        .recallAllotment(RecallAllotment(location: store, lines: storeItems)),
        .revokeAllotment(
            RevokeAllotment(
                location: store,
                epoch: 3,
                skus: storeItems.map(\.sku),
                reason: document
            )
        ),
        .revokeAllotment(RevokeAllotment(location: store, epoch: 1, skus: [], reason: nil)),
        .resolveConflict(
            ResolveConflict(conflict: conflictKey, decision: .apply, reason: document)
        ),
        .resolveConflict(
            ResolveConflict(conflict: .fork(LocationKey(1)), decision: .dismiss, reason: nil)
        ),
    ]

    /// One of every kind, with every field away from its default.
    static let facts: [Fact] = [
        Fact(
            command: .receive(Receive(lines: lines, document: document)),
            rightsEpoch: 3,
            rights: [-3, -1_000_000_000]
        ),
        Fact(command: .adjust(Adjust(lines: lines, reason: document, document: document))),
        Fact(
            command: .sell(Sell(lines: lines, document: document, sale: saleID)),
            rightsEpoch: .max,
            rights: [3, 0],
            prices: [Money(amount: 0, currency: "EUR"), Money(amount: 1_999, currency: "GBP")]
        ),
        Fact(command: .fulfill(Fulfill(reservation: reservation, lines: lines))),
        Fact(
            command: .markUnavailable(
                MarkUnavailable(lines: lines, reason: document, document: document)
            )
        ),
        Fact(command: .writeOff(WriteOff(lines: lines, reason: document, document: document))),
        Fact(
            command: .returnGoods(
                ReturnGoods(
                    origin: .reservation(reservation),
                    lines: [
                        ReturnLine(
                            sku: sku,
                            soldAt: LocationID(unchecked: "store-8"),
                            quantity: 1,
                            location: store
                        )
                    ],
                    disposition: .damaged,
                    reason: document,
                    document: document
                )
            ),
            rightsEpoch: 1,
            rights: [-1]
        ),
        Fact(
            command: .count(
                Count(
                    lines: [CountLine(sku: sku, location: store, counted: 0, book: -4)],
                    document: document
                )
            )
        ),
        Fact(
            command: .shipTransfer(
                ShipTransfer(transfer: transferID, lines: storeItems, document: document)
            ),
            rightsEpoch: 2,
            rights: [5, 1]
        ),
        Fact(
            command: .receiveTransfer(
                ReceiveTransfer(
                    transfer: transferID,
                    lines: [ArrivalLine(sku: sku, ok: 1, rejected: 2, lost: 3)],
                    document: document
                )
            )
        ),
        Fact(
            command: .returnAllotment(ReturnAllotment(lines: lines)),
            rightsEpoch: 3,
            rights: [3, 1_000_000_000]
        ),
    ]

    static let agents: [StoreAgent] = [StoreAgent.State.active, .frozen].map { state in
        var agent = StoreAgent(
            location: store,
            epoch: 3,
            instance: instance,
            settings: StoreSettings(onlineShare: 20, releasesHolds: false),
            lastSeen: LogTime(microseconds: 1_700_000_000_000_000)
        )
        agent.state = state
        agent.lastSequence = 1_234
        agent.lastHash = link
        agent.knownThrough = LogTime(microseconds: 1_600_000_000_000_000)
        agent.allottedUnits = 12
        agent.factCount = 13
        agent.conflictCount = 14
        agent.quarantineCount = 15
        agent.version = 16
        return agent
    }

    static let allotments: [AllotmentView] = storeItems.map { item in
        var allotment = Allotment(epoch: 3)
        allotment.granted = item.quantity
        allotment.used = -2
        allotment.recalled = 1
        allotment.frozen = 9
        return AllotmentView(sku: item.sku, allotment: allotment)
    }

    static let fates: [FactFate] = (0..<8).map { FactFate(rawValue: 1 << $0) } + [[], .all]

    static let receipt = FactsReceipt(
        location: store,
        epoch: 3,
        lastSequence: 1_234,
        lastHash: link,
        fates: fates
    )

    static let storeOutcomes: [Outcome] =
        agents.map { .store($0) } + [
            .facts(receipt), .allotments(epoch: 3, allotments), .allotments(epoch: 1, []), .done,
        ]

    static let conflicts: [Conflict] = Conflict.Kind.allCases.map { kind in
        var conflict = Conflict(
            kind: kind,
            location: store,
            sku: kind == .fork ? nil : sku,
            openedAt: Position(8),
            openedTime: LogTime(microseconds: 9),
            cause: kind == .edit ? nil : mark,
            quantity: -3
        )
        if kind == .oversold { conflict.promises = [reservation] }
        if kind == .unmatched { conflict.mismatch = .maxTTLReached }
        if kind == .edit { conflict.wanted = Money(amount: 5, currency: "EUR") }
        return conflict
    }
}

extension RefusalCase {
    static let stores: [RefusalCase] = [
        .init(
            refusal: .storeNotRegistered(Samples.store),
            code: 5,
            reason: "STORE_NOT_REGISTERED",
            metadata: ["location_id": "store-7"]
        ),
        .init(
            refusal: .storeTaken(Samples.store, instance: Samples.instance, epoch: 2),
            code: 9,
            reason: "STORE_TAKEN",
            metadata: ["location_id": "store-7", "instance": "db-5f0d4a39", "epoch": "2"]
        ),
        .init(
            refusal: .storeFrozen(Samples.store),
            code: 9,
            reason: "STORE_FROZEN",
            metadata: ["location_id": "store-7"]
        ),
        .init(
            refusal: .epochFenced(Samples.store, current: 4),
            code: 9,
            reason: "EPOCH_FENCED",
            metadata: ["location_id": "store-7", "current_epoch": "4"]
        ),
        .init(
            refusal: .sequenceGap(Samples.store, expected: .max),
            code: 11,
            reason: "SEQUENCE_GAP",
            metadata: ["location_id": "store-7", "expected_sequence": "18446744073709551615"]
        ),
        .init(
            refusal: .forked(Samples.store, sequence: 17),
            code: 9,
            reason: "FORKED",
            metadata: ["location_id": "store-7", "sequence": "17"]
        ),
        .init(
            refusal: .staleEpoch(Samples.store, current: 4),
            code: 9,
            reason: "STALE_EPOCH",
            metadata: ["location_id": "store-7", "current_epoch": "4"]
        ),
        .init(
            refusal: .conflictNotFound(Samples.conflictKey),
            code: 5,
            reason: "CONFLICT_NOT_FOUND",
            metadata: ["conflict_id": "7-700000003-4d2-2"]
        ),
        .init(
            refusal: .conflictStands(Samples.conflictKey),
            code: 9,
            reason: "CONFLICT_STANDS",
            metadata: ["conflict_id": "7-700000003-4d2-2"]
        ),
        .init(
            refusal: .factNotFound(Samples.mark),
            code: 5,
            reason: "FACT_NOT_FOUND",
            metadata: ["location_id": "store-7", "epoch": "3", "sequence": "1234"]
        ),
    ]
}
