import Ledger
import TestSupport
import Testing

@testable import LedgerStore

/// Items are found by words of their titles and by their SKUs.
struct SearchTests {
    private struct Shop {
        var state: SQLiteLedgerState
        let writer: GenerationWriter
        let file: StoreFile
        var position: UInt64 = 0

        init(_ directory: TemporaryDirectory) throws {
            file = directory.store()
            state = try file.openState()
            writer = try file.openWriter()
        }

        mutating func put(_ sku: String, _ title: String, archived: Bool = false) throws {
            position += 1
            let command = UpsertItem(
                sku: SKU(unchecked: sku),
                title: title,
                attributes: [Attribute(name: "a", value: title)],
                state: archived ? .archived : .active
            )
            let request = Request(
                id: RequestID(unchecked: "r\(position)"),
                actor: Actor(unchecked: "a"),
                command: .upsertItem(command)
            )
            var changes = LedgerChanges()
            let applied = try LedgerRules.apply(
                .request(request, stamp: LogTime(microseconds: position)),
                at: Position(position),
                to: &state,
                changes: &changes
            )
            guard case .version = applied.answer?.outcome else {
                Issue.record("\(applied)")
                return
            }
        }

        mutating func commit() throws {
            let generation = state.seal(term: 1, membership: [])
            try writer.write([generation])
            state.committed(through: generation.number)
        }

        /// The SKUs of all pages.
        func find(_ query: ItemSearch) throws -> [String] {
            let reader = try file.openReader()
            var query = query
            var found: [String] = []
            repeat {
                let page = try reader.search(query).page
                #expect(page.items.count <= query.pageSize)
                for item in page.items { #expect(item.attributes.first?.value == item.title) }
                found += page.items.map(\.sku.text)
                query.pageToken = page.nextPageToken
            } while query.pageToken != nil
            return found
        }
    }

    private func shop(_ directory: TemporaryDirectory) throws -> Shop {
        var shop = try Shop(directory)
        try shop.put("tea-2", "Green Tea, 100 g")
        try shop.put("tea-1", "Black tea")
        try shop.put("cup", "Cup for green teas")
        try shop.put("old", "Green tea of last year", archived: true)
        try shop.put("uml", "Grüner Tee \"extra\" – fein")
        try shop.put("~", "tilde")
        try shop.commit()
        return shop
    }

    @Test(arguments: [
        ("tea", ["tea-2", "tea-1", "cup"]), ("green", ["tea-2", "cup"]),
        ("GREEN te", ["tea-2", "cup"]), ("te green", []), ("gruner", ["uml"]),
        ("fein - extra", ["uml"]), ("\"extra\"", ["uml"]), ("tea NOT black", []),
        ("tea*", ["tea-2", "tea-1", "cup"]), ("title:tea", []),
        ("-", ["tea-2", "tea-1", "cup", "uml", "~"]),
        ("nothing", []), ("100 g", ["tea-2"]),
    ])
    func `words are found in titles, the last one by its beginning`(
        text: String,
        expected: [String]
    ) throws {
        let directory = try TemporaryDirectory()
        let shop = try shop(directory)
        for pageSize in [1, 2, 100] {
            #expect(try shop.find(ItemSearch(text: text, pageSize: pageSize)) == expected)
        }
    }

    @Test func `SKUs are found by their beginning, in their order`() throws {
        let directory = try TemporaryDirectory()
        let shop = try shop(directory)
        for pageSize in [1, 2, 100] {
            func find(
                _ prefix: String,
                archived: Bool = false,
                text: String? = nil
            ) throws -> [String] {
                try shop.find(
                    ItemSearch(
                        text: text,
                        skuPrefix: prefix,
                        includesArchived: archived,
                        pageSize: pageSize
                    )
                )
            }
            #expect(try find("tea") == ["tea-1", "tea-2"])
            #expect(try find("tea", text: "tea") == ["tea-2", "tea-1"])
            #expect(try find("tea-1") == ["tea-1"])
            #expect(try find("~") == ["~"])
            #expect(try find("old") == [])
            #expect(try find("old", archived: true) == ["old"])
            #expect(try find("", archived: true) == ["tea-2", "tea-1", "cup", "old", "uml", "~"])
        }
    }

    @Test func `what is found follows what is committed`() throws {
        let directory = try TemporaryDirectory()
        var shop = try shop(directory)
        try shop.put("tea-1", "Black coffee")
        #expect(try shop.find(ItemSearch(text: "coffee")) == [])
        try shop.commit()
        #expect(try shop.find(ItemSearch(text: "coffee")) == ["tea-1"])
        #expect(try shop.find(ItemSearch(text: "tea")) == ["tea-2", "cup"])
        try shop.put("tea-1", "Black coffee", archived: true)
        try shop.put("old", "Green tea again")
        try shop.commit()
        #expect(try shop.find(ItemSearch(text: "coffee")) == [])
        #expect(try shop.find(ItemSearch(text: "coffee", includesArchived: true)) == ["tea-1"])
        #expect(try shop.find(ItemSearch(text: "tea")) == ["tea-2", "cup", "old"])
    }

    @Test(arguments: [
        ItemSearch(text: "a", pageSize: 0), ItemSearch(text: "a", pageSize: 1_001),
        ItemSearch(text: String(repeating: "a", count: 257)), ItemSearch(text: "a\u{0}b"),
        ItemSearch(text: String(repeating: "a ", count: 17)), ItemSearch(skuPrefix: "a b"),
        ItemSearch(skuPrefix: "ü"), ItemSearch(text: "a", pageToken: "x"),
        ItemSearch(skuPrefix: "a", pageToken: "AAAA"),
    ])
    func `a question that can't be answered is refused`(query: ItemSearch) throws {
        let directory = try TemporaryDirectory()
        let file = directory.store()
        try file.prepare()
        #expect {
            _ = try file.openReader().search(query)
        } throws: { error in
            if case QuestionError.malformed = error { true } else { false }
        }
    }
}
