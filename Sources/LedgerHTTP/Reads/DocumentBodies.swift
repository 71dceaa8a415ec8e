import Ledger
import LedgerAPI
import LedgerStore
import NIOCore

/// Documents as JSON objects; no line's end, since they stand in entries of history too.
extension ByteBuffer {
    mutating func writeReservation(_ reservation: Reservation) {
        writeText("{\"reservation\":", reservation.id.text)
        writeText(",\"owner\":{\"kind\":", reservation.owner.kind.word)
        writeText(",\"reference\":", reservation.owner.reference.text)
        writeText("},\"state\":", reservation.state.word)
        writeList(",\"lines\":", reservation.lines) { body, line in
            body.writeText("{\"sku\":", line.sku.text)
            body.writeText(",\"location\":", line.location.text)
            body.writeNumber("requested", line.requested)
            body.writeNumber("fulfilled", line.fulfilled)
            body.writeNumber("released", line.released)
            body.writeNumber("returned", line.returned)
            body.writeStaticString("}")
        }
        writeText(",\"expireTime\":", reservation.expireTime.rfc3339)
        writeText(",\"maxExpireTime\":", reservation.maxExpireTime.rfc3339)
        writeText(",\"order\":", reservation.orderReference?.text)
        writeVersion(reservation.version)
    }

    mutating func writeTransfer(_ transfer: Transfer) {
        writeText("{\"transfer\":", transfer.id.text)
        writeText(",\"from\":", transfer.from.text)
        writeText(",\"to\":", transfer.to.text)
        writeText(",\"state\":", transfer.state.word)
        writeList(",\"lines\":", transfer.lines) { body, line in
            body.writeText("{\"sku\":", line.sku.text)
            body.writeNumber("requested", line.requested)
            body.writeNumber("shipped", line.shipped)
            body.writeNumber("received", line.received)
            body.writeNumber("rejected", line.rejected)
            body.writeNumber("lost", line.lost)
            body.writeNumber("inTransit", line.inTransit)
            body.writeStaticString("}")
        }
        writeText(",\"document\":", transfer.document?.text)
        writeVersion(transfer.version)
    }

    mutating func writeSale(_ sale: Sale) {
        writeText("{\"sale\":", sale.id.text)
        writeList(",\"lines\":", sale.lines) { body, line in
            body.writeText("{\"sku\":", line.sku.text)
            body.writeText(",\"location\":", line.location.text)
            body.writeNumber("sold", line.sold)
            body.writeNumber("returned", line.returned)
            body.writeStaticString("}")
        }
        writeVersion(sale.version)
    }

    mutating func writeOffer(_ offer: Offer) {
        writeText("{\"sku\":", offer.sku.text)
        writeText(",\"location\":", offer.location.text)
        writeStaticString(",\"price\":")
        writePrice(offer.price)
        writeStaticString(",\"attributes\":{")
        for (index, attribute) in offer.attributes.enumerated() {
            if index > 0 { writeStaticString(",") }
            writeJSONString(attribute.name)
            writeText(":", attribute.value)
        }
        writeStaticString("}")
        writeVersion(offer.version)
    }

    /// `{"items":[…],"nextPageToken":…}`; null behind the last page.
    mutating func writeItems(_ page: ItemPage) {
        writeList("{\"items\":", page.items) { $0.writeEntry($1) }
        writeText(",\"nextPageToken\":", page.nextPageToken)
        writeStaticString("}\n")
    }

    /// A name with what stands before it, and a string or null.
    mutating func writeText(_ name: StaticString, _ text: String?) {
        writeStaticString(name)
        if let text { writeJSONString(text) } else { writeStaticString("null") }
    }

    mutating func writeList<Element>(
        _ name: StaticString,
        _ elements: [Element],
        _ write: (inout ByteBuffer, Element) -> Void
    ) {
        writeStaticString(name)
        writeStaticString("[")
        for (index, element) in elements.enumerated() {
            if index > 0 { writeStaticString(",") }
            write(&self, element)
        }
        writeStaticString("]")
    }

    mutating func writeVersion(_ version: UInt64) {
        writeStaticString(",\"version\":")
        writeDecimal(version)
        writeStaticString("}")
    }
}
