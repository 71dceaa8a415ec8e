import Glibc
import Synchronization

/// A thread that may block: never one of Swift's cooperative pool, which must not.
final class PlatformThread: Sendable {
    /// How much of the processors a thread may claim from others.
    enum Priority: CInt {
        case normal = 0
        /// For work that nobody waits for.
        case background = 19
    }

    private let thread: Mutex<pthread_t?>

    /// Starts a thread; `name` (15 bytes at most) is what debuggers and `top` show.
    init(name: String, priority: Priority = .normal, _ body: sending @escaping () -> Void) {
        let start = Unmanaged.passRetained(ThreadStart(name, priority, body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { raw in
                guard let raw else { return nil }
                Unmanaged<ThreadStart>.fromOpaque(raw).takeRetainedValue().run()
                return nil
            },
            start.toOpaque()
        )
        precondition(code == 0, "no thread can be made: error \(code)")
        self.thread = Mutex(thread)
    }

    deinit {
        // Nobody joined it: it frees its own stack when it ends.
        thread.withLock { thread in
            if let thread { pthread_detach(thread) }
        }
    }

    /// Waits for the thread's end; at once if somebody has done so before.
    func join() {
        let joined = thread.withLock { thread -> pthread_t? in
            defer { thread = nil }
            return thread
        }
        if let joined { pthread_join(joined, nil) }
    }
}

/// What a thread needs to start; handed over once, from the starter to the thread.
private final class ThreadStart {
    private let name: String
    private let priority: PlatformThread.Priority
    private let body: () -> Void

    init(_ name: String, _ priority: PlatformThread.Priority, _ body: @escaping () -> Void) {
        self.name = name
        self.priority = priority
        self.body = body
    }

    func run() {
        setName()
        // On Linux this is the thread's own priority; failing to lower it harms nobody.
        if priority != .normal {
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, priority.rawValue)
        }
        body()
    }

    /// Names the thread through its file, the one way that needs no GNU extension; it may fail.
    private func setName() {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        var name = Array(name.utf8.prefix(15))
        _ = write(descriptor, &name, name.count)
        close(descriptor)
    }
}
