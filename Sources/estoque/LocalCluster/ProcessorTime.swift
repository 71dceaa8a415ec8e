import Foundation

/// Processor time that processes have used, user and system together.
enum ProcessorTime {
    /// Of this process.
    static func own() -> Duration {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return .zero }
        return Duration(usage.ru_utime) + Duration(usage.ru_stime)
    }

    /// Of another process; nil when it is gone.
    static func of(_ pid: pid_t) -> Duration? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else {
            return nil
        }
        return parse(stat: text, ticksPerSecond: sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Reads `/proc/PID/stat` (proc(5)): fields 14 and 15, in clock ticks.
    ///
    /// The second field is the program's name in parentheses and may hold anything, so the fields
    /// are counted from the last parenthesis.
    static func parse(stat text: String, ticksPerSecond: Int) -> Duration? {
        guard ticksPerSecond > 0, let name = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else {
            return nil
        }
        return .microseconds((user + system) * 1_000_000 / ticksPerSecond)
    }
}

extension Duration {
    fileprivate init(_ time: timeval) {
        self = .seconds(Int(time.tv_sec)) + .microseconds(Int(time.tv_usec))
    }

    /// As a number of seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
