#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
import Threads
#endif

/// A thread that may block, with a lower priority than those that answer clients.
final class WorkerThread: Sendable {
    /// How much nicer than the rest of the process: on a busy machine the answers go first.
    ///
    /// With less than all of it Linux more often lets such a thread, once it has its turn, keep a whole
    /// slice of milliseconds while one that answers waits.
    private static let niceness: Int32 = 19

    private final class Start {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    private let isRunning = Monitor(true)

    /// Runs `body` on a new thread.
    init(name: StaticString, _ body: sending @escaping () -> Void) {
        let isRunning = isRunning
        let start = Start {
            Self.lowerPriority()
            Self.setName(name)
            body()
            isRunning.update { $0 = false }
        }
        let argument = Unmanaged.passRetained(start).toOpaque()
        #if canImport(Glibc) || canImport(Musl)
        var thread = pthread_t()
        #else
        var thread: pthread_t?
        #endif
        let code = pthread_create(&thread, nil, Self.entry, argument)
        precondition(code == 0, "a thread can be made")
        #if canImport(Glibc) || canImport(Musl)
        pthread_detach(thread)
        #else
        if let thread { pthread_detach(thread) }
        #endif
    }

    /// Waits until the thread's body has returned.
    func join() {
        isRunning.wait { $0 ? nil : () }
    }

    #if canImport(Glibc) || canImport(Musl)
    private static let entry:
        @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
            { argument in
                if let argument {
                    Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                }
                return nil
            }

    /// On Linux a "process" of `setpriority` is a thread, and 0 the calling one.
    private static func lowerPriority() {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
    }

    /// For whoever looks at the process with `top -H`; a failure leaves the process's name.
    private static func setName(_ name: StaticString) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = write(descriptor, name.utf8Start, name.utf8CodeUnitCount)
        close(descriptor)
    }
    #else
    private static let entry: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? =
        { argument in
            Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }

    private static func lowerPriority() {
        pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0)
    }

    private static func setName(_ name: StaticString) {
        name.withUTF8Buffer { units in
            _ = pthread_setname_np(String(decoding: units, as: UTF8.self))
        }
    }
    #endif
}
