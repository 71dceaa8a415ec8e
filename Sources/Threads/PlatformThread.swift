import Glibc

/// A thread that may block: never one of Swift's cooperative pool, which must not.
package final class PlatformThread: Sendable {
    /// How much of the processors a thread may claim from others.
    package enum Priority: CInt {
        case normal = 0
        /// For what somebody waits for who may wait longer than others.
        case modest = 10
        /// For work that nobody waits for.
        ///
        /// With less than all of it Linux more often lets such a thread, once it has its turn, keep a
        /// whole slice of milliseconds while one that answers clients waits.
        case background = 19
    }

    private final class Start {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    private let isRunning = Monitor(true)

    /// Runs `body` on a new thread; `name` (15 bytes at most) is what debuggers and `top -H` show.
    @discardableResult
    package init(
        name: String,
        priority: Priority = .normal,
        _ body: sending @escaping () -> Void
    ) {
        let isRunning = isRunning
        let start = Start {
            Self.setName(name)
            Self.set(priority)
            body()
            isRunning.update { $0 = false }
        }
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { start in
                if let start { Unmanaged<Start>.fromOpaque(start).takeRetainedValue().body() }
                return nil
            },
            Unmanaged.passRetained(start).toOpaque()
        )
        precondition(code == 0, "no thread can be made: error \(code)")
        pthread_detach(thread)
    }

    /// Waits until the thread's body has returned.
    package func join() {
        isRunning.wait { $0 ? nil : () }
    }

    /// On Linux a "process" of `setpriority` is a thread, and 0 the calling one; failing to lower it
    /// harms nobody.
    private static func set(_ priority: Priority) {
        guard priority != .normal else { return }
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, priority.rawValue)
    }

    /// Names the thread through its file, the one way that needs no GNU extension; it may fail.
    private static func setName(_ name: String) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        let name = Array(name.utf8.prefix(15))
        _ = write(descriptor, name, name.count)
        close(descriptor)
    }
}
