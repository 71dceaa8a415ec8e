extension Schema {
    /// The views by name, to make them anew in a file of an earlier version.
    static let viewNames = ["stock", "catalogue", "history", "stores", "conflicts"]

    /// For people with any SQLite tool; nothing here reads them.
    static let views = """
        CREATE VIEW stock AS
        WITH last (key, number) AS (SELECT key, max(number) FROM level_pending GROUP BY key),
        newest AS (
            SELECT v.key, v.item, v.on_hand, v.reserved, v.allotted, v.unavailable, v.incoming,
                v.safety_stock, v.backorder_limit, v.version
            FROM level v LEFT JOIN last ON last.key = v.key WHERE last.key IS NULL
            UNION ALL
            SELECT p.key, v.item, p.on_hand, p.reserved, p.allotted, p.unavailable, p.incoming,
                p.safety_stock, p.backorder_limit, p.version
            FROM last JOIN level_pending p ON p.number = last.number JOIN level v ON v.key = p.key
        )
        SELECT i.sku, l.id AS location,
            v.on_hand - v.reserved - v.allotted - v.unavailable AS available,
            v.on_hand, v.reserved, v.allotted, v.unavailable, v.incoming,
            v.safety_stock, v.backorder_limit, v.version
        FROM newest v JOIN item i ON i.key = v.item JOIN location l ON l.key = v.key >> 32;
        CREATE VIEW catalogue AS
        SELECT sku, title, price, currency,
            CASE state WHEN 1 THEN 'ACTIVE' WHEN 2 THEN 'ARCHIVED' END AS state, version,
            (SELECT json_group_object(name, value) FROM item_attribute a WHERE a.item = i.key)
                AS attributes
        FROM item i;
        CREATE VIEW history AS
        SELECT sequence, position,
            strftime('%Y-%m-%dT%H:%M:%fZ', log_time / 1000000.0, 'unixepoch') AS time,
            CASE kind
                WHEN 1 THEN 'UPSERT_ITEM' WHEN 2 THEN 'UPSERT_LOCATION' WHEN 3 THEN 'RECEIVE'
                WHEN 4 THEN 'ADJUST' WHEN 5 THEN 'SELL' WHEN 6 THEN 'RESERVE'
                WHEN 7 THEN 'EXTEND' WHEN 8 THEN 'CONFIRM' WHEN 9 THEN 'FULFILL'
                WHEN 10 THEN 'RELEASE' WHEN 11 THEN 'EXPIRE' WHEN 12 THEN 'MARK_UNAVAILABLE'
                WHEN 13 THEN 'WRITE_OFF' WHEN 14 THEN 'SET_STOCK_POLICY' WHEN 15 THEN 'RETURN'
                WHEN 16 THEN 'COUNT' WHEN 17 THEN 'CREATE_TRANSFER' WHEN 18 THEN 'SHIP_TRANSFER'
                WHEN 19 THEN 'RECEIVE_TRANSFER' WHEN 20 THEN 'CANCEL_TRANSFER'
                WHEN 21 THEN 'SET_OFFER' WHEN 22 THEN 'BATCH' WHEN 23 THEN 'REGISTER_STORE'
                WHEN 24 THEN 'SUBMIT_FACTS' WHEN 25 THEN 'GRANT_ALLOTMENT'
                WHEN 26 THEN 'RECALL_ALLOTMENT' WHEN 27 THEN 'REVOKE_ALLOTMENT'
                WHEN 28 THEN 'RESOLVE_CONFLICT' WHEN 29 THEN 'REPLAY_FACT'
                WHEN 30 THEN 'RETURN_ALLOTMENT' WHEN 31 THEN 'SET_ASIDE_FACT'
                ELSE kind END AS kind,
            length(body) AS bytes
        FROM journal;
        CREATE VIEW stores AS
        SELECT l.id AS location,
            (SELECT count(*) FROM store_record r WHERE r.kind = 3
                AND r.place BETWEEN l.key << 32 AND (l.key << 32) + 4294967295) AS allotments,
            (SELECT count(*) FROM store_record r WHERE r.kind BETWEEN 5 AND 9
                AND r.place >> 32 = l.key) AS conflicts,
            (SELECT count(*) FROM store_record r WHERE r.kind = 10
                AND r.place BETWEEN l.key << 32 AND (l.key << 32) + 4294967295) AS quarantined
        FROM store_record a JOIN location l ON l.key = a.place >> 32 WHERE a.kind = 1;
        CREATE VIEW conflicts AS
        SELECT printf('%x-%x-%x-%x', r.kind, r.place, r.sequence, r.line) AS name,
            CASE r.kind
                WHEN 5 THEN 'OVERSOLD' WHEN 6 THEN 'NEGATIVE_ON_HAND' WHEN 7 THEN 'FACT'
                WHEN 8 THEN 'EDIT' WHEN 9 THEN 'FORK' END AS kind,
            l.id AS location,
            CASE WHEN r.kind IN (5, 6, 8) THEN i.sku END AS sku,
            CASE WHEN r.kind = 7 THEN r.place & 4294967295 END AS epoch,
            CASE WHEN r.kind = 7 THEN r.sequence END AS sequence
        FROM store_record r JOIN location l ON l.key = r.place >> 32
            LEFT JOIN item i ON i.key = r.place & 4294967295
        WHERE r.kind BETWEEN 5 AND 9;
        """
}
