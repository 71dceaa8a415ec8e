import Synchronization

/// A value on its way from one thread to another, taken once.
package final class HandedOver<Value>: Sendable {
    private let value: Mutex<Value?>

    /// Nobody else may have the value any more.
    package init(_ value: sending Value) {
        self.value = Mutex(value)
    }

    /// The value; nil once it was taken.
    package func take() -> sending Value? {
        value.withLock { value in
            let taken = value
            value = nil
            return taken
        }
    }
}
