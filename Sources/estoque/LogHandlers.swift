import Foundation
import Logging

/// Log lines for people: time, level, message, then the facts.
struct TextLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    init(level: Logger.Level) {
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
            .sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }
            .joined(separator: " ")
        Terminal.err("\(LogTimes.now()) \(event.level) \(event.message) \(facts)")
    }
}

/// Log lines for machines: one JSON object each.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    init(level: Logger.Level) {
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
        fields["time"] = LogTimes.now()
        fields["level"] = event.level.rawValue
        fields["message"] = "\(event.message)"
        guard
            let data = try? JSONSerialization.data(
                withJSONObject: fields,
                options: [.sortedKeys, .withoutEscapingSlashes]
            )
        else { return }
        Terminal.err(String(decoding: data, as: UTF8.self))
    }
}

/// The time in a log line: UTC, milliseconds.
enum LogTimes {
    static func now() -> String {
        Date().formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        )
    }
}
