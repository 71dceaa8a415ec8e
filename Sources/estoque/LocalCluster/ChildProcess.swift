import Foundation
import Synchronization

/// A process of our own: started, watched, ended by its id and reaped.
///
/// It holds the reading end of a pipe as its standard input, and we the other: when we die, however
/// that happens, the pipe closes and the child knows (see ``ParentWatch``). It has a process group
/// of its own, so that Ctrl-C on the terminal reaches us alone.
final class ChildProcess: Sendable {
    /// Its process id; still ours while it has not been reaped.
    let pid: pid_t
    private let state: Mutex<State>

    private struct State {
        var pipe: Int32
        /// The status of `waitpid`, once it has been reaped; from then on the id may be someone else's.
        var exitStatus: Int32?
    }

    private init(pid: pid_t, pipe: Int32) {
        self.pid = pid
        state = Mutex(State(pipe: pipe))
    }

    deinit {
        state.withLock { state in
            if state.pipe >= 0 { close(state.pipe) }
        }
    }

    /// Starts a program; what it prints is appended to the file `output`.
    static func start(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String],
        output: String
    ) throws -> ChildProcess {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw CommandFailure("no pipe: \(String(cString: strerror(errno)))")
        }
        keepOpenFilesToOurselves()
        var spawn = SpawnSettings(input: ends[0], output: output)
        defer {
            close(ends[0])
            spawn.destroy()
        }
        var pid: pid_t = 0
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let error = withCStrings([executable] + arguments) { arguments in
            withCStrings(variables) { variables in
                posix_spawn(
                    &pid,
                    executable,
                    &spawn.actions,
                    &spawn.attributes,
                    arguments,
                    variables
                )
            }
        }
        guard error == 0 else {
            close(ends[1])
            throw CommandFailure("can't start \(executable): \(String(cString: strerror(error)))")
        }
        return ChildProcess(pid: pid, pipe: ends[1])
    }

    /// Another child must not keep this one's pipe open, nor a port that we listen on: it would still be
    /// taken when we don't any more.
    private static func keepOpenFilesToOurselves() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for file in names.compactMap({ Int32($0) }) where file > STDERR_FILENO {
            _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        }
    }

    /// Whether it still runs; reaps it otherwise.
    var isRunning: Bool {
        state.withLock { state in
            if state.exitStatus != nil { return false }
            var status: Int32 = 0
            guard waitpid(pid, &status, WNOHANG) != 0 else { return true }
            state.exitStatus = status
            return false
        }
    }

    /// Its exit code, or 128 and the number of the signal that killed it; nil while it runs.
    var exitCode: Int32? {
        guard !isRunning, let status = state.withLock({ $0.exitStatus }) else { return nil }
        // As wait(2) lays it out: the signal in the low seven bits, the code above them.
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    /// Sends a signal, unless it has ended.
    func send(_ signal: Int32) {
        state.withLock { state in
            // Not reaped, so the id can't have been given to another process.
            if state.exitStatus == nil { _ = Foundation.kill(pid, signal) }
        }
    }

    /// Waits for its end; false when it still runs after `limit`.
    func waitForExit(within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while isRunning {
            guard ContinuousClock.now < deadline else { return false }
            // Its parent may be cancelled, but must not leave it behind.
            await Uncancelled.sleep(for: .milliseconds(5))
        }
        return true
    }

    /// Ends it: SIGTERM, and SIGKILL for one that doesn't heed it in time.
    func stop(within limit: Duration) async {
        send(SIGTERM)
        if await waitForExit(within: limit) { return }
        send(SIGKILL)
        _ = await waitForExit(within: .seconds(5))
    }
}

/// What a child inherits: a pipe, a file, its own process group, signals as they are by default.
private struct SpawnSettings {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()

    init(input: Int32, output: String) {
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_addopen(
            &actions,
            STDOUT_FILENO,
            output,
            O_WRONLY | O_CREAT | O_APPEND,
            0o644
        )
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        posix_spawnattr_init(&attributes)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    mutating func destroy() {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }
}

/// A C array of C strings that ends with a null pointer.
private func withCStrings<Result>(
    _ texts: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers)
}
