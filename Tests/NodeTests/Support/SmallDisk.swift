import Foundation
import Glibc
import Testing

/// A file system in memory with a bound, mounted for as long as the value lives.
final class SmallDisk: Sendable {
    let path: String
    private let ballast: String

    init(bytes: Int) throws {
        path =
            FileManager.default.temporaryDirectory
            .appending(path: "estoque-disk-\(UUID().uuidString)").path
        ballast = path + "/ballast"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let code = mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)")
        if code != 0 { rmdir(path) }
        try #require(code == 0, "\(String(cString: strerror(errno)))")
    }

    deinit {
        // Files may be open for a moment yet; the mount goes with the last of them.
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }

    /// Whether this process may mount a file system.
    static var isAvailable: Bool { (try? SmallDisk(bytes: 1 << 20)) != nil }

    /// Takes all the room that there is, whoever else is writing meanwhile.
    func fill() throws {
        let descriptor = open(ballast, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let zeros = [UInt8](repeating: 0, count: 64 << 10)
        // The last, smaller pieces go where a larger one no longer fits.
        for count in [zeros.count, 4_096, 1] {
            while write(descriptor, zeros, count) > 0 {}
        }
    }

    /// Gives the room back.
    func free() throws {
        try FileManager.default.removeItem(atPath: ballast)
    }
}
