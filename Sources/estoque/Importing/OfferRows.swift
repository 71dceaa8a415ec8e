import Ledger

/// Offers: `sku,location[,price,currency][,attribute:NAME…]`; what a file has no column for stays.
struct OfferRows: RowMapping {
    static let kind = "offers"
    static let columns = [
        CSVColumn(name: "sku"), CSVColumn(name: "location"),
        CSVColumn(name: "price", isRequired: false),
        CSVColumn(name: "currency", isRequired: false),
    ]
    static let prefix: String? = "attribute:"

    let columnCount: Int
    private let sku: Int
    private let location: Int
    private let price: Int?
    private let currency: Int?
    private let attributes: [(index: Int, name: String)]

    init(_ header: CSVHeader) throws(ImportFileError) {
        columnCount = header.count
        sku = header.required("sku")
        location = header.required("location")
        price = header.index(of: "price")
        currency = header.index(of: "currency")
        let prefix = Self.prefix ?? ""
        attributes = header.names.enumerated().compactMap { index, name in
            name.hasPrefix(prefix) ? (index, String(name.dropFirst(prefix.count))) : nil
        }
        guard (price == nil) == (currency == nil) else {
            throw ImportFileError("the columns price and currency come together")
        }
        guard price != nil || !attributes.isEmpty else {
            throw ImportFileError("there is nothing to change: no column price or attribute:NAME")
        }
    }

    func command(of record: CSVRecord) throws(Rejection) -> Command {
        var fields: SetOffer.Fields = []
        if price != nil { fields.insert(.price) }
        if !attributes.isEmpty { fields.insert(.attributes) }
        var named: [Attribute] = []
        for (index, name) in attributes {
            let value = record[index]
            if !value.isEmpty { named.append(Attribute(name: name, value: value)) }
        }
        return .setOffer(
            SetOffer(
                sku: try FieldText.sku(record.trimmed(sku)),
                location: try FieldText.location(record.trimmed(location)),
                price: try FieldText.price(
                    price.map(record.trimmed) ?? "",
                    currency.map(record.trimmed) ?? ""
                ).map { Money(amount: $0.amount, currency: $0.currency) },
                attributes: named.sorted { $0.name < $1.name },
                fields: fields
            )
        )
    }
}

/// Holds: `reservation,owner,sku,location,quantity[,ttl]`, a reservation for each line.
struct ReservationRows: RowMapping {
    static let kind = "reservations"
    static let columns = [
        CSVColumn(name: "reservation"), CSVColumn(name: "owner"), CSVColumn(name: "sku"),
        CSVColumn(name: "location"), CSVColumn(name: "quantity"),
        CSVColumn(name: "ttl", isRequired: false),
    ]
    private static let ttlDefault = LedgerLimits.ttlMax

    let columnCount: Int
    private let reservation: Int
    private let owner: Int
    private let sku: Int
    private let location: Int
    private let quantity: Int
    private let ttl: Int?

    init(_ header: CSVHeader) {
        columnCount = header.count
        reservation = header.required("reservation")
        owner = header.required("owner")
        sku = header.required("sku")
        location = header.required("location")
        quantity = header.required("quantity")
        ttl = header.index(of: "ttl")
    }

    func command(of record: CSVRecord) throws(Rejection) -> Command {
        let ttlText = ttl.map(record.trimmed) ?? ""
        guard let ttl = ttlText.isEmpty ? Self.ttlDefault : try? Arguments.ttl(ttlText) else {
            throw Rejection(
                .invalidNumber,
                "ttl '\(FieldText.shortened(ttlText))' must be 1ms to 1d, such as 30m"
            )
        }
        let ownerText = record.trimmed(owner)
        guard let owner = try? Arguments.owner(ownerText) else {
            throw Rejection(
                .invalidWord,
                "owner '\(FieldText.shortened(ownerText))' must be customer:REF, store:REF or "
                    + "order:REF"
            )
        }
        let line = StockLine(
            sku: try FieldText.sku(record.trimmed(sku)),
            location: try FieldText.location(record.trimmed(location)),
            quantity: try FieldText.quantity(record.trimmed(quantity), isSigned: false)
        )
        return .reserve(
            Reserve(
                reservation: try FieldText.identifier(
                    record.trimmed(reservation),
                    "reservation",
                    else: .invalidDocument
                ),
                owner: owner,
                lines: [line],
                ttl: ttl
            )
        )
    }
}
