#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The clocks of the machine, read by the driver and handed to the core as data.
enum SystemClock {
    /// Monotonic, suspended time included (`CLOCK_BOOTTIME`).
    static func monotonic() -> NodeInstant {
        NodeInstant(nanoseconds: read(CLOCK_BOOTTIME))
    }

    /// Microseconds since the Unix epoch; a leader stamps entries with it.
    static func wallMicroseconds() -> UInt64 {
        read(CLOCK_REALTIME) / 1_000
    }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        let result = clock_gettime(clock, &time)
        precondition(result == 0, "both clocks exist on every Linux since 2.6.39")
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
