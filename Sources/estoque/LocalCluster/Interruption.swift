import Foundation
import UnixSignals

/// Work that SIGINT (Ctrl-C) or SIGTERM asks to end early.
enum Interruption {
    /// Runs `body`; the first signal calls `onSignal`, the second ends the process at once.
    static func watched<Value: Sendable>(
        onSignal: @escaping @Sendable () -> Void,
        body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            await watch(&group, onSignal)
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    /// Runs `body`, and cancels it on a signal.
    static func ending<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let cancelled = AsyncStream.makeStream(of: Void.self)
        return try await watched {
            cancelled.continuation.yield()
        } body: {
            try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    var signals = cancelled.stream.makeAsyncIterator()
                    _ = await signals.next()
                    return nil
                }
                let first = try await group.next()
                group.cancelAll()
                if case .some(.some(let value)) = first { return value }
                // The work ends in good order before the process does.
                _ = await group.nextResult()
                throw CommandFailure("interrupted")
            }
        }
    }

    private static func watch<Value: Sendable>(
        _ group: inout ThrowingTaskGroup<Value?, any Error>,
        _ onSignal: @escaping @Sendable () -> Void
    ) async {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        group.addTask {
            var count = 0
            for await _ in signals {
                count += 1
                // Children see that we are gone.
                guard count == 1 else { Foundation.exit(130) }
                onSignal()
            }
            return nil
        }
    }
}
