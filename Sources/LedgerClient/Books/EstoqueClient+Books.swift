public import Ledger
import LedgerAPI

/// The past, and whole tables, from a node's database: it follows what the node has applied, and each answer
/// says its position.
extension EstoqueClient {
    /// A page of history.
    public func history(
        _ question: HistoryQuestion,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> ReadResult<Page<JournalEntry>> {
        let answer: ProtoListHistoryResponse = try await ask(
            ServicePath.listHistory,
            ProtoListHistoryRequest(question),
            timeout: timeout
        )
        return ReadResult(
            Page(
                rows: try readable(answer.entries, JournalEntry.init),
                nextPageToken: token(answer.nextPageToken)
            ),
            answer.stamp
        )
    }

    /// What there was of an item, at one location or everywhere.
    public func stock(
        of sku: SKU,
        at location: LocationID? = nil,
        asOf moment: PastMoment,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> ReadResult<PastLevels> {
        var question = ProtoGetStockAsOfRequest()
        question.sku = sku.text
        question.locationID = location?.text ?? ""
        switch moment {
        case .position(let position): question.position = position.rawValue
        case .time(let time): question.timeUs = time.microseconds
        }
        let answer: ProtoGetStockAsOfResponse =
            try await ask(ServicePath.getStockAsOf, question, timeout: timeout)
        return ReadResult(
            PastLevels(
                levels: try readable(answer.levels, LevelView.init),
                position: Position(answer.position)
            ),
            answer.stamp
        )
    }

    /// Items by words of their titles, or by the beginning of their SKU.
    public func searchItems(
        _ text: String? = nil,
        skuPrefix: String? = nil,
        includeArchived: Bool = false,
        pageSize: Int? = nil,
        pageToken: String? = nil,
        minPosition: Position? = nil,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> ReadResult<Page<Item>> {
        var question = ProtoSearchItemsRequest()
        question.text = text ?? ""
        question.skuPrefix = skuPrefix ?? ""
        question.includeArchived = includeArchived
        question.pageSize = UInt32(clamping: pageSize ?? 0)
        question.pageToken = pageToken ?? ""
        question.minPosition = minPosition?.rawValue ?? 0
        let answer: ProtoSearchItemsResponse =
            try await ask(ServicePath.searchItems, question, timeout: timeout)
        return ReadResult(
            Page(
                rows: try readable(answer.items, Item.init),
                nextPageToken: token(answer.nextPageToken)
            ),
            answer.stamp
        )
    }

    /// A page of all locations.
    public func locations(
        _ page: PageRequest
    ) async throws(EstoqueError) -> ReadResult<
        Page<Location>
    > {
        try await table(.locations, page, \.locations, Location.init)
    }

    /// A page of all offers.
    public func offers(_ page: PageRequest) async throws(EstoqueError) -> ReadResult<Page<Offer>> {
        try await table(.offers, page, \.offers, Offer.init)
    }

    /// A page of all levels.
    public func levels(
        _ page: PageRequest
    ) async throws(EstoqueError) -> ReadResult<
        Page<LevelView>
    > {
        try await table(.levels, page, \.levels, LevelView.init)
    }

    /// A page of all reservations, in the order of their creation.
    public func reservations(
        _ page: PageRequest
    ) async throws(EstoqueError) -> ReadResult<Page<Reservation>> {
        try await table(.reservations, page, \.reservations, Reservation.init)
    }

    /// A page of all transfers, in the order of their creation.
    public func transfers(
        _ page: PageRequest
    ) async throws(EstoqueError) -> ReadResult<Page<Transfer>> {
        try await table(.transfers, page, \.transfers, Transfer.init)
    }

    private func table<Proto, Row: Sendable>(
        _ table: ProtoListTableRequest.Table,
        _ page: PageRequest,
        _ rows: KeyPath<ProtoListTableResponse, [Proto]>,
        _ read: (Proto) -> Row?
    ) async throws(EstoqueError) -> ReadResult<Page<Row>> {
        var question = ProtoListTableRequest()
        question.table = table
        question.pageSize = UInt32(clamping: page.size ?? 0)
        question.pageToken = page.token ?? ""
        question.minPosition = page.minPosition?.rawValue ?? 0
        let answer: ProtoListTableResponse =
            try await ask(ServicePath.listTable, question, timeout: page.timeout)
        return ReadResult(
            Page(
                rows: try readable(answer[keyPath: rows], read),
                nextPageToken: token(answer.nextPageToken)
            ),
            answer.stamp
        )
    }

    func readable<Proto, Row>(
        _ protos: [Proto],
        _ read: (Proto) -> Row?
    ) throws(EstoqueError) -> [Row] {
        var rows: [Row] = []
        rows.reserveCapacity(protos.count)
        for proto in protos {
            guard let row = read(proto) else { throw EstoqueError(.unreadableAnswer) }
            rows.append(row)
        }
        return rows
    }

    func token(_ text: String) -> String? { text.isEmpty ? nil : text }
}

/// Which page of a table.
public struct PageRequest: Sendable {
    /// Rows at most; nil: as many as the node likes.
    public var size: Int?
    /// From the page before.
    public var token: String?
    /// What the node must have before it answers.
    public var minPosition: Position?
    /// How long to try.
    public var timeout: Duration?

    /// Puts a request together.
    public init(
        size: Int? = nil,
        token: String? = nil,
        minPosition: Position? = nil,
        timeout: Duration? = nil
    ) {
        self.size = size
        self.token = token
        self.minPosition = minPosition
        self.timeout = timeout
    }
}

extension ProtoListHistoryRequest {
    init(_ question: HistoryQuestion) {
        self.init()
        switch question.subject {
        case .all: break
        case .item(let id): sku = id.text
        case .location(let id): locationID = id.text
        case .level(let sku, let location):
            level.sku = sku.text
            level.locationID = location.text
        case .reservation(let id): reservationID = id.text
        case .document(let reference): document = reference.text
        case .request(let id): requestID = id.text
        case .sale(let id): saleID = id.text
        case .transfer(let id): transferID = id.text
        }
        oldestFirst = question.oldestFirst
        fromTimeUs = question.from?.microseconds ?? 0
        untilTimeUs = question.until?.microseconds ?? 0
        pageSize = UInt32(clamping: question.pageSize ?? 0)
        pageToken = question.pageToken ?? ""
        minPosition = question.minPosition?.rawValue ?? 0
    }
}
