import ArgumentParser
import LedgerClient

/// How reservations travel.
enum BenchMode: String, CaseIterable, Codable, ExpressibleByArgument, Sendable {
    /// A call for each.
    case unary
    /// Streams on which what gathers goes together.
    case session
    /// Calls for many.
    case batch
}

/// What the load generator does, checked.
struct BenchPlan: Equatable, Sendable {
    var mode = BenchMode.unary
    /// Callers, each with one call under way.
    var clients = 64
    /// Reservations in a call; 1 but in mode `batch`.
    var batch = 1
    var isHot = false
    var skus = 1_000
    var locations = 10
    var duration = Duration.seconds(5)
    /// Reservations a second that all callers together ask for at most; nil: as many as are answered.
    var rate: Int?
    /// Not counted.
    var warmUp = Duration.seconds(1)
    /// HTTP/2 connections to each node that gets load.
    var connections = 1
    /// Whether all nodes get load, or the leader alone.
    var isSpread = false

    /// Reservations that are under way at once.
    var width: Int { clients * batch }

    /// How long a caller's turn takes at least, from one call to the next.
    var turn: Duration { rate.map { .seconds(width) / $0 } ?? .zero }

    /// The bounds of every number.
    enum Bounds {
        static let nodes = 1...5
        static let clients = 1...10_000
        static let batch = 1...8_192
        /// So that the commands that wait fit a node's queue.
        static let width = 1...262_144
        static let skus = 1...100_000
        static let locations = 1...1_000
        static let levels = 1...200_000
        static let connections = 1...16
        static let rate = 1...1_000_000
        /// Holds last ten minutes, and must outlast the check of the books.
        static let seconds = 1...300
    }

    /// Says what is out of its bounds, by the flags' names.
    func validate() throws {
        try Self.check(clients, "--clients", Bounds.clients)
        try Self.check(batch, "--batch", Bounds.batch)
        try Self.check(width, "--clients times --batch", Bounds.width)
        try Self.check(skus, "--skus", Bounds.skus)
        try Self.check(locations, "--locations", Bounds.locations)
        try Self.check(skus * locations, "--skus times --locations", Bounds.levels)
        try Self.check(connections, "--connections", Bounds.connections)
        if let rate { try Self.check(rate, "--rate", Bounds.rate) }
        let seconds =
            Duration.seconds(
                Bounds.seconds.lowerBound
            )...Duration.seconds(Bounds.seconds.upperBound)
        guard seconds.contains(duration) else {
            throw ValidationError(
                "--duration must be between \(Bounds.seconds.lowerBound)s and "
                    + "\(Bounds.seconds.upperBound)s"
            )
        }
    }

    static func check(_ value: Int, _ flag: String, _ bounds: ClosedRange<Int>) throws {
        guard bounds.contains(value) else {
            throw ValidationError(
                "\(flag) must be between \(bounds.lowerBound) and \(bounds.upperBound), "
                    + "not \(value)"
            )
        }
    }
}
