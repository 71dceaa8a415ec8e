import CSQLite

/// A prepared statement that is kept and used again and again.
///
/// Columns count from 0 and parameters from 1, as in SQLite. A failed binding is remembered and
/// thrown by the next step, so that rows are bound without a `try` each.
package final class Statement {
    /// SQLite copies what it is given: `SQLITE_TRANSIENT`, a macro that Swift does not import.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private let handle: OpaquePointer
    private let connection: Connection
    private var failedBinding: Int32 = SQLITE_OK

    package init(_ sql: String, on connection: Connection) throws(StoreError) {
        var handle: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = sqlite3_prepare_v3(connection.handle, sql, -1, flags, &handle, nil)
        guard code == SQLITE_OK, let handle else {
            throw StoreError(sqlite: code, on: connection.handle, doing: sql)
        }
        self.handle = handle
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(handle)
    }

    // MARK: Running

    /// Moves to the next row; false when there are no more.
    package func step() throws(StoreError) -> Bool {
        guard failedBinding == SQLITE_OK else { throw failure(failedBinding) }
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    /// Ends the use of the statement's rows, and with it the read transaction they were read in.
    package func reset() {
        // Its result repeats what the last step has thrown.
        sqlite3_reset(handle)
        failedBinding = SQLITE_OK
    }

    /// Runs a statement that gives no rows.
    package func run() throws(StoreError) {
        defer { reset() }
        _ = try step()
    }

    private func failure(_ code: Int32) -> StoreError {
        let sql = sqlite3_sql(handle).map { String(cString: $0) } ?? ""
        return StoreError(sqlite: code, on: connection.handle, doing: sql)
    }

    // MARK: Binding

    @inline(__always)
    package func bind(_ index: Int32, _ value: Int64) {
        note(sqlite3_bind_int64(handle, index, value))
    }

    @inline(__always)
    package func bind(_ index: Int32, _ value: UInt64) {
        bind(index, Int64(bitPattern: value))
    }

    package func bind(_ index: Int32, _ value: UInt32) {
        bind(index, Int64(value))
    }

    package func bindNull(_ index: Int32) {
        note(sqlite3_bind_null(handle, index))
    }

    package func bind(_ index: Int32, _ text: String) {
        note(
            sqlite3_bind_text64(
                handle,
                index,
                text,
                UInt64(text.utf8.count),
                Self.copied,
                UInt8(SQLITE_UTF8)
            )
        )
    }

    package func bind(_ index: Int32, _ bytes: [UInt8]) {
        // The pointer of an empty buffer may be nil, which would bind NULL.
        guard !bytes.isEmpty else { return note(sqlite3_bind_zeroblob(handle, index, 0)) }
        note(sqlite3_bind_blob64(handle, index, bytes, UInt64(bytes.count), Self.copied))
    }

    /// Binds bytes without copying them: they must stay until the statement has run.
    @inline(__always)
    package func bind(_ index: Int32, borrowing bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return note(sqlite3_bind_zeroblob(handle, index, 0)) }
        note(sqlite3_bind_blob64(handle, index, bytes.baseAddress, UInt64(bytes.count), nil))
    }

    @inline(__always)
    private func note(_ code: Int32) {
        if code != SQLITE_OK { failedBinding = code }
    }

    // MARK: Columns

    @inline(__always)
    package func integer(_ column: Int32) -> Int64 {
        sqlite3_column_int64(handle, column)
    }

    package func unsigned(_ column: Int32) -> UInt64 {
        UInt64(bitPattern: integer(column))
    }

    package func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    package func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// The column's bytes, valid until the next step or reset.
    package func withBytes<R>(
        _ column: Int32,
        _ body: (UnsafeRawBufferPointer) throws(StoreError) -> R
    ) throws(StoreError) -> R {
        let start = sqlite3_column_blob(handle, column)
        let count = start == nil ? 0 : Int(sqlite3_column_bytes(handle, column))
        return try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    package func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        let count = Int(sqlite3_column_bytes(handle, column))
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }
}
