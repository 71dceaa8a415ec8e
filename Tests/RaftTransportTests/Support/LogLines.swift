import Logging
import Synchronization

/// Keeps what is logged, for tests that count lines.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    /// A logger whose lines end here.
    var logger: Logger { Logger(label: "test") { _ in Handler(target: self) } }

    func count(of message: String) -> Int {
        lines.withLock { lines in lines.count { $0 == message } }
    }

    private struct Handler: LogHandler {
        let target: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            target.lines.withLock { $0.append("\(event.message)") }
        }
    }
}
