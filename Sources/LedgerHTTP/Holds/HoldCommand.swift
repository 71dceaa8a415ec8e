import Ledger
import LedgerAPI

/// A write to a hold, understood: the same messages as over gRPC, so that the same checks are made.
enum HoldCommand {
    /// Who asks, in the journal: nobody is known by name.
    static let actor = "web"

    /// The request for the ledger that a body makes, or every field that is wrong.
    static func request(
        _ action: HoldAction,
        _ reservation: ReservationID?,
        _ body: HoldBody,
        _ limits: HTTPLimits
    ) throws(Problem) -> Ledger.Request {
        guard RequestID(body.requestId)?.uuid != nil else {
            throw .invalid("requestId", HoldBody.notAUUID)
        }
        let ttl = body.ttlMs ?? limits.holdTTL.rawValue
        guard (1...limits.holdTTLMax.rawValue).contains(ttl) else {
            throw .invalid("ttlMs", "must be 1 to \(limits.holdTTLMax.rawValue)")
        }
        var command = ProtoCommand()
        switch action {
        case .take: command.command = .reserve(try reserve(body, ttl, limits))
        case .extend:
            var message = ProtoExtendRequest()
            message.reservationID = reservation?.text ?? ""
            message.ttlMs = ttl
            command.command = .extend(stamped(message, body))
        case .confirm:
            var message = ProtoConfirmRequest()
            message.reservationID = reservation?.text ?? ""
            message.orderReference = body.order ?? ""
            command.command = .confirm(stamped(message, body))
        case .release:
            var message = ProtoReleaseRequest()
            message.reservationID = reservation?.text ?? ""
            message.reason = "cart"
            command.command = .release(stamped(message, body))
        }
        do throws(InvalidRequest) {
            return try IncomingRequest(command).request
        } catch {
            throw Problem(error)
        }
    }

    private static func reserve(
        _ body: HoldBody,
        _ ttl: UInt64,
        _ limits: HTTPLimits
    ) throws(Problem) -> ProtoReserveRequest {
        guard (1...limits.holdLinesMax).contains(body.lines.count) else {
            throw .invalid("lines", "must be 1 to \(limits.holdLinesMax)")
        }
        // A hold that isn't named is named after its request.
        let id = body.reservation ?? body.requestId
        guard ReservationID(id)?.uuid != nil else {
            throw .invalid("reservation", HoldBody.notAUUID)
        }
        var message = ProtoReserveRequest()
        message.reservationID = id
        message.replacesID = body.replaces ?? ""
        message.owner.kind = .customer
        message.owner.reference = body.cart.owner.reference.text
        message.ttlMs = ttl
        message.placement = .split
        // What shops keep back for those who come by isn't for the web.
        message.online = true
        for (index, line) in body.lines.enumerated() {
            guard line.quantity <= limits.holdQuantityMax else {
                let field = "lines[\(index)].quantity"
                throw .invalid(field, "must be at most \(limits.holdQuantityMax)")
            }
            var proto = ProtoStockLine()
            proto.sku = line.sku
            proto.locationID = line.location ?? ""
            proto.quantity = line.quantity
            message.lines.append(proto)
        }
        return stamped(message, body)
    }

    private static func stamped<Message: RequestMessage>(
        _ message: Message,
        _ body: HoldBody
    ) -> Message {
        var message = message
        message.requestID = body.requestId
        message.actor = actor
        return message
    }
}
