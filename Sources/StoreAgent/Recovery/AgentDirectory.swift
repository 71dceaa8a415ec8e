package import Ledger
package import LedgerStore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The directory in which a store's agent keeps its database; nothing in it is ever deleted here.
package struct AgentDirectory: Sendable {
    /// Where it is.
    package let path: String

    /// The directory at a path, whether it is there or not.
    package init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// The database file.
    package var database: String { path + "/agent.sqlite" }

    /// Whether there is a database.
    package var hasDatabase: Bool { Self.exists(database) }

    /// Opens the database of a store, or makes it with the directory.
    ///
    /// - Throws: What is wrong with it, or that it is in use.
    package func open(_ location: LocationID) throws(StoreError) -> SQLiteAgentRows {
        try make()
        return try AgentFile.open(database, location: location, instance: Self.mintInstance())
    }

    /// Opens a database that must be there.
    package func openExisting(_ location: LocationID) throws(StoreError) -> SQLiteAgentRows {
        guard hasDatabase else {
            throw StoreError(.notAStore, "there is no agent's database in \(path)")
        }
        return try open(location)
    }

    /// Where a directory is made anew before it takes this one's place.
    package var next: AgentDirectory { AgentDirectory(path + ".next") }

    /// Renames the directory out of the way, under a name that is free; nil: there is none.
    ///
    /// - Returns: The name.
    package func putAside() throws(StoreError) -> AgentDirectory? {
        guard Self.exists(path) else { return nil }
        for number in 1...Self.asideMax {
            let aside = AgentDirectory("\(path).old-\(number)")
            if Self.exists(aside.path) { continue }
            try move(to: aside)
            return aside
        }
        throw StoreError(.sqlite, "\(path): \(Self.asideMax) old directories are kept already")
    }

    /// Renames the directory.
    package func move(to other: AgentDirectory) throws(StoreError) {
        guard rename(path, other.path) == 0 else {
            throw StoreError(.sqlite, "\(path) can't become \(other.path): \(Self.reason)")
        }
    }

    private static let asideMax = 1_000

    private func make() throws(StoreError) {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            made += (made.isEmpty && !path.hasPrefix("/")) ? String(part) : "/\(part)"
            if made == "/" { made = "" }
            guard !made.isEmpty, !Self.exists(made) else { continue }
            guard mkdir(made, 0o750) == 0 || errno == EEXIST else {
                throw StoreError(.sqlite, "\(path) can't be made: \(Self.reason)")
            }
        }
    }

    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private static var reason: String { String(cString: strerror(errno)) }

    /// Names a database: 128 random bits.
    private static func mintInstance() -> Reference {
        var random = SystemRandomNumberGenerator()
        let words = (0..<2).map { _ -> String in
            let digits = String(random.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
        return Reference(unchecked: words.joined())
    }
}
