import Ledger

/// What can be written at a store.
enum TillWrite: Equatable {
    case sale
    case receipt
    case goodsBack
    case count
    case damage
    case writeOff
    case adjustment
    case pickUp(ReservationID)
    case ship(TransferID)
    case arrive(TransferID)
    case price

    /// The members that its body may have.
    var members: Set<String> {
        switch self {
        case .sale: ["lines", "document", "sale"]
        case .receipt, .count: ["lines", "document"]
        case .goodsBack: ["sale", "reservation", "lines", "disposition", "reason", "document"]
        case .damage, .writeOff, .adjustment: ["lines", "reason", "document"]
        case .pickUp: ["lines"]
        case .ship, .arrive: ["lines", "document"]
        case .price: ["sku", "price"]
        }
    }
}

/// What a path means at a store.
enum TillRoute: Equatable {
    case write(TillWrite)
    case items
    case item(SKU)
    case pickUps
    case transfers
    case status
    case changes
    case metrics
    case live
    /// A page or a file of it, by its name.
    case file(String)
    case other

    /// Reads a path; a name that can't be one leads nowhere.
    init(_ path: ArraySlice<UInt8>) {
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .dropFirst().map { PercentEncoding.decode($0) ?? "" }
        self = Self.match(parts)
    }

    private static func match(_ parts: [String]) -> TillRoute {
        switch parts.count {
        case 1:
            switch parts[0] {
            case "": .file("till.html")
            case "livez": .live
            case "metrics": .metrics
            default: .other
            }
        case 2 where parts[0] == "assets": .file(parts[1])
        case 2 where parts[0] == "v1": collection(parts[1])
        case 3 where parts[0] == "v1" && parts[1] == "items":
            SKU(parts[2]).map(TillRoute.item) ?? .other
        case 4 where parts[0] == "v1": action(parts[1], parts[2], parts[3])
        default: .other
        }
    }

    private static func collection(_ name: String) -> TillRoute {
        switch name {
        case "sales": .write(.sale)
        case "receipts": .write(.receipt)
        case "returns": .write(.goodsBack)
        case "counts": .write(.count)
        case "damage": .write(.damage)
        case "write-offs": .write(.writeOff)
        case "adjustments": .write(.adjustment)
        case "prices": .write(.price)
        case "items": .items
        case "pickups": .pickUps
        case "transfers": .transfers
        case "status": .status
        case "changes": .changes
        default: .other
        }
    }

    private static func action(_ collection: String, _ id: String, _ verb: String) -> TillRoute {
        switch (collection, verb) {
        case ("pickups", "fulfill"):
            ReservationID(id).map { .write(.pickUp($0)) } ?? .other
        case ("transfers", "ship"): TransferID(id).map { .write(.ship($0)) } ?? .other
        case ("transfers", "arrive"): TransferID(id).map { .write(.arrive($0)) } ?? .other
        default: .other
        }
    }

    /// The methods that it knows.
    var allow: String {
        if case .write = self { "POST" } else { "GET, HEAD" }
    }
}
