import Glibc

/// A folder that is gone at the end of its test.
final class Folder {
    let path: String

    init() {
        var template = Array("/tmp/store-agent-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { fatalError("no folder for a test") }
        path = String(cString: made)
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// A file in it.
    func file(_ name: String = "agent.db") -> String { "\(path)/\(name)" }

    /// The names of the files in it.
    var names: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// A file's bytes.
    static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: ftell(file))
        rewind(file)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }

    /// Replaces a file.
    static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "w") else { fatalError("\(path) can't be written") }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    /// Everything in it as a machine that dies now would leave it, in another folder.
    func afterDeath() -> Folder {
        let copy = Folder()
        for name in names where !name.hasSuffix("-shm") {
            Self.write(Self.read(file(name)), to: copy.file(name))
        }
        return copy
    }
}
