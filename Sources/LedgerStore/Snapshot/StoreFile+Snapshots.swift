extension StoreFile {
    /// Looks through a file that was brought here whether it is a whole, sound store of this
    /// cluster, and gives its header.
    ///
    /// It is opened as a file that nobody changes, so that SQLite puts nothing beside it. What SQLite
    /// itself can't see are bits that flipped inside of rows: those are for a checksum of the whole file.
    package func verifyImmutable() throws(StoreError) -> StoreHeader {
        let connection = try Connection(immutable: path)
        try connection.execute("PRAGMA cache_size = -4096")
        try requireStore(connection)
        let (header, owner) = try StoreHeader.readWithOwner(connection)
        try requireOwner(owner)
        try quickCheck(connection)
        return header
    }

    /// The room that the file's disk has left for this process.
    package func freeBytes() throws(StoreError) -> Int { try Directory.freeBytes(at: path) }

    /// The files that SQLite keeps beside a database.
    package static func companions(of path: String) -> [String] { [path + "-wal", path + "-shm"] }
}
