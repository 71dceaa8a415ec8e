import Ledger

/// A store's database file: where it is, whose it is, and how it is opened.
package struct StoreFile: Sendable {
    /// The file; SQLite keeps two more beside it, `-wal` and `-shm`.
    package let path: String
    /// The name of the cluster that the store belongs to.
    package let cluster: String
    package let limits: StoreLimits

    package init(path: String, cluster: String, limits: StoreLimits = StoreLimits()) {
        self.path = path
        self.cluster = cluster
        self.limits = limits
    }

    /// Creates the file if it isn't there, and checks that it is this cluster's store.
    ///
    /// With `verifying`, SQLite looks through the whole file for damage first. Gives the header: the
    /// log is replayed from behind its position.
    @discardableResult
    package func prepare(verifying: Bool = false) throws(StoreError) -> StoreHeader {
        let connection = try openForWriting()
        try check(connection)
        if verifying { try quickCheck(connection) }
        return try StoreHeader.read(connection)
    }

    /// Opens the state as of the last committed generation, for the replica's thread.
    package func openState() throws(StoreError) -> SQLiteLedgerState {
        try prepare()
        let connection = try openForReading(cacheBytes: limits.readCacheBytes)
        return SQLiteLedgerState(loading: try LoadedStore(connection, limits), limits: limits)
    }

    /// Opens the one writer, for a thread of its own.
    package func openWriter() throws(StoreError) -> GenerationWriter {
        let connection = try openForWriting()
        try check(connection)
        return try GenerationWriter(connection, limits)
    }

    /// Opens a reader, for any other thread.
    package func openReader() throws(StoreError) -> StoreReader {
        let connection = try openForReading(cacheBytes: limits.readCacheBytes)
        try check(connection, mayMigrate: false)
        return try StoreReader(connection, limits)
    }

    // MARK: Connections

    func openForWriting() throws(StoreError) -> Connection {
        let connection = try Connection(
            path: path,
            mode: .write,
            busyMilliseconds: limits.busyMilliseconds
        )
        // The page size counts only before the file's first page is written; a log's mode stays.
        try connection.execute(
            """
            PRAGMA page_size = \(limits.pageBytes);
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = NORMAL;
            PRAGMA wal_autocheckpoint = 0;
            PRAGMA secure_delete = OFF;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -\(limits.writeCacheBytes / 1_024);
            """
        )
        if limits.pagesMax > 0 {
            try connection.execute("PRAGMA max_page_count = \(limits.pagesMax)")
        }
        return connection
    }

    func openForReading(cacheBytes: Int) throws(StoreError) -> Connection {
        let connection = try Connection(
            path: path,
            mode: .read,
            busyMilliseconds: limits.busyMilliseconds
        )
        try connection.execute("PRAGMA cache_size = -\(cacheBytes / 1_024)")
        return connection
    }

    /// Creates the tables in an empty file, brings those of an earlier version up to date, and refuses
    /// what is not this cluster's store.
    private func check(
        _ connection: Connection,
        mayMigrate: Bool = true
    ) throws(StoreError) {
        try requireSearch(connection)
        let application = try connection.integer("PRAGMA application_id")
        let version = try connection.integer("PRAGMA user_version")
        if application == 0, version == 0,
            try connection.integer("SELECT count(*) FROM sqlite_schema") == 0
        {
            return try create(connection)
        }
        try requireStore(connection)
        try requireOwner(try StoreHeader.readWithOwner(connection).cluster)
        if version < Schema.version {
            guard mayMigrate else { throw unknown(schema: version) }
            try migrate(connection)
        }
        try connection.execute(Schema.indexes)
    }

    /// Brings the tables of an earlier version up to date, as a whole or not at all.
    private func migrate(_ connection: Connection) throws(StoreError) {
        try connection.transaction { () throws(StoreError) in
            // Another thread may have done it since this one looked.
            let version = try connection.integer("PRAGMA user_version")
            guard version < Schema.version else { return }
            if version < 4 { try connection.execute(Schema.storeRecords) }
            try connection.execute(Schema.levelPending)
            for name in Schema.viewNames {
                try connection.execute("DROP VIEW IF EXISTS \(name)")
            }
            try connection.execute(Schema.views)
            try connection.execute("PRAGMA user_version = \(Schema.version)")
        }
    }

    /// Refuses a SQLite that was built without what the search of items needs.
    private func requireSearch(_ connection: Connection) throws(StoreError) {
        let count = try connection.integer(
            "SELECT count(*) FROM pragma_module_list WHERE name = 'fts5'"
        )
        guard count == 0 else { return }
        throw StoreError(
            .sqlite,
            "this SQLite was built without FTS5, by which items are searched: use one that has it, "
                + "such as Debian's libsqlite3"
        )
    }

    /// Refuses what is no store, or one of another version.
    func requireStore(_ connection: Connection) throws(StoreError) {
        let application = try connection.integer("PRAGMA application_id")
        guard application == Schema.applicationID else {
            throw StoreError(.notAStore, "\(path) is another program's database")
        }
        let version = try connection.integer("PRAGMA user_version")
        guard (Schema.oldestVersion...Schema.version).contains(version) else {
            throw unknown(schema: version)
        }
    }

    private func unknown(schema version: Int64) -> StoreError {
        StoreError(
            .unknownSchema,
            "\(path) has schema \(version), this version knows \(Schema.version)"
        )
    }

    /// Refuses another cluster's store.
    func requireOwner(_ owner: String) throws(StoreError) {
        guard owner == cluster else {
            throw StoreError(
                .foreignCluster,
                "\(path) belongs to the cluster '\(owner)', not to '\(cluster)'"
            )
        }
    }

    /// Looks through the whole file for damage that SQLite can see.
    func quickCheck(_ connection: Connection) throws(StoreError) {
        let statement = try connection.prepare("PRAGMA quick_check(1)")
        guard try statement.step(), statement.text(0) == "ok" else {
            throw StoreError(.corrupt, "\(path): \(statement.text(0))")
        }
    }

    private func create(_ connection: Connection) throws(StoreError) {
        try createTables(connection)
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        try Directory.sync(containing: path)
    }

    fileprivate func createTables(_ connection: Connection) throws(StoreError) {
        try connection.transaction { () throws(StoreError) in
            try connection.execute(Schema.tables)
            try connection.execute(Schema.indexes)
            try connection.execute(Schema.views)
            let statement = try connection.prepare(StoreHeader.insertion)
            StoreHeader().bind(to: statement, cluster: cluster)
            try statement.run()
            // These are pages of the file too, and so within the transaction: a crash leaves an
            // empty file or a whole store.
            try connection.execute(
                """
                PRAGMA application_id = \(Schema.applicationID);
                PRAGMA user_version = \(Schema.version);
                """
            )
        }
    }
}

extension SQLiteLedgerState {
    /// A state of nothing that holds no file: it stands where a state was while that one's file is
    /// exchanged for another.
    package static func placeholder() throws(StoreError) -> SQLiteLedgerState {
        let file = StoreFile(path: ":memory:", cluster: "")
        let connection = try file.openForWriting()
        try file.createTables(connection)
        return SQLiteLedgerState(
            loading: try LoadedStore(connection, file.limits),
            limits: file.limits
        )
    }
}
