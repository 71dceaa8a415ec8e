import Glibc

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
