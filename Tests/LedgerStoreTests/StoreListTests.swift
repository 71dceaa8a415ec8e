import TestSupport
import Testing

@testable import Ledger
@testable import LedgerStore

/// Lists of what is known of stores say what the ledger has, however many pages they are cut into.
struct StoreListTests {
    private func filled(
        _ directory: TemporaryDirectory,
        seed: UInt64
    ) throws -> (Twin, StoreHistory) {
        var twin = try Twin(directory.store())
        var history = StoreHistory(seed: seed)
        for entry in history.opening() { try twin.apply(entry) }
        for step in 0..<1_200 {
            try twin.apply(history.next(twin.memory))
            if step.isMultiple(of: 40) { try twin.settle() }
        }
        try twin.settle()
        return (twin, history)
    }

    private func pages(
        _ table: StoreTable,
        _ reader: StoreReader,
        size: Int
    ) throws -> [StoreRows] {
        var pages: [StoreRows] = []
        var token: String?
        repeat {
            let page = try reader.list(table, pageSize: size, pageToken: token).list
            pages.append(page.rows)
            token = page.nextPageToken
        } while token != nil
        return pages
    }

    @Test(arguments: [1, 3, 5_000])
    func `pages of agents, conflicts, facts put aside and rights are all there are`(
        size: Int
    ) throws {
        let directory = try TemporaryDirectory()
        let (twin, history) = try filled(directory, seed: 7)
        let reader = try twin.file.openReader()
        for place in history.base.locations.dropLast().map(Optional.some) + [nil] {
            let key = place.flatMap { twin.memory.locationKey($0) }
            func known(_ kind: StoreRecordKey.Kind) -> [(StoreRecordKey, StoreRecord)] {
                twin.memory.storeRecords(kind).filter { key == nil || $0.key.location == key }
                    .map { ($0.key, $0.record) }
            }
            let stores = try pages(.stores(place), reader, size: size).flatMap(\.stores)
            #expect(stores.map { .agent($0.agent) } == known(.agent).map(\.1))
            let conflicts = StoreRecordKey.Kind.conflicts.flatMap { known($0) }
            let listed = try pages(.conflicts(place), reader, size: size).flatMap(\.conflicts)
            #expect(listed.map(\.key) == conflicts.map(\.0))
            #expect(listed.map { .conflict($0.conflict) } == conflicts.map(\.1))
            let aside = try pages(.quarantined(place), reader, size: size).flatMap(\.quarantined)
            #expect(aside.map { .quarantined($0) } == known(.quarantined).map(\.1))
            for fact in aside { #expect(try reader.quarantinedFact(fact.mark).fact == fact) }
            if place == nil { #expect(!conflicts.isEmpty && !aside.isEmpty && !stores.isEmpty) }
            guard let place else { continue }
            if let store = stores.first {
                #expect(store.openConflicts == conflicts.count)
                #expect(store.quarantined == aside.count)
            }
            let rights = try pages(.allotments(place), reader, size: size).flatMap(\.allotments)
            #expect(rights.map { .allotment($0.allotment) } == known(.allotment).map(\.1))
        }
    }

    @Test(arguments: [1, 4, 5_000])
    func `pages of a location have its levels, offers and what is open there`(size: Int) throws {
        let directory = try TemporaryDirectory()
        let (twin, history) = try filled(directory, seed: 8)
        let reader = try twin.file.openReader()
        var found = (reservations: 0, transfers: 0, offers: 0)
        for place in history.base.locations.dropLast() {
            let key = try #require(twin.memory.locationKey(place))
            let levels = try pages(.levels(place), reader, size: size).flatMap(\.levels)
            for view in levels {
                let item = try #require(twin.memory.itemKey(view.sku))
                #expect(view.location == place)
                #expect(view.level == twin.memory.level(LevelKey(location: key, item: item)))
            }
            #expect(!levels.isEmpty)
            let offers = try pages(.offers(place), reader, size: size).flatMap(\.offers)
            #expect(offers.allSatisfy { $0.location == place })
            found.offers += offers.count
            let open = Set(history.base.reservationIDs).compactMap { id -> ReservationID? in
                let reservation = twin.memory.reservation(id)
                let isHere = reservation?.lines.contains { $0.location == place && $0.open > 0 }
                return reservation?.isOpen == true && isHere == true ? id : nil
            }
            let held = try pages(.openReservations(place), reader, size: size)
                .flatMap(\.reservations)
            #expect(held.map(\.id.text).sorted() == open.map(\.text).sorted())
            #expect(held.allSatisfy { twin.memory.reservation($0.id) == $0 })
            found.reservations += held.count
            let moving = history.base.transferIDs.compactMap { twin.memory.transfer($0) }
                .filter { $0.isOpen && ($0.from == place || $0.to == place) }
            let transfers = try pages(.openTransfers(place), reader, size: size)
                .flatMap(\.transfers)
            #expect(transfers == moving)
            found.transfers += transfers.count
        }
        #expect(found.reservations > 0 && found.transfers > 0 && found.offers > 0)
    }

    @Test func `a token is for its question alone, and a location must be there`() throws {
        let directory = try TemporaryDirectory()
        let (twin, history) = try filled(directory, seed: 9)
        let reader = try twin.file.openReader()
        let page = try reader.list(.stores(nil), pageSize: 1, pageToken: nil).list
        let token = try #require(page.nextPageToken)
        #expect(throws: QuestionError.self) {
            try reader.list(.conflicts(nil), pageSize: 1, pageToken: token)
        }
        let nowhere = LocationID(unchecked: "nowhere")
        #expect(throws: QuestionError.locationNotFound(nowhere)) {
            try reader.list(.allotments(nowhere), pageSize: 1, pageToken: nil)
        }
        #expect(throws: QuestionError.self) {
            try reader.list(.levels(history.base.locations[0]), pageSize: 0, pageToken: nil)
        }
        // What the token says of another kind than it lists ends the list; it reads nothing else.
        let table = StoreTable.stores(nil)
        let key = StoreRecordKey(kind: .quarantined, place: .max, sequence: .max, line: .max)
        let forged = PageToken(fingerprint: table.fingerprint, key: key).text
        let rows = try reader.list(table, pageSize: 9, pageToken: forged).list
        #expect(rows.rows == .stores([]) && rows.nextPageToken == nil)
    }

    @Test func `the sum of stores is that of their agents, with ages by the ledger's time`() throws
    {
        let directory = try TemporaryDirectory()
        let (twin, history) = try filled(directory, seed: 10)
        let reader = try twin.file.openReader()
        let summary = try reader.storeSummary().summary
        let now = twin.memory.header.logTime
        let agents = twin.memory.storeRecords(.agent).compactMap { row -> StoreAgent? in
            if case .agent(let agent) = row.record { agent } else { nil }
        }
        let horizon = now.earlier(by: StoreSummary.silence)
        let silent = agents.filter { $0.lastSeen < horizon }
        #expect(summary.logTime == now)
        #expect(summary.stores == agents.count && agents.count > 1)
        #expect(summary.frozen == agents.count { $0.state == .frozen })
        #expect(summary.facts == agents.reduce(0) { $0 + $1.factCount } && summary.facts > 0)
        #expect(summary.conflicted == agents.reduce(0) { $0 + $1.conflictCount })
        #expect(summary.setAside == agents.reduce(0) { $0 + $1.quarantineCount })
        #expect(summary.allottedUnits == agents.reduce(0) { $0 + $1.allottedUnits })
        #expect(summary.silent == silent.count)
        #expect(summary.allottedSilent == silent.reduce(0) { $0 + $1.allottedUnits })
        #expect(summary.outdated == agents.count { $0.knownThrough < horizon })
        let oldest = agents.map(\.knownThrough).filter { $0.microseconds > 0 }.min() ?? now
        let ageMax = Milliseconds((now.microseconds - oldest.microseconds) / 1_000)
        #expect(summary.ageMax == ageMax)
        #expect(summary.quarantined == twin.memory.storeRecords(.quarantined).count)
        for open in summary.openConflicts {
            #expect(open.count == twin.memory.storeRecords(open.kind).count)
        }
        // The list of locations says when their agents were heard of.
        let list = try reader.list(.locations, pageSize: 9, pageToken: nil).list
        #expect(list.logTime == now)
        let seen = Dictionary(uniqueKeysWithValues: agents.map { ($0.location, $0.lastSeen) })
        #expect(list.seen == seen && seen.count < history.base.locations.count + 1)
    }
}

extension StoreRows {
    fileprivate var stores: [StoreReport] { if case .stores(let rows) = self { rows } else { [] } }
    fileprivate var conflicts: [ConflictRow] {
        if case .conflicts(let rows) = self { rows } else { [] }
    }
    fileprivate var quarantined: [QuarantinedFact] {
        if case .quarantined(let rows) = self { rows } else { [] }
    }
    fileprivate var allotments: [AllotmentView] {
        if case .allotments(let rows) = self { rows } else { [] }
    }
    fileprivate var levels: [LevelView] { if case .levels(let rows) = self { rows } else { [] } }
    fileprivate var offers: [Offer] { if case .offers(let rows) = self { rows } else { [] } }
    fileprivate var reservations: [Reservation] {
        if case .reservations(let rows) = self { rows } else { [] }
    }
    fileprivate var transfers: [Transfer] {
        if case .transfers(let rows) = self { rows } else { [] }
    }
}
