import GRPCWire
import Ledger
import LedgerAPI
import NIOCore
import Replica
import SwiftProtobuf

/// Reads over gRPC, at the level that the caller asks for.
extension LedgerServices {
    private static let path = "/estoque.v1.StockService/"

    func registerReads(in router: inout GRPCRouter) {
        register("GetItem", ProtoGetItemRequest.self, in: &router) {
            (request, call) throws(InvalidRequest) in
            let sku: SKU = try identifier(request.sku, "sku")
            readItem(sku, try Consistency(request.consistency), for: call) { item, stamp in
                var response = ProtoGetItemResponse()
                response.item = ProtoItem(item.item)
                response.levels = item.levels.map {
                    ProtoStockLevel(sku: sku, location: $0.place.location, level: $0.level)
                }
                response.stamp = ProtoReadStamp(stamp)
                return .success(response)
            }
        }
        register("GetStockLevel", ProtoGetStockLevelRequest.self, in: &router) {
            (request, call) throws(InvalidRequest) in
            let sku: SKU = try identifier(request.sku, "sku")
            let location: LocationID = try identifier(request.locationID, "location_id")
            let consistency = try Consistency(request.consistency)
            readLevel(sku, at: location, consistency, for: call)
        }
        register("GetAvailability", ProtoGetAvailabilityRequest.self, in: &router) {
            (request, call) throws(InvalidRequest) in
            try readAvailability(request, for: call)
        }
        register("GetLocation", ProtoGetLocationRequest.self, in: &router) {
            (request, call) throws(InvalidRequest) in
            let id: LocationID = try identifier(request.locationID, "location_id")
            node.location(
                id,
                consistency: try Consistency(request.consistency),
                deadline: deadline(of: call),
                completion: reply(to: call) { (read) -> Result<ProtoGetLocationResponse, Problem> in
                    guard let location = read.value else {
                        return .failure(Problem(.locationNotFound(id)))
                    }
                    var response = ProtoGetLocationResponse()
                    response.location = ProtoLocation(location)
                    response.stamp = ProtoReadStamp(read.stamp)
                    return .success(response)
                }
            )
        }
        register("GetReservation", ProtoGetReservationRequest.self, in: &router) {
            (request, call) throws(InvalidRequest) in
            let id: ReservationID = try identifier(request.reservationID, "reservation_id")
            node.reservation(
                id,
                consistency: try Consistency(request.consistency),
                deadline: deadline(of: call),
                completion: reply(to: call) {
                    (read) -> Result<ProtoGetReservationResponse, Problem> in
                    guard let reservation = read.value else {
                        return .failure(Problem(.reservationNotFound(id)))
                    }
                    var response = ProtoGetReservationResponse()
                    response.reservation = ProtoReservation(reservation)
                    response.stamp = ProtoReadStamp(read.stamp)
                    return .success(response)
                }
            )
        }
    }

    func register<Message: SwiftProtobuf.Message & Sendable>(
        _ method: String,
        _ type: Message.Type,
        in router: inout GRPCRouter,
        path: String = path,
        _ handle: @escaping @Sendable (Message, GRPCServerCall) throws(InvalidRequest) -> Void
    ) {
        router.unary(path + method) { bytes, call in
            guard let message = Message(wire: bytes) else {
                call.fail(GRPCStatus(.notAMessage))
                return
            }
            do throws(InvalidRequest) {
                try handle(message, call)
            } catch {
                call.fail(GRPCStatus(Problem(error)))
            }
        }
    }

    /// What completes a read: its value as a message, or the reason why there is none.
    func reply<Value: Sendable, Response: SwiftProtobuf.Message>(
        to call: GRPCServerCall,
        _ respond: @escaping @Sendable (Value) -> Result<Response, Problem>
    ) -> @Sendable (Result<Value, ReadFailure>) -> Void {
        let handle = call.handle
        return { read in
            let response = read.mapError(problem).flatMap(respond)
            handle.run { call in
                switch response {
                case .success(let message): call.respond(message.wireBytes)
                case .failure(let problem): call.fail(GRPCStatus(problem))
                }
            }
        }
    }

