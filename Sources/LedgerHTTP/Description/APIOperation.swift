/// One resource as its users know it: what `/openapi.json` and `/docs` tell of a ``Route``.
struct APIOperation: Sendable {
    enum Group: String, CaseIterable, Sendable {
        case channel = "Digital channel"
        case carts = "Carts"
        case staff = "Staff"
        case operations = "Operations"
        case pages = "Pages"

        var description: String {
            switch self {
            case .channel: "What customers see, from any node, with its age stated."
            case .carts: "Holds of customers, written to the log through any node."
            case .staff: "Exact numbers, documents and the past."
            case .operations: "The node's health, its cluster and this description."
            case .pages: "What people look at; everything that it shows is read from here."
            }
        }
    }

    /// What a success carries.
    enum Content: Sendable {
        /// JSON by the schema of that name.
        case json(String)
        /// Text or JSON, as `Accept` asks.
        case textOrJSON(String)
        case other(String)
    }

    var route: Route
    var path: String
    var method = "get"
    var group: Group
    /// The operation's name for generated clients.
    var id: String
    var summary: String
    var description: String
    /// A target that shows what it is for.
    var example: String
    /// The status of a success.
    var status = 200
    var content: Content
    /// The schema of the body, for what takes one.
    var body: String?
    /// Why it may be refused, beside what may happen to any request.
    var problems: [ProblemReason] = []
    /// It knows `consistency`, and says how old its answer is.
    var isRead: Bool { route.isRead }

    /// The names in braces in the path, in order.
    var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }
            .map { String($0.dropFirst().dropLast()) }
    }

    /// What the example has for a parameter, nil when it has nothing.
    func example(of name: String, in place: String) -> JSONValue? {
        let parts = example.split(separator: "?")
        guard place == "query" else {
            let names = path.split(separator: "/")
            let values = parts[0].split(separator: "/")
            guard let index = names.firstIndex(of: "{\(name)}") else { return nil }
            return .text(String(values[index]))
        }
        guard parts.count > 1 else { return nil }
        let values = QueryParameters(Array(parts[1].utf8)[...])
            .filter { $0.name == name }.compactMap(\.value)
        if name == "sku", route == .availability { return .list(values.map { .text($0) }) }
        return values.first.map { text in Int(text).map { .number($0) } ?? .text(text) }
    }
}
