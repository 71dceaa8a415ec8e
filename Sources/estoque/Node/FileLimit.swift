#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How many files and sockets this process may have open.
enum FileLimit {
    /// Enough for every connection that is served to take half of them.
    private static let wanted: rlim_t = 65_536

    /// Raises it as far as the system lets us and the node has use for; returns what it is then.
    ///
    /// Many systems start processes with a limit of 1,024 that anybody may raise, for the sake of old
    /// programs; with so few, a crowd of readers would leave none for the node's own files.
    static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 1_024 }
        if limit.rlim_cur < wanted, limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = min(wanted, limit.rlim_max)
            if setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }

    #if canImport(Glibc)
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    private static let resource = RLIMIT_NOFILE
    #endif
}
