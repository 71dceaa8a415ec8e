import Ledger
import LedgerStore
import Replica

@testable import LedgerHTTP

extension FakeNode {
    /// A node that has one of each.
    static func documented() -> FakeNode {
        let node = FakeNode()
        var held = ReservationLine(sku: "tea", location: "s1", requested: 5)
        held.fulfilled = 2
        var moved = TransferLine(sku: "tea", requested: 9)
        moved.shipped = 7
        moved.received = 4
        moved.lost = 1
        node.with { [held, moved] state in
            state.books.reservation = Reservation(
                id: "r/1",
                owner: Owner(kind: .customer, reference: "anna"),
                state: .held,
                lines: [held],
                expireTime: LogTime(microseconds: 1_000_000),
                maxExpireTime: LogTime(microseconds: 2_000_001),
                orderReference: nil,
                version: 3
            )
            state.books.transfer = Transfer(
                id: "t1",
                from: "w1",
                to: "s1",
                lines: [moved],
                state: .inTransit,
                document: "note-7",
                version: 4
            )
            let sold = SaleLine(sku: "tea", location: "s1", sold: 3, returned: 1)
            state.books.sale = Sale(id: "till-1", lines: [sold], version: 2)
            state.books.offer = Offer(
                sku: "tea",
                location: "s1",
                price: Money(amount: 399, currency: "EUR"),
                attributes: [Attribute(name: "shelf", value: "B\"2")],
                version: 1
            )
        }
        return node
    }

    /// The same with everything else that answers can show.
    static func stocked() -> FakeNode {
        let node = documented()
        let color = Attribute(name: "color", value: "black")
        node.put("tea", attributes: [color], levels: [level("s1", onHand: 9)])
        node.with { state in
            state.locations = ["s1"]
            let item = state.items["tea"]?.item
            state.books.items[nil] = ItemPage(items: item.map { [$0] } ?? [], nextPageToken: "t")
            state.books.locations[nil] = BookList(
                rows: .locations([place("s1")]),
                nextPageToken: nil
            )
            state.books.locations[nil]?.seen = ["s1": LogTime(microseconds: 1_764_093_600_000_000)]
            state.books.stores = Self.stores
            let past = LevelView(sku: "tea", location: "s1", level: level("s1", onHand: 3).level)
            state.books.levels = .success([past])
            state.books.history[nil] = HistoryPage(
                entries: journal(state.books),
                nextPageToken: nil
            )
        }
        return node
    }

    /// What to ask it for, by route, where the example of the description won't do.
    static let targets: [Route: [String]] = [
        .availability: [
            "/v1/availability?sku=tea&sku=none", "/v1/availability?sku=tea&location=s1",
        ],
        .item: ["/v1/items/tea"],
        .itemLocations: ["/v1/items/tea/locations"],
        .location: ["/v1/locations/s1"],
        .stock: ["/v1/stock/s1/tea", "/v1/stock/s1/tea?as_of=9"],
        .offer: ["/v1/offers/s1/tea"],
        .reservation: ["/v1/reservations/r%2F1"],
        .transfer: ["/v1/transfers/t1"],
        .sale: ["/v1/sales/till-1"],
        .store: ["/v1/stores/s1", "/v1/stores/s2"],
        .conflicts: ["/v1/conflicts", "/v1/conflicts?location=s1"],
    ]

    /// A row of each kind of document, one of a batch, and one of stock.
    private static func journal(_ books: FakeBooks) -> [HistoryEntry] {
        let movement = NamedMovement(
            sku: "tea",
            location: "s1",
            movement: Movement(
                key: LevelKey(rawValue: 1),
                onHand: 4,
                after: level("s1", onHand: 9).level
            )
        )
        let outcomes: [(JournalRow.Kind, Outcome)] = [
            (.receive, .levels([])),
            (.reserve, books.reservation.map { .reservation($0) } ?? .levels([])),
            (.returnGoods, books.sale.map { .sale($0) } ?? .levels([])),
            (.shipTransfer, books.transfer.map { .transfer($0) } ?? .levels([])),
            (.setOffer, books.offer.map { .offer($0) } ?? .levels([])),
        ]
        var rows = outcomes.enumerated().map { index, made in
            row(index, made.0, .request("q", digest: 0, actor: "anna", outcome: made.1))
        }
        rows.append(row(5, .sell, .part(of: "q", index: 2, actor: "anna", outcome: .levels([]))))
        let cure = JournalRow.Cause.cure(HoldTests.held(), Self.trace.mark)
        rows.append(row(6, .release, cure))
        rows.append(row(7, .sell, .fact(Self.trace, actor: "till", outcome: .levels([]))))
        return rows.map { HistoryEntry(row: $0, movements: [movement]) }
    }

    private static func row(
        _ index: Int,
        _ kind: JournalRow.Kind,
        _ cause: JournalRow.Cause
    ) -> JournalRow {
        JournalRow(
            sequence: UInt64(index + 1),
            position: Position(UInt64(index + 9)),
            logTime: LogTime(microseconds: 1_764_093_600_000_000),
            kind: kind,
            cause: cause,
            movements: [],
            document: "note-7"
        )
    }
}
