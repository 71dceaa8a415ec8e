package import Ledger
import SwiftProtobuf

/// The commands by name: a unary method each, of the LedgerService and a member of `Command`, or of the
/// StoreService.
package enum CommandMethod: UInt8, CaseIterable, Sendable {
    // The raw values are the fields of `Command`.
    case upsertItem = 1
    case upsertLocation = 2
    case receive = 3
    case adjust = 4
    case sell = 5
    case reserve = 6
    case extend = 7
    case confirm = 8
    case fulfill = 9
    case release = 10
    case markUnavailable = 11
    case writeOff = 12
    case setStockPolicy = 13
    case returnGoods = 14
    case count = 15
    case createTransfer = 16
    case shipTransfer = 17
    case receiveTransfer = 18
    case cancelTransfer = 19
    case setOffer = 20
    case atomicBatch = 21
    // Only unary.
    case registerStore = 22
    case submitFacts = 23
    case grantAllotment = 24
    case recallAllotment = 25
    case revokeAllotment = 26
    case resolveConflict = 27
    case replayFact = 28

    /// The method of a command.
    ///
    /// - Precondition: It is one that somebody can ask for.
    package init(_ command: Command) {
        self =
            switch command {
            case .upsertItem: .upsertItem
            case .upsertLocation: .upsertLocation
            case .receive: .receive
            case .adjust: .adjust
            case .sell: .sell
            case .reserve: .reserve
            case .extend: .extend
            case .confirm: .confirm
            case .fulfill: .fulfill
            case .release: .release
            case .markUnavailable: .markUnavailable
            case .writeOff: .writeOff
            case .setStockPolicy: .setStockPolicy
            case .returnGoods: .returnGoods
            case .count: .count
            case .createTransfer: .createTransfer
            case .shipTransfer: .shipTransfer
            case .receiveTransfer: .receiveTransfer
            case .cancelTransfer: .cancelTransfer
            case .setOffer: .setOffer
            case .batch: .atomicBatch
            case .registerStore: .registerStore
            case .submitFacts: .submitFacts
            case .grantAllotment: .grantAllotment
            case .recallAllotment: .recallAllotment
            case .revokeAllotment: .revokeAllotment
            case .resolveConflict: .resolveConflict
            case .replayFact: .replayFact
            case .returnAllotment: preconditionFailure("rights are given back in a fact")
            }
    }

    /// The method's name in the service.
    package var name: String {
        switch self {
        case .upsertItem: "UpsertItem"
        case .upsertLocation: "UpsertLocation"
        case .receive: "Receive"
        case .adjust: "Adjust"
        case .sell: "Sell"
        case .reserve: "Reserve"
        case .extend: "Extend"
        case .confirm: "Confirm"
        case .fulfill: "Fulfill"
        case .release: "Release"
        case .markUnavailable: "MarkUnavailable"
        case .writeOff: "WriteOff"
        case .setStockPolicy: "SetStockPolicy"
        case .returnGoods: "Return"
        case .count: "Count"
        case .createTransfer: "CreateTransfer"
        case .shipTransfer: "ShipTransfer"
        case .receiveTransfer: "ReceiveTransfer"
        case .cancelTransfer: "CancelTransfer"
        case .setOffer: "SetOffer"
        case .atomicBatch: "AtomicBatch"
        case .registerStore: "RegisterStore"
        case .submitFacts: "SubmitFacts"
        case .grantAllotment: "GrantAllotment"
        case .recallAllotment: "RecallAllotment"
        case .revokeAllotment: "RevokeAllotment"
        case .resolveConflict: "ResolveConflict"
        case .replayFact: "ReplayFact"
        }
    }

    /// It is about agents of stores: a method of the StoreService, and not for a Session or a Batch.
    package var isAboutStores: Bool { rawValue >= Self.registerStore.rawValue }

    /// The method's path in HTTP/2.
    package var path: String { isAboutStores ? ServicePath.store(name) : ServicePath.ledger(name) }
}

