import Glibc

/// A value behind a lock, with the means to wait until it changes.
///
/// `Mutex` from Synchronization has no condition variable; this is the POSIX pair of both. Every
/// change wakes those who wait, which costs nothing while nobody does.
final class Monitor<State: Sendable>: @unchecked Sendable {
    // Proof for @unchecked Sendable: `state` is touched only between pthread_mutex_lock and
    // pthread_mutex_unlock of `mutex`; the pointers are set in init and never change.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    init(_ state: State) {
        self.state = state
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        var attributes = pthread_condattr_t()
        var code = pthread_mutex_init(mutex, nil)
        code |= pthread_condattr_init(&attributes)
        // Timeouts must not follow the wall clock.
        code |= pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        code |= pthread_cond_init(condition, &attributes)
        code |= pthread_condattr_destroy(&attributes)
        precondition(code == 0, "a lock and a condition can always be made on Linux")
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Changes the value and wakes those who wait for a change.
    func withLock<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_mutex_unlock(mutex)
            pthread_cond_broadcast(condition)
        }
        return body(&state)
    }

    /// Waits until `body` finds something in the value; `nil` if the time is over before.
    func wait<Result>(
        timeout: Duration? = nil,
        until body: (inout State) -> Result?
    ) -> Result? {
        var deadline = timespec()
        if let timeout {
            clock_gettime(CLOCK_MONOTONIC, &deadline)
            let (seconds, attoseconds) = timeout.components
            let nanoseconds = deadline.tv_nsec + Int(attoseconds / 1_000_000_000)
            deadline.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
            deadline.tv_nsec = nanoseconds % 1_000_000_000
        }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let found = body(&state) { return found }
            guard timeout != nil else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT {
                return body(&state)
            }
        }
    }
}
