import NIOCore
import TestSupport

/// One event of a stream, taken apart.
struct StreamEvent: Equatable, Sendable {
    var event = ""
    /// Nil without one; empty when the client is to forget its own.
    var id: String?
    var data = ""

    /// Reads the lines of an event; nil for one that has no data, as `retry:` alone.
    init?(_ block: String) {
        for line in block.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
            switch parts[0] {
            case "event": event = value
            case "id": id = value
            case "data": data += value
            default: break
            }
        }
        if data.isEmpty { return nil }
    }

    /// A number in the data, by its name.
    func number(_ name: String) -> Int? {
        guard let start = data.range(of: "\"\(name)\":")?.upperBound else { return nil }
        return Int(data[start...].prefix { $0.isNumber || $0 == "-" })
    }

    var position: Int? { number("position") }
    var prev: Int? { number("prev") }
}

extension String {
    /// Where a text stands in this one.
    func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}

extension TestConnection {
    /// Asks for a stream over HTTP/1.0, which comes without chunks; returns the head.
    mutating func follow(_ query: String, headers: [String] = []) async throws -> String {
        let lines = ["GET /v1/changes\(query) HTTP/1.0", "Host: test"] + headers
        try await send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        guard let head = try await text(until: "\r\n\r\n") else {
            throw TestFailure("closed without a head")
        }
        return head
    }

    /// The next event of any kind; nil at the end of the stream.
    mutating func nextEvent() async throws -> StreamEvent? {
        while let block = try await text(until: "\n\n") {
            if let event = StreamEvent(block) { return event }
        }
        return nil
    }

    /// The next events that aren't bookmarks.
    mutating func changes(_ count: Int) async throws -> [StreamEvent] {
        var events: [StreamEvent] = []
        while events.count < count {
            guard let event = try await nextEvent() else {
                throw TestFailure("the stream ended after \(events)")
            }
            if event.event != "bookmark" { events.append(event) }
        }
        return events
    }

    /// The next bookmark that fulfils a condition.
    mutating func bookmark(
        _ condition: (StreamEvent) -> Bool = { _ in true }
    ) async throws
        -> StreamEvent
    {
        while let event = try await nextEvent() {
            if event.event == "bookmark", condition(event) { return event }
        }
        throw TestFailure("the stream ended without such a bookmark")
    }
}

extension TestServer {
    /// Waits until the feed has told everything up to a position.
    func feedReaches(_ position: Int) async throws {
        try await eventually("the feed reaches \(position)") {
            try await get("/metrics").body.contains("\nestoque_feed_position \(position)\n")
        }
    }
}
