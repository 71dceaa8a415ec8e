import Raft
import RaftLog
import Replica

extension SwarmPlan {
    /// Draws a world.
    init(nodes: Int?, _ chance: inout Chance) {
        let isFast = chance.once(in: 4)
        electionTicks = chance.number(in: 10...30)
        heartbeatTicks = chance.number(in: 1...max(1, electionTicks / 5))
        self.nodes = nodes ?? chance.pick([3, 3, 5, 5, 1, 2, 4])
        raftLimits = Self.limits(&chance)
        replica = ReplicaPlan(
            queuedRequestsMax: chance.pick([2, 64, 16_384]),
            unappliedMax: chance.pick([1, 8, 16_384]),
            forwardedMax: chance.pick([1, 8, 16_384]),
            readsWaitingMax: chance.pick([1, 8, 65_536]),
            readRoundsMax: chance.pick([1, 4, 64]),
            leaderWait: Span.milliseconds(chance.pick([20, 300, 2_000])),
            loadToApplyEntriesMax: chance.pick([1, 7, 4_096])
        )
        network = Self.network(isFast, &chance)
        disk = Self.disk(&chance)
        state = Self.state(&chance)
        snapshots = SnapshotPlan(
            bytes: chance.pick([10, 2_000, 20_000]),
            chunkBytes: chance.pick([64, 700, 4_096]),
            bytesPerSecond: chance.pick([200_000, 1 << 20, 64 << 20]),
            patience: Span.milliseconds(chance.pick([100, 500])),
            retriesMax: chance.pick([3, 10]),
            limits: Self.snapshotLimits(&chance)
        )
        compaction =
            chance.once(in: 3)
            ? nil
            : CompactionPlan(
                keptBytes: chance.pick([0, 4_000, 30_000]),
                bytesMax: chance.pick([2_000, 9_000, 100_000])
            )
        membership =
            chance.once(in: 2)
            ? nil
            : MembershipPlan(
                every: Span.milliseconds(chance.pick([100, 500, 2_000])),
                transferPermille: chance.pick([0, 200, 700])
            )
        clock = ClockPlan(
            driftPPM: chance.pick([0, 100, 5_000, 100_000]),
            tick: Span.milliseconds(10),
            tickJitter: Span.milliseconds(chance.pick([0, 1, 10]))
        )
        if chance.once(in: 4) {
            // Leases trust clocks: the bound is told, and ticks are those of the clock.
            clock.tickJitter = 0
            lease = Lease(driftPerMille: clock.driftPPM / 1_000 + 1)
        }
        clients = Self.clients(&chance)
        faults = Self.faults(&chance)
        faultEvery = Span.milliseconds(chance.pick([100, 400, 1_000, 4_000]))
        faultLasts = Span.milliseconds(chance.pick([100, 1_000, 4_000]))
        downFor = Span.milliseconds(chance.pick([20, 100, 500, 3_000]))
    }

    /// Small limits make the rare paths common: loads from disk, full pipelines, refusals.
    private static func limits(_ chance: inout Chance) -> Limits {
        var limits = Limits()
        limits.appendEntriesMax = chance.pick([1, 3, 16, 4_096])
        limits.appendBytesMax = chance.pick([64, 600, 4_096, 1 << 20])
        limits.inFlightAppendsMax = chance.pick([1, 2, 8, 64])
        limits.inFlightBytesMax = chance.pick([500, 8_000, 8 << 20])
        limits.uncommittedBytesMax = chance.pick([1_000, 20_000, 64 << 20])
        limits.windowEntriesMax = chance.pick([0, 4, 64, 65_536])
        limits.windowBytesMax = chance.pick([0, 1_000, 32 << 20])
        limits.readsWaitingMax = chance.pick([2, 65_536])
        limits.unsettledBytesMax = chance.pick([100, 2_000, 64 << 20])
        limits.catchUpRoundsMax = chance.pick([1, 10])
        if limits.unsettledBytesMax < 1 << 20 { limits.unappliedEntriesMax = 4 }
        return limits
    }

    private static func snapshotLimits(_ chance: inout Chance) -> SnapshotLimits {
        var limits = SnapshotLimits()
        limits.copyIdleMilliseconds = chance.pick([200, 60_000])
        limits.copyReuseMilliseconds = chance.pick([0, 500, 60_000])
        limits.copyRetryMilliseconds = chance.pick([20, 500])
        limits.incomingSyncBytes = chance.pick([1, 3_000, 1 << 20])
        limits.incomingReserveBytes = chance.pick([0, 4_000])
        return limits
    }

    private static func network(_ isFast: Bool, _ chance: inout Chance) -> NetworkPlan {
        let isOrdered = chance.once(in: 2)
        let delay = isFast ? 50 : chance.pick([100, 500, 3_000])
        return NetworkPlan(
            delay: Span.microseconds(delay / 2)...Span.microseconds(delay * 2),
            slowPermille: chance.pick([0, 5, 50]),
            slowDelay: Span.milliseconds(1)...Span.milliseconds(chance.pick([10, 100, 1_000])),
            lossPermille: isOrdered ? 0 : chance.pick([0, 1, 10, 100]),
            repeatPermille: isOrdered ? 0 : chance.pick([0, 1, 20, 100]),
            isOrdered: isOrdered
        )
    }

    private static func disk(_ chance: inout Chance) -> DiskPlan {
        let sync = chance.pick([50, 200, 2_000, 10_000])
        let segment = chance.pick([2_048, 8_192, 65_536])
        return DiskPlan(
            write: Span.microseconds(1)...Span.microseconds(chance.pick([20, 1_000])),
            sync: Span.microseconds(sync / 2)...Span.microseconds(sync * 2),
            slowPermille: chance.pick([0, 5, 20]),
            slowSync: Span.milliseconds(5)...Span.milliseconds(chance.pick([50, 300])),
            log: LogLimits(segmentBytes: segment, groupBytesMax: chance.pick([600, 4 << 20]))
        )
    }

    private static func state(_ chance: inout Chance) -> StatePlan {
        let write = chance.pick([1, 5, 50])
        return StatePlan(
            sealAfter: Span.milliseconds(chance.pick([5, 20, 200])),
            sealEntries: chance.pick([1, 16, 16_384]),
            write: Span.milliseconds(write)...Span.milliseconds(write * 3),
            checkpointEvery: Span.milliseconds(chance.pick([20, 200, 2_000])),
            unstoredEntriesMax: chance.pick([8, 500, 65_536])
        )
    }

    private static func clients(_ chance: inout Chance) -> ClientPlan {
        ClientPlan(
            count: chance.number(in: 2...24),
            pauseBetween: Span.milliseconds(chance.pick([1, 10, 40])),
            patience: Span.milliseconds(chance.pick([300, 1_000, 5_000])),
            readPermille: chance.pick([100, 300, 600]),
            skus: chance.number(in: 1...6),
            locations: chance.number(in: 1...3),
            hedgePermille: chance.pick([0, 20, 200]),
            repeatPermille: chance.pick([0, 20, 100]),
            abandonPermille: chance.pick([0, 10, 200]),
            lossPermille: chance.pick([0, 10, 50]),
            leaderFirstPermille: chance.pick([0, 500, 950])
        )
    }

    /// Each fault is there in about half of the worlds, and one world in sixteen has none.
    private static func faults(_ chance: inout Chance) -> [FaultKind] {
        guard !chance.once(in: 16) else { return [] }
        return FaultKind.allCases.filter { _ in chance.once(in: 2) }
    }
}
