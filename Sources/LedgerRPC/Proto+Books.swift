import Ledger
import LedgerAPI
import LedgerStore
import Replica

/// Questions to the books, from their messages.
extension HistoryQuery {
    init(_ proto: ProtoListHistoryRequest) throws(InvalidRequest) {
        self.init(
            try Subject(proto.subject),
            order: proto.oldestFirst ? .oldestFirst : .newestFirst,
            from: proto.fromTimeUs == 0 ? nil : LogTime(microseconds: proto.fromTimeUs),
            until: proto.untilTimeUs == 0 ? nil : LogTime(microseconds: proto.untilTimeUs),
            pageSize: proto.pageSize == 0 ? Self.pageSizeDefault : Int(proto.pageSize),
            pageToken: proto.pageToken.isEmpty ? nil : proto.pageToken
        )
    }
}

extension HistoryQuery.Subject {
    init(_ proto: ProtoListHistoryRequest.OneOf_Subject?) throws(InvalidRequest) {
        func named<ID: ClientIdentifier>(
            _ text: String,
            _ field: String
        ) throws(InvalidRequest) -> ID {
            guard let id = ID(text) else {
                throw InvalidRequest(
                    field: field,
                    "must be 1 to 64 printable ASCII characters without spaces"
                )
            }
            return id
        }
        switch proto {
        case nil: self = .all
        case .sku(let text): self = .item(try named(text, "sku"))
        case .locationID(let text): self = .location(try named(text, "location_id"))
        case .level(let key):
            self = .level(
                try named(key.sku, "level.sku"),
                try named(key.locationID, "level.location_id")
            )
        case .reservationID(let text): self = .reservation(try named(text, "reservation_id"))
        case .document(let text): self = .document(try named(text, "document"))
        case .requestID(let text): self = .request(try named(text, "request_id"))
        case .saleID(let text): self = .sale(try named(text, "sale_id"))
        case .transferID(let text): self = .transfer(try named(text, "transfer_id"))
        }
    }
}

extension ItemSearch {
    init(_ proto: ProtoSearchItemsRequest) {
        self.init(
            text: proto.text.isEmpty ? nil : proto.text,
            skuPrefix: proto.skuPrefix.isEmpty ? nil : proto.skuPrefix,
            includesArchived: proto.includeArchived,
            pageSize: proto.pageSize == 0 ? HistoryQuery.pageSizeDefault : Int(proto.pageSize),
            pageToken: proto.pageToken.isEmpty ? nil : proto.pageToken
        )
    }
}

extension BookTable {
    init(_ proto: ProtoListTableRequest.Table) throws(InvalidRequest) {
        switch proto {
        case .locations: self = .locations
        case .offers: self = .offers
        case .levels: self = .levels
        case .reservations: self = .reservations
        case .transfers: self = .transfers
        case .unspecified: throw InvalidRequest(field: "table", "is required")
        case .UNRECOGNIZED(let number):
            throw InvalidRequest(field: "table", "\(number) is no table")
        }
    }
}

extension ProtoListTableResponse {
    init(_ rows: BookRows) {
        self.init()
        switch rows {
        case .locations(let rows): locations = rows.map(ProtoLocation.init)
        case .offers(let rows): offers = rows.map(ProtoOffer.init)
        case .levels(let rows): levels = rows.map(ProtoStockLevel.init)
        case .reservations(let rows): reservations = rows.map(ProtoReservation.init)
        case .transfers(let rows): transfers = rows.map(ProtoTransfer.init)
        }
    }
}

/// Rows of the journal as messages.
extension ProtoJournalEntry {
    init(_ entry: HistoryEntry) {
        self.init()
        let row = entry.row
        sequence = row.sequence
        position = row.position.rawValue
        logTimeUs = row.logTime.microseconds
        kind = row.kind.word
        reason = row.reason?.text ?? ""
        document = row.document?.text ?? ""
        saleID = row.saleID?.text ?? ""
        movements = entry.movements.map(ProtoMovement.init)
        switch row.cause {
        case .request(let id, digest: _, let actor, let outcome):
            requestID = id.text
            self.actor = actor.text
            set(outcome, of: row)
        case .part(of: let id, let index, let actor, let outcome):
            requestID = id.text
            batchIndex = UInt32(clamping: index)
            self.actor = actor.text
            set(outcome, of: row)
        case .expiry(let reservation):
            expired = ProtoReservation(reservation)
        case .fact(let trace, let actor, let outcome):
            fact = ProtoFactTrace(trace)
            self.actor = actor.text
            set(outcome, of: row)
        case .cure(let reservation, let mark):
            cured = ProtoReservation(reservation)
            curedBy = ProtoFactMark(mark)
        }
    }

    private mutating func set(_ outcome: Outcome, of row: JournalRow) {
        if case .refused(let refusal) = outcome {
            refused = ProtoProblem(Problem(refusal))
        } else {
            answer = ProtoAnswer(
                Answer(position: row.position, logTime: row.logTime, outcome: outcome)
            )
        }
    }
}

extension ProtoMovement {
    init(_ named: NamedMovement) {
        self.init()
        let movement = named.movement
        sku = named.sku.text
        locationID = named.location.text
        change.onHand = movement.onHand
        change.reserved = movement.reserved
        change.allotted = movement.allotted
        change.unavailable = movement.unavailable
        change.incoming = movement.incoming
        balance.onHand = movement.after.onHand
        balance.reserved = movement.after.reserved
        balance.allotted = movement.after.allotted
        balance.unavailable = movement.after.unavailable
        balance.incoming = movement.after.incoming
        version = movement.after.version
    }
}
