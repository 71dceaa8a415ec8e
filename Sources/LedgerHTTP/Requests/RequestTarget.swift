/// A request's target, taken apart: the route, what its path names, and the query, all still encoded.
struct RequestTarget {
    let route: Route
    /// The variable segments of the path, percent-encoded as they came.
    let segments: [ArraySlice<UInt8>]
    /// What follows the `?`; empty without one.
    let query: ArraySlice<UInt8>

    /// Reads the target of a request line: a path, or a whole `http` URL (RFC 9112, 3.2.2).
    init(_ text: String) {
        let bytes = Array(text.utf8)
        var rest = Self.withoutOrigin(bytes[...])
        if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            query = rest[(mark + 1)...]
            rest = rest[..<mark]
        } else {
            query = []
        }
        (route, segments) = Self.match(rest)
    }

    private static func withoutOrigin(_ target: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard target.first != UInt8(ascii: "/") else { return target }
        for scheme in ["http://", "https://"] where target.starts(with: scheme.utf8) {
            let origin = target.dropFirst(scheme.utf8.count)
            let end = origin.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
            return end.map { origin[$0...] } ?? []
        }
        return target
    }

    private static func match(_ path: ArraySlice<UInt8>) -> (Route, [ArraySlice<UInt8>]) {
        guard path.starts(with: "/v1/".utf8) else { return others(path) }
        let rest = path.dropFirst(4)
        if rest.elementsEqual("availability".utf8) { return (.availability, []) }
        if rest.elementsEqual("availability:batchGet".utf8) { return (.availabilityBatch, []) }
        if rest.elementsEqual("items".utf8) { return (.items, []) }
        if rest.elementsEqual("holds".utf8) { return (.holds, []) }
        if rest.elementsEqual("cluster".utf8) { return (.cluster, []) }
        if rest.elementsEqual("locations".utf8) { return (.locations, []) }
        if rest.elementsEqual("movements".utf8) { return (.movements, []) }
        if rest.elementsEqual("stores".utf8) { return (.stores, []) }
        if rest.elementsEqual("conflicts".utf8) { return (.conflicts, []) }
        if rest.elementsEqual("changes".utf8) { return (.changes, []) }
        if rest.elementsEqual("changes:poll".utf8) { return (.changesPoll, []) }
        let parts = rest.split(
            separator: UInt8(ascii: "/"),
            maxSplits: 3,
            omittingEmptySubsequences: false
        )
        guard !parts.contains(where: \.isEmpty), let collection = parts.first else {
            return (.other, [])
        }
        let segments = Array(parts.dropFirst())
        let route: Route? =
            switch (String(decoding: collection, as: UTF8.self), parts.count) {
            case ("items", 2): .item
            case ("items", 3) where segments[1].elementsEqual("locations".utf8): .itemLocations
            case ("locations", 2): .location
            case ("stock", 3): .stock
            case ("reservations", 2): .reservation
            case ("transfers", 2): .transfer
            case ("sales", 2): .sale
            case ("stores", 2): .store
            case ("offers", 3): .offer
            case ("holds", 2): .hold
            default: nil
            }
        guard let route else { return (.other, []) }
        return (route, segments)
    }

    private static func others(_ path: ArraySlice<UInt8>) -> (Route, [ArraySlice<UInt8>]) {
        if path.elementsEqual("/livez".utf8) { return (.live, []) }
        if path.elementsEqual("/readyz".utf8) { return (.ready, []) }
        if path.elementsEqual("/readyz/write".utf8) { return (.readyForWrites, []) }
        if path.elementsEqual("/metrics".utf8) { return (.metrics, []) }
        if path.elementsEqual("/openapi.json".utf8) { return (.openAPI, []) }
        if path.elementsEqual("/docs".utf8) { return (.docs, []) }
        if path.elementsEqual("/docs/style.css".utf8) { return (.docsStyle, []) }
        if let name = PageFiles.page(at: path) { return (.page, [name]) }
        let files = "/assets/".utf8
        if path.starts(with: files) { return (.pageFile, [path.dropFirst(files.count)]) }
        return (.other, [])
    }
}
