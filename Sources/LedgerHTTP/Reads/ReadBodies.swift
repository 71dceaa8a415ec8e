import Ledger
import NIOCore
import Replica

extension ByteBuffer {
    /// `{"items":[…]}`, an entry for each SKU in the order asked for.
    mutating func writeAvailability(
        of skus: [SKU],
        views: [ItemView?],
        at location: LocationID?
    ) {
        reserveCapacity(64 + 160 * skus.count)
        writeStaticString("{")
        if let location {
            writeStaticString("\"location\":")
            writeJSONString(location.text)
            writeStaticString(",")
        }
        writeStaticString("\"items\":[")
        for (index, (sku, view)) in zip(skus, views).enumerated() {
            if index > 0 { writeStaticString(",") }
            let availability = Availability(view, at: location)
            writeEntry(sku, availability, view?.version ?? 0)
        }
        writeStaticString("]}\n")
    }

    /// An entry of a list, or of a stream, which names the location too.
    mutating func writeEntry(
        _ sku: SKU,
        _ availability: Availability,
        _ version: UInt64,
        at location: LocationID? = nil
    ) {
        writeStaticString("{\"sku\":")
        writeJSONString(sku.text)
        if let location { writeText(",\"location\":", location.text) }
        writeAvailability(availability, version: version)
        writeStaticString("}")
    }

    /// The members that tell of an availability; `availableCapped` says that there may be more.
    mutating func writeAvailability(_ availability: Availability, version: UInt64) {
        writeStaticString(",\"status\":\"")
        writeString(availability.status.rawValue)
        writeStaticString("\",\"available\":")
        writeDecimal(availability.available)
        writeStaticString(",\"availableCapped\":")
        writeJSONBool(availability.available >= Availability.shownMax)
        writeStaticString(",\"price\":")
        writePrice(availability.price)
        writeStaticString(",\"version\":")
        writeDecimal(version)
    }

    /// `{"amount":1999,"currency":"EUR"}` in minor units, or `null`.
    mutating func writePrice(_ price: Money?) {
        guard let price else {
            writeStaticString("null")
            return
        }
        writeStaticString("{\"amount\":")
        writeDecimal(price.amount)
        writeStaticString(",\"currency\":")
        writeJSONString(price.currency)
        writeStaticString("}")
    }

    /// An entry of the catalogue.
    mutating func writeItem(_ view: ItemView) {
        writeEntry(view.item)
        writeStaticString("\n")
    }

    /// The same within a page.
    mutating func writeEntry(_ item: Item) {
        writeStaticString("{\"sku\":")
        writeJSONString(item.sku.text)
        writeStaticString(",\"title\":")
        writeJSONString(item.title)
        writeStaticString(",\"attributes\":{")
        for (index, attribute) in item.attributes.enumerated() {
            if index > 0 { writeStaticString(",") }
            writeJSONString(attribute.name)
            writeStaticString(":")
            writeJSONString(attribute.value)
        }
        writeStaticString("},\"price\":")
        writePrice(item.money)
        writeStaticString(",\"state\":")
        writeStaticString(item.state == .active ? "\"ACTIVE\"" : "\"ARCHIVED\"")
        writeStaticString(",\"version\":")
        writeDecimal(item.version)
        writeStaticString("}")
    }

    /// The exact buckets at one location.
    mutating func writeStock(_ level: StockLevel, sku: SKU, at location: LocationID) {
        writeStaticString("{\"sku\":")
        writeJSONString(sku.text)
        writeStaticString(",\"location\":")
        writeJSONString(location.text)
        writeNumber("onHand", level.onHand)
        writeNumber("reserved", level.reserved)
        writeNumber("allotted", level.allotted)
        writeNumber("unavailable", level.unavailable)
        writeNumber("incoming", level.incoming)
        writeNumber("safetyStock", level.safetyStock)
        writeNumber("backorderLimit", level.backorderLimit)
        writeNumber("available", level.available)
        writeNumber("availableOnline", level.availableOnline)
        writeStaticString(",\"version\":")
        writeDecimal(level.version)
        writeStaticString("}\n")
    }

    /// A further member that is a number.
    mutating func writeNumber(_ name: StaticString, _ value: Int64) {
        writeStaticString(",\"")
        writeStaticString(name)
        writeStaticString("\":")
        writeDecimal(value)
    }
}
