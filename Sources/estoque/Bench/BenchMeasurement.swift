import LedgerClient
import NIOCore
import NIOPosix

/// What the load brought to light.
struct BenchMeasurement: Sendable {
    var tally: LoadTally
    var elapsed: Duration
    var clientTime: Duration
    /// Of all nodes; nil when they are not ours.
    var serverTime: Duration?

    /// How long answers may take once the callers are told to stop.
    private static let stopLimit = Duration.seconds(10)

    /// Puts load on a cluster: warm-up, measured part, end.
    static func take(
        _ plan: BenchPlan,
        stock: BenchStock,
        probe: ClusterProbe,
        local: LocalCluster?
    ) async throws -> BenchMeasurement {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let measurement = try await take(
                plan,
                stock: stock,
                probe: probe,
                local: local,
                on: group
            )
            try? await group.shutdownGracefully()
            return measurement
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private static func take(
        _ plan: BenchPlan,
        stock: BenchStock,
        probe: ClusterProbe,
        local: LocalCluster?,
        on group: any EventLoopGroup
    ) async throws -> BenchMeasurement {
        let connections = LoadConnections(plan, probe: probe, on: group)
        let opened = try await connections.open()
        let eventLoop = group.next()
        let generator = try await eventLoop.submit {
            let generator = LoadGenerator(plan, stock: stock, on: eventLoop)
            generator.start(opened)
            return NIOLoopBound(generator, eventLoop: eventLoop)
        }.get()
        do {
            return try await withThrowingTaskGroup(of: Void.self) { tasks in
                defer { tasks.cancelAll() }
                tasks.addTask { await connections.mend(generator) }
                return try await measure(plan, generator, local)
            }
        } catch {
            // Interrupted.
            _ = try? await eventLoop.submit { generator.value.finish() }.get()
            throw error
        }
    }

    private static func measure(
        _ plan: BenchPlan,
        _ generator: NIOLoopBound<LoadGenerator>,
        _ local: LocalCluster?
    ) async throws -> BenchMeasurement {
        let eventLoop = generator.eventLoop
        try await Task.sleep(for: plan.warmUp)
        let clock = ContinuousClock()
        let clientTime = ProcessorTime.own()
        let serverTime = local?.processorTime()
        try await eventLoop.submit { generator.value.measure(true) }.get()
        let began = clock.now
        try await Task.sleep(for: plan.duration)
        try await eventLoop.submit { generator.value.measure(false) }.get()
        let elapsed = began.duration(to: clock.now)
        let clientTimeAfter = ProcessorTime.own()
        let serverTimeAfter = local?.processorTime()
        await stop(generator)
        return BenchMeasurement(
            tally: try await eventLoop.submit { generator.value.finish() }.get(),
            elapsed: elapsed,
            clientTime: clientTimeAfter - clientTime,
            serverTime: serverTime.flatMap { before in serverTimeAfter.map { $0 - before } }
        )
    }

    /// Waits for the last answers, but not for ever.
    private static func stop(_ generator: NIOLoopBound<LoadGenerator>) async {
        await withTaskGroup { group in
            group.addTask {
                let stopped = generator.eventLoop.flatSubmit { generator.value.stop() }
                try? await stopped.get()
            }
            group.addTask {
                try? await Task.sleep(for: stopLimit)
                // Settles what the other one waits for; a second time does nothing.
                _ = try? await generator.eventLoop.submit { generator.value.giveUp() }.get()
            }
            await group.next()
            group.cancelAll()
        }
    }
}
