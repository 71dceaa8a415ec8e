import Foundation
import Glibc

/// A file system in memory with a bound, mounted for as long as the value lives.
package final class SmallDisk: Sendable {
    package let path: String
    private let ballast: String

    /// Why there is none: only root may mount a file system.
    package struct Failure: Error {
        package let reason: String

        /// What the last call of the system says.
        fileprivate init(_ what: String) {
            reason = "\(what): \(String(cString: strerror(errno)))"
        }
    }

    package init(bytes: Int) throws {
        path =
            FileManager.default.temporaryDirectory
            .appending(path: "estoque-disk-\(UUID().uuidString)").path
        ballast = path + "/ballast"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)") == 0 else {
            let failure = Failure("mount")
            rmdir(path)
            throw failure
        }
    }

    deinit {
        // Files may be open for a moment yet; the mount goes with the last of them.
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }

    /// Whether this process may mount a file system.
    package static var isAvailable: Bool { (try? SmallDisk(bytes: 1 << 20)) != nil }

    /// Takes all the room that there is, whoever else is writing meanwhile.
    package func fill() throws {
        let descriptor = open(ballast, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure("open \(ballast)") }
        defer { close(descriptor) }
        let zeros = [UInt8](repeating: 0, count: 64 << 10)
        // The last, smaller pieces go where a larger one no longer fits.
        for count in [zeros.count, 4_096, 1] {
            while write(descriptor, zeros, count) > 0 {}
        }
    }

    /// Takes the room but for so many bytes; nobody else may be writing.
    package func fill(leaving left: Int) throws {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw Failure("statvfs \(path)") }
        let room = Int(status.f_bavail) * Int(status.f_frsize) - left
        try Data(count: max(0, room)).write(to: URL(filePath: ballast))
    }

    /// Gives the room back.
    package func free() throws {
        try FileManager.default.removeItem(atPath: ballast)
    }
}
