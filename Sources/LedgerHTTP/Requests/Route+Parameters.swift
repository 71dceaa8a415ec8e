/// What may be asked of each resource; the description of the API lists the same.
extension Route {
    /// The names that its query may have.
    var parameters: [String] {
        switch self {
        case .availability: Self.availabilityParameters
        case .availabilityBatch: Self.batchParameters
        case .item, .location, .offer, .reservation, .transfer, .sale, .store:
            Self.levelParameters
        case .itemLocations, .locations, .stores: Self.pageParameters
        case .conflicts: ["location"] + Self.pageParameters
        case .items: Self.searchParameters
        case .stock: Self.stockParameters
        case .movements: Self.movementsParameters
        case .changes: Self.feedParameters
        case .changesPoll: Self.feedParameters + ["wait"]
        default: []
        }
    }

    /// The subjects of movements, of which one is asked for, or an item and a location together.
    static let subjects = ["reservation", "document", "request", "sale", "transfer"]

    private static let levelParameters = ["consistency", "max_staleness", "min_position"]
    private static let availabilityParameters = ["sku", "location"] + levelParameters
    private static let batchParameters = ["location"] + levelParameters
    private static let pageParameters = ["page_size", "page_token"] + levelParameters
    private static let searchParameters = ["q", "sku_prefix"] + pageParameters
    private static let stockParameters = ["as_of"] + levelParameters
    private static let feedParameters = ["sku", "location", "mode", "after"]
    private static let movementsParameters =
        ["sku", "location"] + subjects + ["from", "until", "order"] + pageParameters
}
