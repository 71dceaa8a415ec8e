import Ledger
import LedgerAPI
import LedgerStore
import NIOCore

/// The journal as JSON.
extension ByteBuffer {
    /// `{"entries":[…],"nextPageToken":…}`; null behind the last page.
    mutating func writeHistory(_ page: HistoryPage) {
        writeList("{\"entries\":", page.entries) { $0.writeEntry($1) }
        writeText(",\"nextPageToken\":", page.nextPageToken)
        writeStaticString("}\n")
    }

    private mutating func writeEntry(_ entry: HistoryEntry) {
        let row = entry.row
        writeStaticString("{\"sequence\":")
        writeDecimal(row.sequence)
        writeStaticString(",\"position\":")
        writeDecimal(row.position.rawValue)
        writeText(",\"time\":", row.logTime.rfc3339)
        writeText(",\"kind\":", row.kind.word)
        switch row.cause {
        case .request(let id, digest: _, let actor, outcome: _):
            writeText(",\"request\":", id.text)
            writeText(",\"actor\":", actor.text)
        case .part(of: let id, let index, let actor, outcome: _):
            writeText(",\"request\":", id.text)
            writeNumber("batchIndex", Int64(index))
            writeText(",\"actor\":", actor.text)
        case .fact(_, let actor, outcome: _):
            writeStaticString(",\"request\":null")
            writeText(",\"actor\":", actor.text)
        case .expiry, .cure:
            writeStaticString(",\"request\":null,\"actor\":null")
        }
        writeStaticString(",\"refused\":")
        writeJSONBool(row.outcome?.isRefusal ?? false)
        writeText(",\"reason\":", row.reason?.text)
        writeText(",\"document\":", row.document?.text)
        writeList(",\"movements\":", entry.movements) { $0.writeMovement($1) }
        writeSubjects(row)
        writeStaticString("}")
    }

    /// What the row tells of beside stock, as it left it.
    private mutating func writeSubjects(_ row: JournalRow) {
        switch row.cause {
        case .fact(let trace, actor: _, outcome: _):
            writeStaticString(",\"fact\":")
            writeTrace(trace)
        case .cure(_, let mark):
            writeStaticString(",\"curedBy\":")
            writeMark(mark)
        case .request, .part, .expiry: break
        }
        if let reservation = row.reservation {
            writeStaticString(",\"reservation\":")
            writeReservation(reservation)
        }
        if let sale = row.changedSale ?? row.madeSale {
            writeStaticString(",\"sale\":")
            writeSale(sale)
        }
        if let transfer = row.transfer {
            writeStaticString(",\"transfer\":")
            writeTransfer(transfer)
        }
        if let offer = row.offer {
            writeStaticString(",\"offer\":")
            writeOffer(offer)
        }
    }

    private mutating func writeMovement(_ named: NamedMovement) {
        let movement = named.movement
        writeText("{\"sku\":", named.sku.text)
        writeText(",\"location\":", named.location.text)
        writeNumber("onHand", movement.onHand)
        writeNumber("reserved", movement.reserved)
        writeNumber("allotted", movement.allotted)
        writeNumber("unavailable", movement.unavailable)
        writeNumber("incoming", movement.incoming)
        writeStaticString(",\"after\":{\"onHand\":")
        writeDecimal(movement.after.onHand)
        writeNumber("reserved", movement.after.reserved)
        writeNumber("allotted", movement.after.allotted)
        writeNumber("unavailable", movement.after.unavailable)
        writeNumber("incoming", movement.after.incoming)
        writeStaticString(",\"version\":")
        writeDecimal(movement.after.version)
        writeStaticString("}}")
    }
}
