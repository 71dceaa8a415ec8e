/// Why the store could not read or write; whoever applies the log stops then, except for `.full`.
package struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What an operator or the replica can do something about is told apart; the rest is SQLite's.
    package enum Code: String, Equatable, Sendable {
        /// No room on the disk (or at the database's own limit); nothing of the transaction is kept.
        case full
        /// Another process holds the database.
        case busy
        /// The disk failed.
        case io
        /// The file is damaged, or holds what this version could not have written.
        case corrupt
        /// The file is no store of this program.
        case notAStore
        /// The store belongs to another cluster.
        case foreignCluster
        /// The store was written by a version with another schema.
        case unknownSchema
        /// Whoever asked for it, or a bound, has put an end to it; nothing is wrong.
        case cancelled
        /// Whatever else SQLite says.
        case sqlite
    }

    /// The kind of failure.
    package var code: Code
    /// SQLite's extended result code; 0 when the failure is not SQLite's.
    package var sqliteCode: Int32
    /// What happened, in words.
    package var message: String

    package init(_ code: Code, sqliteCode: Int32 = 0, _ message: String) {
        self.code = code
        self.sqliteCode = sqliteCode
        self.message = message
    }

    package var description: String {
        sqliteCode == 0
            ? "\(code.rawValue): \(message)" : "\(code.rawValue) (SQLite \(sqliteCode)): \(message)"
    }
}
