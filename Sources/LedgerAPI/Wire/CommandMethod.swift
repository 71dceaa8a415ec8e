package import Ledger
import SwiftProtobuf

/// The commands by name: a unary method of the LedgerService each, and a member of `Command`.
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

    /// The method of a command.
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
            default: preconditionFailure("the API has no method for \(command.kind)")
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
        }
    }

    /// The method's path in HTTP/2.
    package var path: String { ServicePath.ledger(name) }
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
    static func cluster(_ method: String) -> String { "/estoque.v1.ClusterService/\(method)" }
}

/// The messages of unary commands.
extension CommandMethod {
    /// Reads the method's request; throws the problem to answer with.
    package func request(from bytes: RawSpan) throws(Problem) -> Request {
        if let request = try? RequestReader.request(
            self,
            bytes,
            0..<bytes.byteCount
        ) {
            return request
        }
        return try slowRequest(from: bytes.withUnsafeBytes { [UInt8]($0) })
    }

    private func slowRequest(from bytes: [UInt8]) throws(Problem) -> Request {
        do {
            return switch self {
            case .upsertItem: try Request(ProtoUpsertItemRequest(serializedBytes: bytes))
            case .upsertLocation: try Request(ProtoUpsertLocationRequest(serializedBytes: bytes))
            case .receive: try Request(ProtoReceiveRequest(serializedBytes: bytes))
            case .adjust: try Request(ProtoAdjustRequest(serializedBytes: bytes))
            case .sell: try Request(ProtoSellRequest(serializedBytes: bytes))
            case .reserve: try Request(ProtoReserveRequest(serializedBytes: bytes))
            case .extend: try Request(ProtoExtendRequest(serializedBytes: bytes))
            case .confirm: try Request(ProtoConfirmRequest(serializedBytes: bytes))
            case .fulfill: try Request(ProtoFulfillRequest(serializedBytes: bytes))
            case .release: try Request(ProtoReleaseRequest(serializedBytes: bytes))
            }
        } catch let invalid as InvalidRequest {
            throw Problem(invalid)
        } catch {
            throw .notAMessage
        }
    }
}
