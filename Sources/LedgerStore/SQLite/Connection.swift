import CSQLite

/// One connection to one database file, confined to one thread at a time.
///
/// It is opened without SQLite's own mutexes: whoever holds the connection is its only user.
package final class Connection {
    /// What a connection is for.
    package enum Mode {
        /// Reads and writes; the file is created when it is not there.
        case write
        /// Reads only. It still opens the file for writing, since readers of a write-ahead log mark
        /// their place in its index.
        case read
    }

    let handle: OpaquePointer
    private let walPagesSeen: UnsafeMutablePointer<Int32>

    package convenience init(
        path: String,
        mode: Mode,
        busyMilliseconds: Int32
    ) throws(StoreError) {
        try self.init(
            path,
            SQLITE_OPEN_READWRITE | (mode == .write ? SQLITE_OPEN_CREATE : 0),
            busyMilliseconds: busyMilliseconds
        )
        if mode == .read { try execute("PRAGMA query_only = ON") }
    }

    /// Opens a file that nobody changes: no locks are taken, and nothing is put beside it.
    package convenience init(immutable path: String) throws(StoreError) {
        let escaped = path.utf8.map { Self.isPlain($0) ? "\(UnicodeScalar($0))" : Self.escaped($0) }
        try self.init(
            "file:\(escaped.joined())?immutable=1",
            SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
            busyMilliseconds: 0
        )
    }

    private init(
        _ name: String,
        _ mode: Int32,
        busyMilliseconds: Int32
    ) throws(StoreError) {
        var handle: OpaquePointer?
        let flags = mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(name, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            defer { sqlite3_close_v2(handle) }
            throw StoreError(sqlite: code, on: handle, doing: "open \(name)")
        }
        self.handle = handle
        walPagesSeen = .allocate(capacity: 1)
        walPagesSeen.initialize(to: 0)
        sqlite3_busy_timeout(handle, busyMilliseconds)
    }

    /// Whether a byte of a path stands for itself in a URI.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
    }

    deinit {
        // A statement holds its connection, so all of them are gone, and nothing commits any more.
        sqlite3_close_v2(handle)
        walPagesSeen.deallocate()
    }

    /// Runs one or more statements that give no rows.
    package func execute(_ sql: String) throws(StoreError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw StoreError(sqlite: code, on: handle, doing: sql) }
    }

    /// Prepares a statement that will be kept.
    package func prepare(_ sql: String) throws(StoreError) -> Statement {
        try Statement(sql, on: self)
    }

    /// The only column of the only row of a query.
    package func integer(_ sql: String) throws(StoreError) -> Int64 {
        let statement = try prepare(sql)
        guard try statement.step() else {
            throw StoreError(.corrupt, "no row from \(sql)")
        }
        return statement.integer(0)
    }

    /// Pages in the write-ahead log after this connection's last transaction, once `countWalPages`
    /// was called.
    var walPages: Int { Int(walPagesSeen.pointee) }

    /// Takes the place of SQLite's automatic checkpoints, which hang on the same hook.
    package func countWalPages() {
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            },
            walPagesSeen
        )
    }

    /// Between a BEGIN and its end, which after some errors comes by itself.
    package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
}

extension Connection {
    /// Runs `body` within a transaction: all of it is kept, or nothing.
    package func transaction<R>(
        _ begin: String = "BEGIN IMMEDIATE",
        _ body: () throws(StoreError) -> R
    ) throws(StoreError) -> R {
        try execute(begin)
        let result: R
        do throws(StoreError) {
            result = try body()
            try execute("COMMIT")
        } catch {
            // After some errors SQLite has rolled back already; there is nothing to say about that.
            if isInTransaction { try? execute("ROLLBACK") }
            throw error
        }
        return result
    }
}

extension StoreError {
    /// The error behind a result code of SQLite.
    init(sqlite code: Int32, on handle: OpaquePointer?, doing what: String) {
        let text = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
        let kind: Code =
            switch code & 0xFF {
            case SQLITE_FULL: .full
            // The index of the write-ahead log is a file too, and finds no room to grow.
            case SQLITE_IOERR where code == Self.indexSizeCode: .full
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY: .io
            case SQLITE_CORRUPT: .corrupt
            case SQLITE_NOTADB: .notAStore
            default: .sqlite
            }
        self.init(kind, sqliteCode: code, "\(text) (\(what))")
    }

    /// SQLITE_IOERR_SHMSIZE, a macro that Swift does not import.
    private static let indexSizeCode = SQLITE_IOERR | 19 << 8
}
