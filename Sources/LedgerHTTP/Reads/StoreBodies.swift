import Ledger
import LedgerAPI
import LedgerStore
import NIOCore

/// What is known of stores as JSON.
extension ByteBuffer {
    /// `{"stores":[…],"nextPageToken":…}` or `{"conflicts":[…],"nextPageToken":…}`.
    mutating func writeStoreTable(_ list: StoreList) {
        switch list.rows {
        case .stores(let reports):
            writeList("{\"stores\":", reports) { $0.writeStore($1, now: list.logTime) }
        case .conflicts(let rows):
            writeList("{\"conflicts\":", rows) { $0.writeConflict($1) }
        case .quarantined, .allotments, .levels, .offers, .reservations, .transfers:
            preconditionFailure("stores or conflicts were asked for")
        }
        writeText(",\"nextPageToken\":", list.nextPageToken)
        writeStaticString("}\n")
    }

    /// A store's agent; ages are told by the ledger's time.
    mutating func writeStore(_ report: StoreReport, now: LogTime) {
        let agent = report.agent
        writeText("{\"location\":", agent.location.text)
        writeText(",\"state\":", agent.state.word)
        writeNumber("epoch", Int64(agent.epoch))
        writeText(",\"instance\":", agent.instance.text)
        writeNumber("lastFact", Int64(clamping: agent.lastSequence))
        writeText(",\"lastSeen\":", agent.lastSeen.rfc3339)
        writeNumber("silentMs", now.milliseconds(since: agent.lastSeen))
        if agent.knownThrough.microseconds > 0 {
            writeText(",\"knownThrough\":", agent.knownThrough.rfc3339)
            writeNumber("ageMs", now.milliseconds(since: agent.knownThrough))
        } else {
            writeStaticString(",\"knownThrough\":null,\"ageMs\":null")
        }
        writeNumber("allotted", agent.allottedUnits)
        writeNumber("facts", Int64(clamping: agent.factCount))
        writeNumber("openConflicts", Int64(report.openConflicts))
        writeNumber("quarantined", Int64(report.quarantined))
        writeNumber("onlineShare", Int64(agent.settings.onlineShare))
        writeStaticString(",\"releasesHolds\":")
        writeJSONBool(agent.settings.releasesHolds)
        writeVersion(agent.version)
    }

    private mutating func writeConflict(_ row: ConflictRow) {
        let conflict = row.conflict
        writeText("{\"conflict\":", row.key.description)
        writeText(",\"kind\":", conflict.kind.word)
        writeText(",\"location\":", conflict.location.text)
        writeText(",\"sku\":", conflict.sku?.text)
        writeNumber("position", Int64(clamping: conflict.openedAt.rawValue))
        writeText(",\"time\":", conflict.openedTime.rfc3339)
        writeStaticString(",\"fact\":")
        if let mark = conflict.cause { writeMark(mark) } else { writeStaticString("null") }
        writeNumber("quantity", conflict.quantity)
        writeList(",\"promises\":", conflict.promises) { $0.writeJSONString($1.text) }
        writeText(",\"mismatch\":", conflict.mismatch?.word)
        writeStaticString(",\"wanted\":")
        writePrice(conflict.wanted)
        writeStaticString("}")
    }

    /// Which fact of which store.
    mutating func writeMark(_ mark: FactMark) {
        writeMarkOpen(mark)
        writeStaticString("}")
    }

    /// What the journal says of a fact beside what it moved.
    mutating func writeTrace(_ trace: FactTrace) {
        writeMarkOpen(trace.mark)
        writeText(",\"claimedTime\":", trace.claimedTime.rfc3339)
        writeList(",\"prices\":", trace.prices) { $0.writePrice($1) }
        writeList(",\"notes\":", trace.fate.words) { $0.writeJSONString($1) }
        writeStaticString("}")
    }

    private mutating func writeMarkOpen(_ mark: FactMark) {
        writeText("{\"location\":", mark.location.text)
        writeNumber("epoch", Int64(mark.epoch))
        writeNumber("sequence", Int64(clamping: mark.sequence))
    }
}

extension LogTime {
    /// Whole milliseconds since an earlier time; 0 if that is later.
    func milliseconds(since earlier: LogTime) -> Int64 {
        guard self > earlier else { return 0 }
        return Int64(clamping: (microseconds - earlier.microseconds) / 1_000)
    }
}
