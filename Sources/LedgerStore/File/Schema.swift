import Ledger

/// The tables, and what they are for.
///
/// A simple reservation costs one appended row of `journal`, one of `level_pending`, and later its share of a
/// page of `level`. All other
/// tables hold only what has to be found another way, and are kept packed:
///
/// ```
/// journal           what was asked, by whom, what moved, what was answered: request, reservation
///                   and outcome are in `body` (the ledger's codec)
/// reservation       only of reservations that changed after the row that created them: where the
///                   newest state is. Its key is the sequence of the creating journal row
/// document          the same of sales and transfers that changed
/// level_pending     changes of levels that are not in their rows of `level` yet, in their order: the last
///                   of a level is what it is
/// offer             what is different about an item at a location, under the level's key
/// store_record      what is kept for store agents: small rows, found by their keys
/// hold              the open holds (HELD, CONFIRMED), packed by 64 creating sequences
/// identity          hash of the id of a request, reservation, sale or transfer → journal sequence,
///                   packed and sorted, a range of hashes a row; requests' are dropped after a while
/// identity_pending  the same, not yet merged into `identity`, a generation a row
/// item_search       the words of titles, kept by triggers (SQLite's FTS5)
/// trace             the index of the journal: which rows concern a level, a location or a name. Packed
///                   and sorted within a segment, a leaf a row
/// trace_segment     the segments: the rows of the journal that each covers
/// trace_pending     traces that are not in a segment yet, a generation a row
/// meta              one row: the position up to which everything here is, and the counters, with a
///                   checksum: they decide from where the log is replayed
/// ```
enum Schema {
    /// "ESTQ": tells the file from other programs' SQLite files.
    static let applicationID: Int64 = 0x4553_5451
    /// Raised with every change of the tables or of what is packed in them.
    static let version: Int64 = 5
    /// Files from this version on are brought up to date when they are opened for writing.
    static let oldestVersion: Int64 = 3

    static let tables = """
        CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            cluster TEXT NOT NULL,
            position INTEGER NOT NULL,
            term INTEGER NOT NULL,
            log_time INTEGER NOT NULL,
            journal_sequence INTEGER NOT NULL,
            last_item INTEGER NOT NULL,
            last_location INTEGER NOT NULL,
            membership BLOB NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE item (
            key INTEGER PRIMARY KEY,
            sku TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            price INTEGER NOT NULL,
            currency TEXT NOT NULL,
            state INTEGER NOT NULL,
            version INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE item_attribute (
            item INTEGER NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (item, name)
        ) STRICT, WITHOUT ROWID;
        CREATE VIRTUAL TABLE item_search USING fts5(
            title, content = 'item', content_rowid = 'key',
            tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
        );
        CREATE TRIGGER item_search_insert AFTER INSERT ON item BEGIN
            INSERT INTO item_search (rowid, title) VALUES (new.key, new.title);
        END;
        CREATE TRIGGER item_search_update AFTER UPDATE OF title ON item
            WHEN old.title IS NOT new.title
        BEGIN
            INSERT INTO item_search (item_search, rowid, title)
                VALUES ('delete', old.key, old.title);
            INSERT INTO item_search (rowid, title) VALUES (new.key, new.title);
        END;
        CREATE TABLE location (
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            kind INTEGER NOT NULL,
            priority INTEGER NOT NULL,
            sells_online INTEGER NOT NULL,
            state INTEGER NOT NULL,
            version INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE level (
            key INTEGER PRIMARY KEY,
            item INTEGER NOT NULL,
            \(levelColumns)
        ) STRICT;
        CREATE INDEX level_item ON level (item);
        \(levelPending)
        CREATE TABLE journal (
            sequence INTEGER PRIMARY KEY,
            position INTEGER NOT NULL,
            log_time INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE TABLE reservation (
            key INTEGER PRIMARY KEY,
            state INTEGER NOT NULL,
            carrier INTEGER,
            body BLOB
        ) STRICT;
        CREATE TABLE document (
            key INTEGER PRIMARY KEY,
            carrier INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE offer (
            key INTEGER PRIMARY KEY,
            body BLOB NOT NULL
        ) STRICT;
        \(storeRecords)
        CREATE TABLE hold (
            chunk INTEGER PRIMARY KEY,
            entries BLOB NOT NULL
        ) STRICT;
        CREATE TABLE identity (
            first INTEGER PRIMARY KEY,
            entries BLOB NOT NULL
        ) STRICT;
        CREATE TABLE identity_pending (
            number INTEGER PRIMARY KEY,
            entries BLOB NOT NULL
        ) STRICT;
        INSERT INTO identity VALUES (0, x'');
        CREATE TABLE trace (
            key INTEGER PRIMARY KEY,
            entries BLOB NOT NULL
        ) STRICT;
        CREATE TABLE trace_segment (
            first INTEGER PRIMARY KEY,
            last INTEGER NOT NULL,
            number INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE trace_pending (
            first INTEGER PRIMARY KEY,
            entries BLOB NOT NULL
        ) STRICT;
        """

    /// What a level is, wherever it is kept.
    private static let levelColumns = """
        on_hand INTEGER NOT NULL,
        reserved INTEGER NOT NULL,
        allotted INTEGER NOT NULL,
        unavailable INTEGER NOT NULL,
        incoming INTEGER NOT NULL,
        safety_stock INTEGER NOT NULL,
        backorder_limit INTEGER NOT NULL,
        version INTEGER NOT NULL
        """

    /// New in version 5: levels lie far apart, and these side by side.
    static let levelPending = """
        CREATE TABLE level_pending (
            number INTEGER PRIMARY KEY,
            key INTEGER NOT NULL,
            \(levelColumns)
        ) STRICT;
        """

    /// New in version 4: the rows of one store, and of one kind, are neighbours.
    static let storeRecords = """
        CREATE TABLE store_record (
            kind INTEGER NOT NULL,
            place INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            line INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (kind, place, sequence, line)
        ) STRICT, WITHOUT ROWID;
        """

    /// What only makes reads faster, and so may be missing in a file of an earlier version: it is made
    /// whenever a file is opened for writing.
    ///
    /// Of an offer's key the lower half is the item. The rows that make transfers are few among all.
    static let indexes = """
        CREATE INDEX IF NOT EXISTS offer_item ON offer (key & 4294967295);
        CREATE INDEX IF NOT EXISTS journal_transfer ON journal (sequence)
            WHERE kind = \(transferKind);
        """
    /// Of the rows that make transfers, as it is written in statements that use their index.
    static let transferKind = JournalRow.Kind.createTransfer.rawValue
}
