import Foundation
import Synchronization
import TestSupport

/// A program that runs as a process of its own, with everything it prints in a file.
///
/// It does not outlive its owner: whoever lets go of it kills it.
final class ChildProcess: Sendable {
    /// How a process ended.
    enum Ending: Equatable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    struct CannotStart: Error {
        var path: String
        var code: Int32
    }

    let pid: pid_t
    private let outputPath: String
    private let ended = Mutex<Ending?>(nil)

    /// Starts a program; its output is appended to the file at `output`.
    init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String] = Environment.plain,
        output: String
    ) throws {
        outputPath = output
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Else it would keep the tests' own connections open.
        for descriptor in Self.openDescriptors where descriptor > 2 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        // The test's process may have signals blocked; a node must see its own.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        var argv = ([path] + arguments).map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw CannotStart(path: path, code: code) }
        self.pid = pid
    }

    deinit { kill() }

    private static var openDescriptors: [Int32] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd")
        return (names ?? []).compactMap { Int32($0) }
    }

    /// How it ended; nil while it runs.
    func ending() -> Ending? { ended.withLock { Self.ending(of: pid, &$0) } }

    /// Everything it has printed so far, after whatever was in the file before.
    var output: String {
        (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? ""
    }

    /// Sends a signal, unless it has ended already.
    func send(_ signal: Int32) {
        ended.withLock { ended in
            if Self.ending(of: pid, &ended) == nil { _ = Foundation.kill(pid, signal) }
        }
    }

    /// SIGKILL; returns when it is gone.
    func kill() {
        ended.withLock { ended in
            guard Self.ending(of: pid, &ended) == nil else { return }
            _ = Foundation.kill(pid, SIGKILL)
            _ = Self.ending(of: pid, &ended, options: 0)
        }
    }

    /// Waits for its end.
    func end(within limit: Duration = .seconds(30)) async throws -> Ending {
        try await eventually("process \(pid) ends", within: limit) { self.ending() }
    }

    /// The id is free for others once a process has been waited for, so that is done under the
    /// lock, and only once.
    private static func ending(
        of pid: pid_t,
        _ ended: inout Ending?,
        options: Int32 = WNOHANG
    ) -> Ending? {
        if let ended { return ended }
        var status: Int32 = 0
        guard waitpid(pid, &status, options) == pid else { return nil }
        let signal = status & 0x7F
        ended = signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: signal)
        return ended
    }
}

/// The environment of the processes that tests start.
enum Environment {
    /// That of the tests without anything that is meant for `estoque`, and without backtraces,
    /// which would take seconds for each process that is killed on purpose.
    static var plain: [String: String] {
        var environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("ESTOQUE_") }
        environment["SWIFT_BACKTRACE"] = "enable=no"
        return environment
    }
}
