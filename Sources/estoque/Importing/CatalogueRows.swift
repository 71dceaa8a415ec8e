import Ledger

/// Items: `sku,title[,price,currency][,state][,attribute:NAME…]`.
struct ItemRows: RowMapping {
    static let kind = "items"
    static let columns = [
        CSVColumn(name: "sku"), CSVColumn(name: "title"),
        CSVColumn(name: "price", isRequired: false),
        CSVColumn(name: "currency", isRequired: false),
        CSVColumn(name: "state", isRequired: false),
    ]
    static let prefix: String? = "attribute:"

    /// The words for where an item stands in its life.
    private enum State: String, CaseIterable {
        case active
        case archived
    }

    let columnCount: Int
    private let sku: Int
    private let title: Int
    private let price: Int?
    private let currency: Int?
    private let state: Int?
    private let attributes: [(index: Int, name: String)]

    init(_ header: CSVHeader) {
        columnCount = header.count
        sku = header.required("sku")
        title = header.required("title")
        price = header.index(of: "price")
        currency = header.index(of: "currency")
        state = header.index(of: "state")
        let prefix = Self.prefix ?? ""
        attributes = header.names.enumerated().compactMap { index, name in
            name.hasPrefix(prefix) ? (index, String(name.dropFirst(prefix.count))) : nil
        }
    }

    func command(of record: CSVRecord) throws(Rejection) -> Command {
        let state: State? = try FieldText.word(self.state.map(record.trimmed) ?? "", "state")
        let price =
            try FieldText.price(
                self.price.map(record.trimmed) ?? "",
                currency.map(record.trimmed) ?? ""
            ) ?? Price(amount: 0, currency: "")
        var named: [Attribute] = []
        for (index, name) in attributes {
            let value = record[index]
            if !value.isEmpty { named.append(Attribute(name: name, value: value)) }
        }
        return .upsertItem(
            UpsertItem(
                sku: try FieldText.sku(record.trimmed(sku)),
                title: record.trimmed(title),
                attributes: named,
                price: price.amount,
                currency: price.currency,
                state: state == .archived ? .archived : .active
            )
        )
    }
}

/// Locations: `id,name[,kind,priority,sells_online,state]`.
struct LocationRows: RowMapping {
    static let kind = "locations"
    static let columns = [
        CSVColumn(name: "id"), CSVColumn(name: "name"),
        CSVColumn(name: "kind", isRequired: false),
        CSVColumn(name: "priority", isRequired: false),
        CSVColumn(name: "sells_online", isRequired: false),
        CSVColumn(name: "state", isRequired: false),
    ]

    /// The words for whether.
    private enum Answer: String, CaseIterable {
        case yes
        case no
    }

    let columnCount: Int
    private let id: Int
    private let name: Int
    private let kind: Int?
    private let priority: Int?
    private let sellsOnline: Int?
    private let state: Int?

    init(_ header: CSVHeader) {
        columnCount = header.count
        id = header.required("id")
        name = header.required("name")
        kind = header.index(of: "kind")
        priority = header.index(of: "priority")
        sellsOnline = header.index(of: "sells_online")
        state = header.index(of: "state")
    }

    func command(of record: CSVRecord) throws(Rejection) -> Command {
        func text(_ index: Int?) -> String { index.map(record.trimmed) ?? "" }
        let kind: LocationWords.Kind? = try FieldText.word(text(kind), "kind")
        let state: LocationWords.State? = try FieldText.word(text(state), "state")
        let online: Answer? = try FieldText.word(text(sellsOnline), "sells_online")
        let priorityText = text(priority)
        guard let priority = priorityText.isEmpty ? 100 : Int32(priorityText) else {
            throw Rejection(
                .invalidNumber,
                "priority '\(FieldText.shortened(priorityText))' must be a whole number"
            )
        }
        return .upsertLocation(
            UpsertLocation(
                id: try FieldText.location(record.trimmed(id)),
                name: record.trimmed(name),
                kind: (kind ?? .store).value,
                priority: priority,
                sellsOnline: online != .no,
                state: (state ?? .active).value
            )
        )
    }
}
