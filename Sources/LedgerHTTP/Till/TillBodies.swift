import AgentCore
import Ledger
import NIOCore

/// What a store's server tells, as JSON.
extension ByteBuffer {
    /// What was done; the sale's name is the number on the receipt.
    mutating func writeTillReceipt(_ receipt: TillReceipt) {
        writeStaticString("{\"epoch\":")
        writeDecimal(UInt64(receipt.epoch))
        writeStaticString(",\"sequence\":")
        writeDecimal(receipt.sequence)
        writeText(",\"sale\":", receipt.sale?.text)
        writeText(",\"time\":", receipt.time.rfc3339)
        writeList(",\"lines\":", receipt.lines) { body, line in
            body.writeText("{\"sku\":", line.sku.text)
            body.writeNumber("quantity", line.quantity)
            body.writeStaticString(",\"price\":")
            body.writePrice(line.price)
            body.writeNumber("overdrawn", line.overdrawn)
            body.writeNumber("onHand", line.onHand)
            body.writeStaticString("}")
        }
        writeStaticString("}\n")
    }

    /// What there is of an item: on the shelf, promised, and what may be sold without asking.
    mutating func writeTillStock(_ stock: AgentStock) {
        writeText("{\"sku\":", stock.item.sku.text)
        writeText(",\"title\":", stock.item.title)
        writeStaticString(",\"state\":")
        writeStaticString(stock.item.state == .active ? "\"ACTIVE\"" : "\"ARCHIVED\"")
        writeStaticString(",\"price\":")
        writePrice(stock.price)
        writeNumber("onHand", stock.onHand)
        writeNumber("unavailable", stock.unavailable)
        writeNumber("reserved", stock.reserved)
        writeNumber("incoming", stock.incoming)
        writeNumber("allotted", stock.rights)
        writeStaticString("}")
    }

    /// How it stands with the agent, by its own clock.
    mutating func writeTillStatus(
        _ status: AgentStatus,
        policy: AgentSettings.CutOffPolicy,
        now: LogTime,
        units: Quantity? = nil
    ) {
        let head = status.head
        writeText("{\"location\":", head.location.text)
        writeText(",\"state\":", status.word)
        writeText(",\"reason\":", status.trouble?.reason)
        writeText(",\"policy\":", policy == .block ? "BLOCK" : "OVERDRAW")
        writeText(",\"instance\":", head.instance.text)
        writeNumber("epoch", Int64(head.epoch))
        writeText(",\"time\":", now.rfc3339)
        writeText(",\"cutOffSince\":", status.cutOffSince?.rfc3339)
        writeNumber("outboxDepth", Int64(clamping: head.outboxDepth))
        writeNumber("outboxBytes", Int64(clamping: status.outboxBytes))
        writeText(",\"oldestUnacknowledged\":", status.oldestUnacknowledged?.rfc3339)
        writeNumber("sequence", Int64(clamping: head.sequence))
        writeNumber("acknowledged", Int64(clamping: head.acknowledged))
        writeNumber("position", Int64(clamping: head.copy?.position.rawValue ?? 0))
        writeStaticString(",\"copying\":")
        writeJSONBool(status.isCopying)
        writeNumber("waiting", Int64(status.waiting))
        writeNumber("priceEdits", Int64(status.edits))
        writeCounts(status.counts)
        if let units { writeNumber("unitsAllotted", units) }
        writeStaticString("}")
    }

    /// What the agent has done since it was started.
    private mutating func writeCounts(_ counts: AgentCounts) {
        writeStaticString(",\"sinceStart\":{\"sales\":")
        writeDecimal(counts.sales)
        writeNumber("facts", Int64(clamping: counts.facts))
        writeNumber("refused", Int64(clamping: counts.refused))
        writeNumber("overdrawnUnits", Int64(clamping: counts.overdrawnUnits))
        writeNumber("conflicts", Int64(clamping: counts.conflicts))
        writeNumber("quarantined", Int64(clamping: counts.quarantined))
        writeNumber("redials", Int64(clamping: counts.redials))
        writeNumber("copies", Int64(clamping: counts.copies))
        writeNumber("priceEditsRefused", Int64(clamping: counts.editsRefused))
        writeNumber("grants", Int64(clamping: counts.grants))
        writeStaticString("}")
    }
}

extension AgentStatus {
    /// One word for people and programs.
    var word: String {
        switch trouble {
        case .frozen: "FROZEN"
        case .notReady: "NOT_READY"
        case .outboxFull: "OUTBOX_FULL"
        case .tooManyWaiting, .tooManyEdits, nil: isCutOff ? "CUT_OFF" : "CONNECTED"
        }
    }
}

extension AgentTrouble {
    /// Why, in one word of capitals; nil: the state says it all.
    var reason: String? {
        guard case .frozen(let reason) = self else { return nil }
        return switch reason {
        case .oldCopy: "OLD_COPY"
        case .forked: "FORKED"
        case .taken: "STORE_TAKEN"
        case .storeFrozen: "STORE_FROZEN"
        case .ledgerLost: "LEDGER_LOST"
        }
    }

    /// What a till is told.
    var problem: Problem {
        switch self {
        case .notReady:
            return Problem(
                .notReady,
                detail: "the store's copy isn't here yet: the cluster has to be reached once"
            )
        case .frozen(let frozen):
            var problem = Problem(.storeFrozen, detail: frozen.text)
            problem.members = [
                Problem.Member(name: "state", value: .text(reason ?? "STORE_FROZEN"))
            ]
            return problem
        case .outboxFull: return Problem(.outboxFull)
        case .tooManyWaiting:
            return Problem(.overloaded, detail: "too many tills wait for the cluster")
        case .tooManyEdits:
            return Problem(.overloaded, detail: "too many new prices wait for the cluster")
        }
    }
}

extension AgentHead.Frozen {
    /// For people.
    fileprivate var text: String {
        switch self {
        case .oldCopy:
            "the ledger has facts of this store that aren't in this database: it is an old copy"
        case .forked: "the ledger has other facts in the place of this database's: there are two"
        case .taken: "another agent has taken over the store"
        case .storeFrozen: "the ledger has frozen the store: two databases speak for it"
        case .ledgerLost: "the ledger lost more than this database keeps"
        }
    }
}
