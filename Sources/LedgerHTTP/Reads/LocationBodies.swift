import Ledger
import LedgerAPI
import LedgerStore
import NIOCore
import Replica

/// Locations as JSON, and what an item has at each.
extension ByteBuffer {
    /// A store or a warehouse; no line's end, since it stands in pages too.
    ///
    /// In the list of locations, one whose agent the ledger knows says when that was heard of.
    mutating func writeLocation(
        _ location: Location,
        agent: (seen: LogTime, now: LogTime)? = nil
    ) {
        writeText("{\"location\":", location.id.text)
        writeText(",\"name\":", location.name)
        writeText(",\"kind\":", location.kind.word)
        writeNumber("priority", Int64(location.priority))
        writeStaticString(",\"sellsOnline\":")
        writeJSONBool(location.sellsOnline)
        writeText(",\"state\":", location.state.word)
        if let agent {
            writeText(",\"agent\":{\"lastSeen\":", agent.seen.rfc3339)
            writeNumber("silentMs", agent.now.milliseconds(since: agent.seen))
            writeStaticString("}")
        }
        writeVersion(location.version)
    }

    /// `{"locations":[…],"nextPageToken":…}`; null behind the last page.
    mutating func writeLocations(_ list: BookList) {
        guard case .locations(let locations) = list.rows else {
            preconditionFailure("locations were asked for")
        }
        writeList("{\"locations\":", locations) { body, location in
            guard let seen = list.seen[location.id] else { return body.writeLocation(location) }
            body.writeLocation(location, agent: (seen, list.logTime))
        }
        writeText(",\"nextPageToken\":", list.nextPageToken)
        writeStaticString("}\n")
    }

    /// Where customers may pick an item up: the locations that sell online and have it, or had it.
    ///
    /// What isn't sold any more is to be had nowhere.
    mutating func writeLocations(of view: ItemView, _ page: LocationPage) {
        let levels =
            view.item.state == .active ? view.levels.filter { $0.place.sellsOnline } : []
        let rest =
            page.after.map { last in
                levels.drop { $0.place.location <= last }
            } ?? levels[...]
        let shown = rest.prefix(page.size)
        writeText("{\"sku\":", view.item.sku.text)
        writeList(",\"locations\":", Array(shown)) { $0.writeEntry($1, of: view) }
        let token = shown.count < rest.count ? shown.last : nil
        writeText(
            ",\"nextPageToken\":",
            token.map { LocationPage.token(after: $0.place.location, of: view.item.sku) }
        )
        writeStaticString("}\n")
    }

    private mutating func writeEntry(_ level: LocatedLevel, of view: ItemView) {
        let place = level.place
        writeText("{\"location\":", place.location.text)
        writeText(",\"name\":", place.name)
        writeText(",\"kind\":", place.kind.word)
        // It rises with whatever is told here, and with nothing else.
        let version =
            view.item.version &+ level.level.version &+ place.version
            &+ (view.offer(at: place.location)?.version ?? 0)
        writeAvailability(Availability(view, at: place.location), version: version)
        writeStaticString("}")
    }
}
