public import Ledger
import LedgerAPI

/// What the ledger knows of stores, from a node's database, page by page.
extension EstoqueClient {
    /// The agents of all stores, or of one.
    public func stores(
        at location: LocationID? = nil,
        _ page: PageRequest = PageRequest()
    ) async throws(EstoqueError) -> ReadResult<Page<StoreReport>> {
        var question = ProtoListStoresRequest()
        question.locationID = location?.text ?? ""
        question.pageSize = UInt32(clamping: page.size ?? 0)
        question.pageToken = page.token ?? ""
        question.minPosition = page.minPosition?.rawValue ?? 0
        let answer: ProtoListStoresResponse =
            try await ask(ServicePath.listStores, question, timeout: page.timeout)
        let rows = try readable(answer.stores, StoreReport.init)
        return ReadResult(
            Page(rows: rows, nextPageToken: token(answer.nextPageToken)),
            answer.stamp
        )
    }

    /// The conflicts that are open, everywhere or at one store.
    public func conflicts(
        at location: LocationID? = nil,
        _ page: PageRequest = PageRequest()
    ) async throws(EstoqueError) -> ReadResult<Page<OpenConflict>> {
        var question = ProtoListConflictsRequest()
        question.locationID = location?.text ?? ""
        question.pageSize = UInt32(clamping: page.size ?? 0)
        question.pageToken = page.token ?? ""
        question.minPosition = page.minPosition?.rawValue ?? 0
        let answer: ProtoListConflictsResponse =
            try await ask(ServicePath.listConflicts, question, timeout: page.timeout)
        let rows = try readable(answer.conflicts, OpenConflict.init)
        return ReadResult(
            Page(rows: rows, nextPageToken: token(answer.nextPageToken)),
            answer.stamp
        )
    }

    /// The facts that were put aside, everywhere or at one store.
    public func quarantined(
        at location: LocationID? = nil,
        _ page: PageRequest = PageRequest()
    ) async throws(EstoqueError) -> ReadResult<Page<QuarantinedFact>> {
        var question = ProtoListQuarantinedRequest()
        question.locationID = location?.text ?? ""
        question.pageSize = UInt32(clamping: page.size ?? 0)
        question.pageToken = page.token ?? ""
        question.minPosition = page.minPosition?.rawValue ?? 0
        let answer: ProtoListQuarantinedResponse =
            try await ask(ServicePath.listQuarantined, question, timeout: page.timeout)
        let rows = try readable(answer.facts, QuarantinedFact.init)
        return ReadResult(
            Page(rows: rows, nextPageToken: token(answer.nextPageToken)),
            answer.stamp
        )
    }

    /// The rights of a store's agent.
    public func allotments(
        at location: LocationID,
        _ page: PageRequest = PageRequest()
    ) async throws(EstoqueError) -> ReadResult<Page<AllotmentView>> {
        var question = ProtoListAllotmentsRequest()
        question.locationID = location.text
        question.pageSize = UInt32(clamping: page.size ?? 0)
        question.pageToken = page.token ?? ""
        question.minPosition = page.minPosition?.rawValue ?? 0
        let answer: ProtoListAllotmentsResponse =
            try await ask(ServicePath.listAllotments, question, timeout: page.timeout)
        let rows = try readable(answer.allotments, AllotmentView.init)
        return ReadResult(
            Page(rows: rows, nextPageToken: token(answer.nextPageToken)),
            answer.stamp
        )
    }

    /// The levels of one location.
    public func levels(
        at location: LocationID,
        _ page: PageRequest = PageRequest()
    ) async throws(EstoqueError) -> ReadResult<Page<LevelView>> {
        try await rows(.levels, location, page, \.levels, LevelView.init)
    }

    /// The offers of one location.
    public func offers(
        at location: LocationID,
        _ page: PageRequest = PageRequest()
    ) async throws(EstoqueError) -> ReadResult<Page<Offer>> {
        try await rows(.offers, location, page, \.offers, Offer.init)
    }

    /// The open reservations that hold units of one location.
    public func openReservations(
        at location: LocationID,
        _ page: PageRequest = PageRequest()
    ) async throws(EstoqueError) -> ReadResult<Page<Reservation>> {
        try await rows(.openReservations, location, page, \.reservations, Reservation.init)
    }

    /// The open transfers from or to one location.
    public func openTransfers(
        at location: LocationID,
        _ page: PageRequest = PageRequest()
    ) async throws(EstoqueError) -> ReadResult<Page<Transfer>> {
        try await rows(.openTransfers, location, page, \.transfers, Transfer.init)
    }

    private func rows<Proto, Row: Sendable>(
        _ table: ProtoListStoreRowsRequest.Table,
        _ location: LocationID,
        _ page: PageRequest,
        _ rows: KeyPath<ProtoListStoreRowsResponse, [Proto]>,
        _ read: (Proto) -> Row?
    ) async throws(EstoqueError) -> ReadResult<Page<Row>> {
        var question = ProtoListStoreRowsRequest()
        question.locationID = location.text
        question.table = table
        question.pageSize = UInt32(clamping: page.size ?? 0)
        question.pageToken = page.token ?? ""
        question.minPosition = page.minPosition?.rawValue ?? 0
        let answer: ProtoListStoreRowsResponse =
            try await ask(ServicePath.listStoreRows, question, timeout: page.timeout)
        return ReadResult(
            Page(
                rows: try readable(answer[keyPath: rows], read),
                nextPageToken: token(answer.nextPageToken)
            ),
            answer.stamp
        )
    }
}

/// A conflict under the name by which it is resolved.
public struct OpenConflict: Equatable, Sendable {
    /// Names it.
    public var id: StoreRecordKey
    /// What is wrong.
    public var conflict: Conflict
}

extension OpenConflict {
    /// Nil when it makes no sense here.
    init?(_ proto: ProtoConflict) {
        guard let id = StoreRecordKey(proto.conflictID), let conflict = Conflict(proto) else {
            return nil
        }
        self.init(id: id, conflict: conflict)
    }
}

/// A store's agent, with what waits there for a person.
public struct StoreReport: Equatable, Sendable {
    /// The agent.
    public var agent: StoreAgent
    /// Conflicts that are open; the count ends at 1,000.
    public var openConflicts: Int
    /// Facts that are put aside; the count ends at 1,000.
    public var quarantined: Int
}

extension StoreReport {
    /// Nil when it makes no sense here.
    init?(_ proto: ProtoStoreReport) {
        guard let agent = StoreAgent(proto.agent) else { return nil }
        self.init(
            agent: agent,
            openConflicts: Int(proto.openConflicts),
            quarantined: Int(proto.quarantined)
        )
    }
}
