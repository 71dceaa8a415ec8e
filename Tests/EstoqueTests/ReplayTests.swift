import Ledger
import LedgerClient
import Testing

@testable import estoque

@Suite struct `Replaying Online Retail` {
    private static let header =
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

    private func invoices(
        _ lines: [String]
    ) throws -> (
        found: [RetailInvoice], linesRead: Int, refused: [String: Int]
    ) {
        let text =
            Self.header
            + lines.map { line in
                let parts = line.split(separator: " ", omittingEmptySubsequences: false)
                return
                    "\(parts[0]),\(parts[1]),Thing,\(parts[2]),2010-12-01 08:26:00,1.5,,\(parts[3])\n"
            }.joined()
        var invoices = RetailInvoices(ChunkedSource(text, sizes: [7, 100]))
        var found: [RetailInvoice] = []
        while let invoice = try invoices.next() { found.append(invoice) }
        return (found, invoices.linesRead, invoices.refused)
    }

    private func text(_ quantities: RetailQuantities) -> [String] {
        quantities.lines.map { "\($0.sku)=\($0.quantity)" }
    }

    @Test func `lines of one invoice go together, each item once`() throws {
        let (found, read, refused) = try invoices([
            "1 A 2 EIRE", "1 B 1 EIRE", "1 A 3 EIRE", "2 A -4 EIRE", "C3 B -1 EIRE", "C3 B -1 EIRE",
            "1 A 1 EIRE", "4 A 0 EIRE", "4 A 1 France",
        ])
        #expect(read == 9)
        #expect(refused == ["INVALID_QUANTITY": 1])
        #expect(found.map(\.number.text) == ["1", "2", "C3", "1", "4"])
        #expect(found.map(\.lineCount) == [3, 1, 2, 1, 1])
        #expect(text(found[0].ordered) == ["A=5", "B=1"])
        #expect(text(found[1].corrected) == ["A=4"])
        #expect(text(found[2].returned) == ["B=2"])
        #expect(found[4].location.text == "france")
    }

    @Test func `what is received covers orders and losses in whole boxes`() throws {
        let (found, _, _) = try invoices([
            "1 A 99 EIRE", "2 A -2 EIRE", "C3 A -50 EIRE", "4 A 100 France", "5 B 1 France",
        ])
        var cover = RetailCover()
        for invoice in found { cover.add(invoice) }
        let lines = cover.receipts.flatMap(\.lines)
        #expect(
            lines.map { "\($0.location) \($0.sku) \($0.quantity)" }
                == ["eire A 200", "france A 100", "france B 100"]
        )
    }

    @Test func `an invoice is one order, or as many as its lines need, each with a name`() throws {
        let many = (0..<LedgerLimits.linesMax + 1).map { "1 SKU-\($0) 1 EIRE" }
        let (found, _, _) = try invoices(many + ["2 A 1 EIRE", "1 A 1 EIRE"])
        var names = RetailNames()
        var sold = RetailSales()
        let orders = found.flatMap { ReplayPlan($0, &names, &sold).orders }
        #expect(orders.map(\.id.text) == ["1", "1.2", "2", "1.3"])
        #expect(orders.map(\.lines.count) == [LedgerLimits.linesMax, 1, 1, 1])
        for order in orders {
            let reserve = Reserve(
                reservation: order.id,
                owner: Owner(kind: .order, reference: order.number),
                lines: order.lines,
                ttl: Milliseconds(1_000)
            )
            let request = Request(
                id: .mint(),
                actor: Ledger.Actor(unchecked: "test"),
                command: .reserve(reserve)
            )
            #expect(request.validate().isEmpty)
        }
    }

    @Test func `what comes back is of the customer's latest orders, and the rest a correction`() {
        var sold = RetailSales()
        let (store, tea) = (LocationID(unchecked: "s"), SKU(unchecked: "tea"))
        func line(_ quantity: Quantity) -> StockLine {
            StockLine(sku: tea, location: store, quantity: quantity)
        }
        sold.add([line(5)], of: ReservationID(unchecked: "1"), to: "ada")
        sold.add([line(3)], of: ReservationID(unchecked: "2"), to: "ada")
        sold.add([line(9)], of: ReservationID(unchecked: "3"), to: "bob")
        func takeBack(_ quantity: Quantity, _ customer: String) -> [String] {
            let (parts, rest) = sold.takeBack(line(quantity), from: customer)
            return parts.map { "\($0.order)=\($0.quantity)" } + ["rest \(rest)"]
        }
        #expect(takeBack(4, "ada") == ["2=3", "1=1", "rest 0"])
        #expect(takeBack(9, "ada") == ["1=4", "rest 5"])
        #expect(takeBack(1, "") == ["rest 1"])
    }
}
