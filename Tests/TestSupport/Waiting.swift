/// What a test waited for did not come.
package struct TimedOut: Error, CustomStringConvertible {
    package let description: String

    package init(_ what: String, after limit: Duration) {
        description = "not within \(limit): \(what)"
    }
}

/// Asks again and again until there is a value; an error ends it at once, and the limit with `TimedOut`.
///
/// The limit is for a test that has failed, and so a long one, for slow machines.
package func eventually<Value>(
    _ what: String = "what is waited for",
    within limit: Duration = .seconds(120),
    fileID: String = #fileID,
    line: Int = #line,
    _ value: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try await value() { return value }
        guard ContinuousClock.now < deadline else {
            throw TimedOut("\(what), at \(fileID):\(line)", after: limit)
        }
        try await Task.sleep(for: .milliseconds(3))
    }
}

/// Asks again and again until it is so.
package func eventually(
    _ what: String = "what is waited for",
    within limit: Duration = .seconds(120),
    fileID: String = #fileID,
    line: Int = #line,
    _ isSo: () async throws -> Bool
) async throws {
    let _: Bool = try await eventually(what, within: limit, fileID: fileID, line: line) {
        try await isSo() ? true : nil
    }
}
