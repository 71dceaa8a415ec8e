import Foundation

/// The directory of a local cluster: a temporary one that is removed afterwards, or one that the
/// caller named and keeps.
struct WorkDirectory: Sendable {
    let path: String
    let isTemporary: Bool

    /// Makes it; one that was named must be empty or not there yet.
    init(named name: String?) throws {
        guard let name else {
            let parent = FileManager.default.temporaryDirectory
            var template = Array(parent.appendingPathComponent("estoque-XXXXXX").path.utf8CString)
            guard let made = mkdtemp(&template) else {
                throw CommandFailure(
                    "no temporary directory: \(String(cString: strerror(errno)))"
                )
            }
            path = String(cString: made)
            isTemporary = true
            return
        }
        let files = FileManager.default
        path = URL(fileURLWithPath: name).path
        isTemporary = false
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            guard try files.contentsOfDirectory(atPath: path).isEmpty else {
                throw CommandFailure(
                    "\(path) is not empty: give the name of a new or an empty directory"
                )
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(path): \(error.localizedDescription)")
        }
    }

    /// Removes it if it is temporary.
    func removeIfTemporary() {
        guard isTemporary else { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}