    private func readItem<Response: SwiftProtobuf.Message & Sendable>(
        _ sku: SKU,
        _ consistency: Replica.Consistency,
        for call: GRPCServerCall,
        _ respond: @escaping @Sendable (ItemView, ReadStamp) -> Result<Response, Problem>
    ) {
        node.items(
            [sku],
            consistency: consistency,
            deadline: deadline(of: call),
            completion: reply(to: call) { (read) -> Result<Response, Problem> in
                guard let item = read.value.first.flatMap({ $0 }) else {
                    return .failure(Problem(.itemNotFound(sku)))
                }
                return respond(item, read.stamp)
            }
        )
    }

    private func readLevel(
        _ sku: SKU,
        at location: LocationID,
        _ consistency: Replica.Consistency,
        for call: GRPCServerCall
    ) {
        let deadline = deadline(of: call)
        let finish = reply(to: call) {
            (read: Stamped<LevelFound>) -> Result<ProtoGetStockLevelResponse, Problem> in
            switch read.value {
            case .noItem: return .failure(Problem(.itemNotFound(sku)))
            case .noLocation: return .failure(Problem(.locationNotFound(location)))
            case .level(let level):
                var response = ProtoGetStockLevelResponse()
                response.level = ProtoStockLevel(sku: sku, location: location, level: level)
                response.stamp = ProtoReadStamp(read.stamp)
                return .success(response)
            }
        }
        node.items([sku], consistency: consistency, deadline: deadline) { [node] read in
            switch read {
            case .failure(let failure): finish(.failure(failure))
            case .success(let items):
                guard let item = items.value.first.flatMap({ $0 }) else {
                    return finish(.success(Stamped(value: .noItem, stamp: items.stamp)))
                }
                if let level = item.level(at: location)?.level {
                    return finish(.success(Stamped(value: .level(level), stamp: items.stamp)))
                }
                // Never any stock here: zeros, or a location that does not exist?
                node.location(location, consistency: consistency, deadline: deadline) { found in
                    finish(
                        found.map {
                            $0.value == nil
                                ? Stamped(value: .noLocation, stamp: $0.stamp)
                                : Stamped(value: .level(StockLevel()), stamp: items.stamp)
                        }
                    )
                }
            }
        }
    }

    private func readAvailability(
        _ request: ProtoGetAvailabilityRequest,
        for call: GRPCServerCall
    ) throws(InvalidRequest) {
        guard 1...APILimits.skusPerReadMax ~= request.skus.count else {
            throw InvalidRequest(
                field: "skus",
                "must be 1 to \(APILimits.skusPerReadMax) SKUs"
            )
        }
        var skus: [SKU] = []
        for (index, text) in request.skus.enumerated() {
            skus.append(try identifier(text, "skus[\(index)]"))
        }
        let location: LocationID? =
            request.locationID.isEmpty
            ? nil : try identifier(request.locationID, "location_id")
        node.items(
            skus,
            consistency: try Consistency(request.consistency),
            deadline: deadline(of: call),
            completion: reply(to: call) {
                [skus] (read) -> Result<ProtoGetAvailabilityResponse, Problem> in
                var response = ProtoGetAvailabilityResponse()
                response.availabilities = zip(skus, read.value).map { sku, view in
                    ProtoAvailability(sku, view, at: location)
                }
                response.stamp = ProtoReadStamp(read.stamp)
                return .success(response)
            }
        )
    }

    func identifier<ID: ClientIdentifier>(
        _ text: String,
        _ field: String
    ) throws(InvalidRequest) -> ID {
        guard let id = ID(text) else {
            throw InvalidRequest(field: field, Self.noIdentifier)
        }
        return id
    }

    static var noIdentifier: String { "must be 1 to 64 printable ASCII characters without spaces" }
}

/// What there is of one item at one location.
private enum LevelFound {
    case noItem
    case noLocation
    case level(StockLevel)
}

extension Consistency {
    /// Left out, it is `stale`.
    init(_ proto: ProtoConsistency) throws(InvalidRequest) {
        switch proto.level {
        case .unspecified, .stale:
            self = .stale
        case .bounded:
            guard proto.maxStalenessMs <= UInt64(Int64.max / 1_000_000) else {
                throw InvalidRequest(
                    field: "consistency.max_staleness_ms",
                    "is longer than any age"
                )
            }
            self = .bounded(maxStaleness: .milliseconds(Int64(proto.maxStalenessMs)))
        case .session:
            self = .session(minPosition: Position(proto.minPosition))
        case .linearizable:
            self = .linearizable
        case .UNRECOGNIZED(let number):
            throw InvalidRequest(field: "consistency.level", "\(number) is no level")
        }
    }
}
