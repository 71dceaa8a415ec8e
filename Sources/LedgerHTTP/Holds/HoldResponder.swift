import Hummingbird
import Ledger
import LedgerAPI
import NIOCore
import Replica
import Synchronization

/// Answers the writes of carts: takes, extends, confirms and gives back holds, through the log.
///
/// There are no accounts. A hold belongs to the secret of the cart that took it (``CartToken``), and who
/// doesn't know that finds no such hold. Pages of other origins are turned away.
final class HoldResponder: Sendable {
    private let node: any LedgerNode
    private let limits: HTTPLimits
    private let inFlight = Atomic<Int>(0)

    init(node: any LedgerNode, limits: HTTPLimits) {
        self.node = node
        self.limits = limits
    }

    /// The answer to a request for ``Route/holds`` or ``Route/hold``.
    func respond(to request: Hummingbird.Request, _ target: RequestTarget) async -> Reply {
        do throws(Problem) {
            guard request.method == .post else { throw .methodNotAllowed(target.route) }
            try SameOrigin.check(request.headers, authority: request.head.authority)
            try Self.checkContentType(request.headers[.contentType])
            guard target.query.isEmpty else { throw .invalidQuery("no parameters are known here") }
            let held = inFlight.add(1, ordering: .relaxed).newValue
            defer { inFlight.subtract(1, ordering: .relaxed) }
            guard held <= limits.holdsInFlightMax else { throw Problem(.overloaded) }
            return try await answer(try await Self.body(of: request, limits), target)
        } catch {
            return error.reply
        }
    }

    private func answer(_ bytes: ByteBuffer, _ target: RequestTarget) async throws(Problem) -> Reply
    {
        var action = HoldAction.take
        var id: ReservationID?
        if target.route == .hold { (action, id) = try HoldAction.parse(target.segments.first) }
        let body = try HoldBody.read(bytes, action)
        let command = try HoldCommand.request(action, id, body, limits)
        let deadline = NIODeadline.now() + limits.holdTimeout
        if let id { try await checkOwner(of: id, body.cart, deadline) }
        switch await submit(command, deadline) {
        case .answered(let answer):
            guard case .reservation(let reservation) = answer.outcome else {
                if case .refused(let refusal) = answer.outcome { throw Problem(refusal) }
                preconditionFailure("a command on a reservation is answered with it")
            }
            return Self.reply(reservation, answer, action)
        case .noLeader: throw Problem(.noLeader)
        case .overloaded: throw Problem(.overloaded)
        case .unknown: throw Problem(.outcomeUnknown)
        }
    }

    /// Someone else's hold is as unknown as one that never was.
    ///
    /// An owner never changes, so whatever state knows the hold will do.
    private func checkOwner(
        of id: ReservationID,
        _ cart: CartToken,
        _ deadline: NIODeadline
    ) async throws(Problem) {
        for consistency in [Consistency.stale, .linearizable] {
            switch await reservation(id, consistency, deadline) {
            case .success(let read):
                guard let found = read.value else { continue }
                if found.owner == cart.owner { return }
                throw Problem(.reservationNotFound)
            case .failure(.notReady): throw Problem(.notReady)
            case .failure(.overloaded): throw Problem(.overloaded)
            case .failure: throw Problem(.noLeader)
            }
        }
        throw Problem(.reservationNotFound)
    }

    private func reservation(
        _ id: ReservationID,
        _ consistency: Consistency,
        _ deadline: NIODeadline
    ) async -> Result<Stamped<Reservation?>, ReadFailure> {
        await withCheckedContinuation { continuation in
            node.reservation(id, consistency: consistency, deadline: deadline) {
                continuation.resume(returning: $0)
            }
        }
    }

    private func submit(_ request: Ledger.Request, _ deadline: NIODeadline) async -> SubmitResult {
        await withCheckedContinuation { continuation in
            node.submit([request], deadline: deadline) { _, result in
                continuation.resume(returning: result)
            }
        }
    }

    /// `{"hold":{…},"time":…,"position":…,"replayed":…}`; its `expireTime` counts from `time`.
    private static func reply(
        _ reservation: Reservation,
        _ answer: Answer,
        _ action: HoldAction
    ) -> Reply {
        var body = ByteBuffer(staticString: "{\"hold\":")
        body.writeReservation(reservation)
        body.writeText(",\"time\":", answer.logTime.rfc3339)
        body.writeStaticString(",\"position\":")
        body.writeDecimal(answer.position.rawValue)
        body.writeStaticString(",\"replayed\":")
        body.writeJSONBool(answer.replayed)
        body.writeStaticString("}\n")
        let status = action == .take ? 201 : 200
        var reply = Reply(status: status, contentType: "application/json", body: body)
        reply.fields.append(("estoque-position", "\(answer.position.rawValue)"))
        if action == .take {
            reply.fields.append(("location", "/v1/reservations/\(reservation.id.text)"))
        }
        return reply
    }

    private static func checkContentType(_ field: String?) throws(Problem) {
        let media = field?.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        if media != "application/json" { throw Problem(.unsupportedMediaType) }
    }

    private static func body(
        of request: Hummingbird.Request,
        _ limits: HTTPLimits
    ) async throws(Problem) -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: limits.bodyBytesMax)
        } catch {
            throw Problem(.bodyTooLarge, detail: "at most \(limits.bodyBytesMax) bytes are allowed")
        }
    }
}
