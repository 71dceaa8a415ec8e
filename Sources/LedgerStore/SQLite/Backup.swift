import CSQLite

/// SQLite's page by page copy of one database into another.
///
/// With the source in a read transaction from before the first step to after the last, all pages are
/// as of that transaction, whatever another connection writes meanwhile; without one, SQLite would
/// begin again after every write.
final class Backup {
    private let handle: OpaquePointer
    private let source: Connection
    private let target: Connection

    init(from source: Connection, to target: Connection) throws(StoreError) {
        let handle = sqlite3_backup_init(target.handle, "main", source.handle, "main")
        guard let handle else {
            let code = sqlite3_extended_errcode(target.handle)
            throw StoreError(sqlite: code, on: target.handle, doing: "begin a copy")
        }
        self.handle = handle
        self.source = source
        self.target = target
    }

    deinit {
        // Its result repeats what the last step has thrown.
        sqlite3_backup_finish(handle)
    }

    /// Copies so many pages more; true when all are copied.
    func step(pages: Int32) throws(StoreError) -> Bool {
        switch sqlite3_backup_step(handle, pages) {
        case SQLITE_DONE: return true
        case SQLITE_OK: return false
        case let code: throw StoreError(sqlite: code, on: target.handle, doing: "copy pages")
        }
    }

    /// Pages of the source, known after the first step.
    var pageCount: Int { Int(sqlite3_backup_pagecount(handle)) }
}
