import Glibc

/// A value that several threads share, with the means to wait until it is as one wants it.
///
/// `Mutex` from Synchronization has no condition to wait for, and these threads may block.
package final class Monitor<Value: Sendable>: @unchecked Sendable {
    // Proof for @unchecked Sendable: `value` is read and written between lock and unlock of `mutex` only, and
    // the two pointers never change; pthread's objects are made to be shared.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    /// A monitor of a value that nobody waits for yet.
    package init(_ value: Value) {
        self.value = value
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

    /// Changes the value, and wakes whoever waits for a change.
    package func update<R>(_ body: (inout Value) -> R) -> R {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        return body(&value)
    }

    /// The value as it is.
    package var current: Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return value
    }

    /// Waits until `body` gives something.
    package func wait<R>(_ body: (inout Value) -> R?) -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&value) { return result }
            pthread_cond_wait(condition, mutex)
        }
    }

    /// Waits until `body` gives something; nil if the time, where there is a bound, is over before.
    package func wait<R>(timeout: Duration?, _ body: (inout Value) -> R?) -> R? {
        guard let timeout else { return wait(body) }
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let (seconds, attoseconds) = timeout.components
        let nanoseconds = deadline.tv_nsec + Int(attoseconds / 1_000_000_000)
        deadline.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&value) { return result }
            guard pthread_cond_timedwait(condition, mutex, &deadline) != ETIMEDOUT
            else { return body(&value) }
        }
    }
}
