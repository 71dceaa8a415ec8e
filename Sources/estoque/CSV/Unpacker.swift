import Foundation
import Synchronization
import SystemPackage

/// A child process that unpacks a file: `gzip -dc` or `xz -dc`.
///
/// It reads the file by our own descriptor, whose offset so says how far it is. When we die it has
/// nobody to write to, and ends.
final class Unpacker: Sendable {
    /// What comes out.
    let output: FileDescriptor
    /// How large the file is.
    let bytes: Int?
    private let file: FileDescriptor
    private let packing: Packing
    private let name: String
    private let child: Mutex<pid_t?>

    /// - Parameters:
    ///   - packing: How the file is packed.
    ///   - file: The file, which may be at any offset.
    ///   - name: What messages call it.
    /// - Throws: When the program is not there or can't be started.
    init(_ packing: Packing, _ file: FileDescriptor, name: String) throws(ByteSourceError) {
        self.packing = packing
        self.file = file
        self.name = name
        let ends: (readEnd: FileDescriptor, writeEnd: FileDescriptor)
        do {
            bytes = Int(try file.seek(offset: 0, from: .end))
            try file.seek(offset: 0, from: .start)
            ends = try FileDescriptor.pipe()
        } catch {
            throw ByteSourceError(description: "\(name) can't be read: \(error)")
        }
        _ = fcntl(ends.readEnd.rawValue, F_SETFD, FD_CLOEXEC)
        _ = fcntl(ends.writeEnd.rawValue, F_SETFD, FD_CLOEXEC)
        output = ends.readEnd
        var pid: pid_t = 0
        let error = Self.spawn(packing.rawValue, from: file, to: ends.writeEnd, &pid)
        try? ends.writeEnd.close()
        guard error == 0 else {
            try? output.close()
            throw ByteSourceError(
                description: error == ENOENT
                    ? "\(name) is packed by \(packing.rawValue), which is not installed here"
                    : "\(packing.rawValue) can't be started: \(String(cString: strerror(error)))"
            )
        }
        child = Mutex(pid)
    }

    /// How many packed bytes have been read.
    var bytesRead: Int? { (try? file.seek(offset: 0, from: .current)).map { Int($0) } }

    /// Nothing more comes; throws unless that is because all of the file has come.
    func checkEnd() throws(ByteSourceError) {
        guard let status = reap(), status != 0 else { return }
        throw ByteSourceError(
            description: "\(name) can't be unpacked to its end: it is damaged or cut off, "
                + "\(packing.rawValue) says"
        )
    }

    /// Ends it, wherever it is.
    func close() {
        // It gets SIGPIPE as soon as it writes.
        try? output.close()
        _ = reap()
    }

    /// Waits for the child's end; nil when that has been done.
    private func reap() -> Int32? {
        child.withLock { child in
            guard let pid = child else { return nil }
            child = nil
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            return status
        }
    }

    private static func spawn(
        _ program: String,
        from input: FileDescriptor,
        to output: FileDescriptor,
        _ pid: inout pid_t
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.rawValue, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output.rawValue, STDOUT_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        )
        let arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup("-dc"), nil]
        defer { for argument in arguments { free(argument) } }
        return posix_spawnp(&pid, program, &actions, &attributes, arguments, environ)
    }
}
