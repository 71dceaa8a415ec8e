import Ledger
import NIOCore

/// A wish to follow the feed, understood.
struct FeedRequest: Sendable {
    enum Form: Equatable, Sendable {
        /// Events as they come, until the stream ends.
        case stream
        /// One answer, which waits for the first change.
        case poll(wait: TimeAmount)
    }

    var form: Form
    var filter: FeedFilter
    var mode: FeedMode
    /// Everything up to here is known to the client.
    var after: Position?

    /// Understands a query, or says what is wrong with it.
    ///
    /// A browser that comes back sends `Last-Event-ID`, which is newer than the `after` of its URL.
    init(
        isPoll: Bool,
        query: ArraySlice<UInt8>,
        lastEventID: String?,
        limits: FeedLimits
    ) throws(Problem) {
        var fields = Fields()
        for pair in QueryParameters(query) {
            guard let name = pair.name else {
                throw .invalidQuery("a parameter's name is not percent-encoded UTF-8")
            }
            guard let value = pair.value else {
                throw .invalid(name, "is not percent-encoded UTF-8")
            }
            try fields.take(name, value, isPoll: isPoll, limits)
        }
        let pairs = max(fields.skus.count, 1) * max(fields.locations.count, 1)
        guard pairs <= limits.keysMax else {
            let what = "at most \(limits.keysMax) pairs of SKU and location are allowed"
            throw .invalid("location", what)
        }
        form = isPoll ? .poll(wait: fields.wait ?? limits.pollWait) : .stream
        filter = FeedFilter(skus: fields.skus, places: fields.locations)
        mode = fields.mode ?? .latest
        after = fields.after
        if let lastEventID, !lastEventID.isEmpty {
            after = try ReadQuery.position(lastEventID, "Last-Event-ID")
        }
    }

    /// The parameters, as they come in.
    private struct Fields {
        var skus: [SKU] = []
        var locations: [LocationID] = []
        var mode: FeedMode?
        var after: Position?
        var wait: TimeAmount?
        private var seen = Set<String>()

        mutating func take(
            _ name: String,
            _ value: String,
            isPoll: Bool,
            _ limits: FeedLimits
        ) throws(Problem) {
            switch name {
            case "sku": try Self.add(value, to: &skus, name, &seen, limits)
            case "location": try Self.add(value, to: &locations, name, &seen, limits)
            case "mode":
                guard mode == nil else { throw .invalid(name, "is given more than once") }
                guard let known = FeedMode(rawValue: value) else {
                    throw .invalid(name, "must be latest or log")
                }
                mode = known
            case "after":
                guard after == nil else { throw .invalid(name, "is given more than once") }
                after = try ReadQuery.position(value, name)
            case "wait" where isPoll:
                guard wait == nil else { throw .invalid(name, "is given more than once") }
                let asked = try ReadQuery.age(value, name)
                guard asked <= limits.pollWaitMax else {
                    throw .invalid(
                        name,
                        "must be \(limits.pollWaitMax.nanoseconds / 1_000_000_000)s at most"
                    )
                }
                wait = asked
            default: throw .invalid(name, "is not a parameter of this resource")
            }
        }

        private static func add<ID: ClientIdentifier>(
            _ text: String,
            to names: inout [ID],
            _ parameter: String,
            _ seen: inout Set<String>,
            _ limits: FeedLimits
        ) throws(Problem) {
            let id: ID = try ReadQuery.identifier(text, parameter)
            // Asked for twice is asked for once.
            guard seen.insert(parameter + "=" + text).inserted else { return }
            guard names.count < limits.keysMax else {
                throw .invalid(parameter, "at most \(limits.keysMax) are allowed")
            }
            names.append(id)
        }
    }
}
