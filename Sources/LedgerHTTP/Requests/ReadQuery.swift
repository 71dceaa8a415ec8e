import Ledger
import NIOCore
import Replica

/// The parameters of a read's query string, checked one by one.
///
/// Strict: an unknown name, a second value where one is meant, or a parameter that would have no
/// effect is refused by name, so that a misspelt `max_stalness` never reads as "any age will do".
struct ReadQuery {
    private(set) var skus: [SKU] = []
    private(set) var location: LocationID?
    /// The values of those parameters that one resource alone knows, by name.
    private(set) var others: [String: String] = [:]
    private var level: String?
    private var maxStaleness: TimeAmount?
    private var minPosition: Position?

    private static let ageMax = TimeAmount.hours(24)

    /// Reads the encoded query string of a target, whose route says what may be in it.
    init(_ target: RequestTarget, _ limits: HTTPLimits) throws(Problem) {
        let names = target.route.parameters
        for pair in QueryParameters(target.query) {
            guard let name = pair.name else {
                throw .invalidQuery("a parameter's name is not percent-encoded UTF-8")
            }
            guard names.contains(name) else {
                throw .invalid(name, "is not a parameter of this resource")
            }
            guard let value = pair.value else {
                throw .invalid(name, "is not percent-encoded UTF-8")
            }
            switch name {
            case "sku":
                try add(sku: value, max: target.route == .availability ? limits.skusMax : 1)
            case "location":
                try Self.once(location == nil, name)
                location = try Self.identifier(value, name)
            case "consistency":
                try Self.once(level == nil, name)
                level = value
            case "max_staleness":
                try Self.once(maxStaleness == nil, name)
                maxStaleness = try Self.age(value, name)
            case "min_position":
                try Self.once(minPosition == nil, name)
                minPosition = try Self.position(value, name)
            default:
                try Self.once(others[name] == nil, name)
                others[name] = value
            }
        }
    }

    /// How many entries a page may have.
    func pageSize(_ limits: HTTPLimits) throws(Problem) -> Int {
        guard let text = others["page_size"] else { return limits.pageSizeDefault }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let size = Int(text),
            (1...limits.pageSizeMax).contains(size)
        else { throw .invalid("page_size", "must be 1 to \(limits.pageSizeMax)") }
        return size
    }

    /// The level asked for; `stale` when none is.
    func consistency() throws(Problem) -> Consistency {
        let level = level ?? "stale"
        if maxStaleness != nil, level != "bounded" {
            throw .invalid("max_staleness", "goes with consistency=bounded only")
        }
        if minPosition != nil, level != "session" {
            throw .invalid("min_position", "goes with consistency=session only")
        }
        switch level {
        case "stale": return .stale
        case "linearizable": return .linearizable
        case "bounded":
            guard let maxStaleness else {
                throw .invalid("max_staleness", "is needed with consistency=bounded")
            }
            return .bounded(maxStaleness: maxStaleness)
        case "session":
            guard let minPosition else {
                throw .invalid("min_position", "is needed with consistency=session")
            }
            return .session(minPosition: minPosition)
        default:
            throw .invalid("consistency", "must be stale, bounded, session or linearizable")
        }
    }

    private mutating func add(sku text: String, max: Int) throws(Problem) {
        guard skus.count < max else { throw .invalid("sku", "at most \(max) are allowed") }
        skus.append(try Self.identifier(text, "sku"))
    }

    private static func once(_ isFirst: Bool, _ name: String) throws(Problem) {
        if !isFirst { throw .invalid(name, "is given more than once") }
    }

    /// An identifier from a query or a path.
    static func identifier<ID: ClientIdentifier>(
        _ text: String,
        _ name: String
    ) throws(Problem) -> ID {
        guard let id = ID(text) else {
            throw .invalid(name, "must be 1 to 64 printable ASCII characters without spaces")
        }
        return id
    }

    static func age(_ text: String, _ name: String) throws(Problem) -> TimeAmount {
        let digits = text.prefix { ("0"..."9").contains($0) }
        let nanosecondsPerUnit: Int64? =
            switch text[digits.endIndex...] {
            case "", "ms": 1_000_000
            case "s": 1_000_000_000
            default: nil
            }
        guard let nanosecondsPerUnit, let count = Int64(digits),
            case (let nanoseconds, false) = count.multipliedReportingOverflow(
                by: nanosecondsPerUnit
            ),
            nanoseconds <= ageMax.nanoseconds
        else { throw .invalid(name, "must be 0 to 24 h in ms, or with a unit: 500ms, 2s") }
        return .nanoseconds(nanoseconds)
    }

    static func position(_ text: String, _ name: String) throws(Problem) -> Position {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt64(text) else {
            throw .invalid(name, "must be a position: a decimal number")
        }
        return Position(value)
    }
}