/// The paths of the services' methods.
package enum ServicePath {
    package static let batch = ledger("Batch")
    package static let session = ledger("Session")
    package static let getItem = stock("GetItem")
    package static let getLocation = stock("GetLocation")
    package static let getStockLevel = stock("GetStockLevel")
    package static let getAvailability = stock("GetAvailability")
    package static let getReservation = stock("GetReservation")
    package static let getSale = stock("GetSale")
    package static let getTransfer = stock("GetTransfer")
    package static let getOffer = stock("GetOffer")
    package static let listHistory = book("ListHistory")
    package static let getStockAsOf = book("GetStockAsOf")
    package static let searchItems = book("SearchItems")
    package static let listTable = book("ListTable")
    package static let watchChanges = book("WatchChanges")
    package static let verify = book("Verify")
    package static let listStores = store("ListStores")
    package static let listConflicts = store("ListConflicts")
    package static let listQuarantined = store("ListQuarantined")
    package static let listAllotments = store("ListAllotments")
    package static let listStoreRows = store("ListStoreRows")
    package static let getStatus = cluster("GetStatus")
    package static let getDigest = cluster("GetDigest")
    package static let addMember = cluster("AddMember")
    package static let removeMember = cluster("RemoveMember")
    package static let replaceMember = cluster("ReplaceMember")
    package static let promoteMember = cluster("PromoteMember")
    package static let demoteMember = cluster("DemoteMember")
    package static let transferLeadership = cluster("TransferLeadership")

    static func ledger(_ method: String) -> String { "/estoque.v1.LedgerService/\(method)" }
    static func stock(_ method: String) -> String { "/estoque.v1.StockService/\(method)" }
    static func book(_ method: String) -> String { "/estoque.v1.BookService/\(method)" }
    static func store(_ method: String) -> String { "/estoque.v1.StoreService/\(method)" }
    static func cluster(_ method: String) -> String { "/estoque.v1.ClusterService/\(method)" }
}

/// The messages of unary commands.
extension CommandMethod {
    /// Reads the method's request; throws the problem to answer with.
    package func request(from bytes: RawSpan) throws(Problem) -> IncomingRequest {
        if let request = try? RequestReader.request(
            self,
            bytes,
            0..<bytes.byteCount
        ) {
            return IncomingRequest(request: request)
        }
        return try slowRequest(from: bytes.withUnsafeBytes { [UInt8]($0) })
    }

    private func slowRequest(from bytes: [UInt8]) throws(Problem) -> IncomingRequest {
        do {
            return try Self.read(messageType, from: bytes)
        } catch let invalid as InvalidRequest {
            throw Problem(invalid)
        } catch {
            throw .notAMessage
        }
    }

    private static func read<Content: CommandMessage>(
        _ type: Content.Type,
        from bytes: [UInt8]
    ) throws -> IncomingRequest {
        try IncomingRequest(Content(serializedBytes: bytes))
    }

    private var messageType: any CommandMessage.Type {
        switch self {
        case .upsertItem: ProtoUpsertItemRequest.self
        case .upsertLocation: ProtoUpsertLocationRequest.self
        case .receive: ProtoReceiveRequest.self
        case .adjust: ProtoAdjustRequest.self
        case .sell: ProtoSellRequest.self
        case .reserve: ProtoReserveRequest.self
        case .extend: ProtoExtendRequest.self
        case .confirm: ProtoConfirmRequest.self
        case .fulfill: ProtoFulfillRequest.self
        case .release: ProtoReleaseRequest.self
        case .markUnavailable: ProtoMarkUnavailableRequest.self
        case .writeOff: ProtoWriteOffRequest.self
        case .setStockPolicy: ProtoSetStockPolicyRequest.self
        case .returnGoods: ProtoReturnRequest.self
        case .count: ProtoCountRequest.self
        case .createTransfer: ProtoCreateTransferRequest.self
        case .shipTransfer: ProtoShipTransferRequest.self
        case .receiveTransfer: ProtoReceiveTransferRequest.self
        case .cancelTransfer: ProtoCancelTransferRequest.self
        case .setOffer: ProtoSetOfferRequest.self
        case .atomicBatch: ProtoAtomicBatchRequest.self
        case .registerStore: ProtoRegisterStoreRequest.self
        case .submitFacts: ProtoSubmitFactsRequest.self
        case .grantAllotment: ProtoGrantAllotmentRequest.self
        case .recallAllotment: ProtoRecallAllotmentRequest.self
        case .revokeAllotment: ProtoRevokeAllotmentRequest.self
        case .resolveConflict: ProtoResolveConflictRequest.self
        case .replayFact: ProtoReplayFactRequest.self
        }
    }
}
