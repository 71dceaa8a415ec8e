import Glibc

/// Threads of agents.
enum AgentThread {
    private final class Start {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    /// Runs a body on a thread of its own.
    static func run(_ body: @escaping @Sendable () -> Void) {
        let argument = Unmanaged.passRetained(Start(body)).toOpaque()
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                if let argument {
                    Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                }
                return nil
            },
            argument
        )
        precondition(code == 0, "a thread can be made")
        pthread_detach(thread)
    }
}

/// The clocks of this machine.
enum MachineClock {
    static func read() -> (wallMicroseconds: UInt64, steadyMilliseconds: UInt64) {
        var wall = timespec()
        var steady = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        clock_gettime(CLOCK_BOOTTIME, &steady)
        return (
            UInt64(clamping: wall.tv_sec) * 1_000_000 + UInt64(clamping: wall.tv_nsec) / 1_000,
            UInt64(clamping: steady.tv_sec) * 1_000
                + UInt64(clamping: steady.tv_nsec) / 1_000_000
        )
    }
}
