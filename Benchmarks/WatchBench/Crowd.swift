import Ledger
import NIOCore
import NIOPosix

/// Many watchers on one loop.
final class Crowd: Sendable {
    private struct Member {
        var query: String
        var watcher: SSEWatcher
    }

    private final class State {
        let tally = WatchTally()
        var members: [Member] = []
    }

    /// How long after the acknowledgement of a write its watchers were told.
    struct Delays: Sendable {
        var first: [Int64] = []
        var last: [Int64] = []

        func first(_ quantile: Double) -> Double { Self.milliseconds(first, quantile) }
        func last(_ quantile: Double) -> Double { Self.milliseconds(last, quantile) }

        private static func milliseconds(_ delays: [Int64], _ quantile: Double) -> Double {
            let sorted = delays.sorted()
            guard !sorted.isEmpty else { return 0 }
            return Double(sorted[min(Int(Double(sorted.count) * quantile), sorted.count - 1)]) / 1e6
        }
    }

    private let eventLoop: any EventLoop
    private let state: NIOLoopBoundBox<State>
    private let skus: [SKU]
    private let keys: Int

    init(skus: [SKU], keys: Int) {
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        state = NIOLoopBoundBox.makeBoxSendingValue(State(), eventLoop: eventLoop)
        self.skus = skus
        self.keys = keys
    }

    /// Connects watchers, a hundred at a time.
    func connect(_ count: Int, to address: String, takesNothing: Bool = false) async throws {
        for start in stride(from: 0, to: count, by: 100) {
            let queries = (start..<min(start + 100, count)).map { number in
                (0..<keys).map { "sku=\(skus[(number &* 131 &+ $0 &* 977) % skus.count])" }
                    .joined(separator: "&")
            }
            try await open(queries.map { ($0, nil) }, at: address, takesNothing: takesNothing)
        }
        if !takesNothing { try await wait("all are connected") { $0.connected >= count } }
    }

    private func open(
        _ wanted: [(query: String, cursor: Int?)],
        at address: String,
        takesNothing: Bool = false
    ) async throws {
        let parts = address.split(separator: ":")
        let (host, port) = (String(parts[0]), Int(parts[1]) ?? 0)
        let channels = try await eventLoop.flatSubmit { [self] in
            EventLoopFuture.whenAllComplete(
                wanted.map { query, cursor in
                    let watcher = SSEWatcher(
                        query: query,
                        cursor: cursor,
                        tally: state.value.tally
                    )
                    state.value.members.append(Member(query: query, watcher: watcher))
                    let bound = NIOLoopBound(watcher, eventLoop: eventLoop)
                    return ClientBootstrap(group: eventLoop)
                        .channelOption(
                            .socketOption(.so_rcvbuf),
                            value: takesNothing ? 8_192 : 32_768
                        )
                        .channelOption(.autoRead, value: !takesNothing)
                        .connectTimeout(.seconds(30))
                        .channelInitializer { channel in
                            channel.eventLoop.makeCompletedFuture {
                                try channel.pipeline.syncOperations.addHandler(bound.value)
                            }
                        }
                        .connect(host: host, port: port)
                },
                on: eventLoop
            )
        }.get()
        for case .failure(let error) in channels { throw error }
    }

    func count(_ value: @escaping @Sendable (WatchTally) -> Int) async -> Int {
        (try? await eventLoop.submit { [state] in value(state.value.tally) }.get()) ?? -1
    }

    func keepTimes(_ keeps: Bool) async {
        try? await eventLoop.submit { [state] in
            state.value.tally.keepsTimes = keeps
            state.value.tally.firstSeen = [:]
            state.value.tally.lastSeen = [:]
        }.get()
    }

    func delays(since acknowledged: [Int: NIODeadline]) async -> Delays {
        let delays = try? await eventLoop.submit { [state] in
            let tally = state.value.tally
            var delays = Delays()
            for (position, moment) in acknowledged {
                if let seen = tally.firstSeen[position] {
                    delays.first.append((seen - moment).nanoseconds)
                }
                if let seen = tally.lastSeen[position] {
                    delays.last.append((seen - moment).nanoseconds)
                }
            }
            return delays
        }.get()
        return delays ?? Delays()
    }

    /// Waits until all have lost their node, and connects them to another, each where it was.
    func goOn(at address: String) async throws {
        let members = try await eventLoop.submit { [state] in state.value.members.count }.get()
        try await wait("all have lost their node") { $0.ended >= members }
        let connected = await count(\.connected)
        let wanted = try await eventLoop.submit { [state] in
            defer { state.value.members = [] }
            return state.value.members.map { ($0.query, $0.watcher.cursor) }
        }.get()
        for start in stride(from: 0, to: wanted.count, by: 100) {
            try await open(Array(wanted[start..<min(start + 100, wanted.count)]), at: address)
        }
        try await wait("all go on") { $0.connected + $0.refused >= connected + wanted.count }
    }

    func close() async {
        try? await eventLoop.submit { [state] in
            for member in state.value.members { member.watcher.channel?.close(promise: nil) }
        }.get()
    }

    private func wait(
        _ what: String,
        _ condition: @escaping @Sendable (WatchTally) -> Bool
    ) async throws {
        let limit = ContinuousClock.now + .seconds(60)
        while try await !eventLoop.submit({ [state] in condition(state.value.tally) }).get() {
            guard ContinuousClock.now < limit else { throw WatchBench.Failure(what) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
