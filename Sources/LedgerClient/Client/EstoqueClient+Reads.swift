import GRPCWire
public import Ledger
import LedgerAPI
import NIOCore
package import SwiftProtobuf

/// Reads go to the node that answered last, and to another when that one can't answer at the level
/// asked for. What is not there is an error with code NOT_FOUND.
extension EstoqueClient {
    /// An item with its stock everywhere.
    public func item(
        _ sku: SKU,
        _ consistency: ReadConsistency = .stale,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> ReadResult<StockedItem> {
        var question = ProtoGetItemRequest()
        question.sku = sku.text
        question.consistency = ProtoConsistency(consistency)
        let answer: ProtoGetItemResponse =
            try await ask(ServicePath.getItem, question, timeout: timeout)
        let levels = answer.levels.compactMap(LevelView.init)
        guard let item = Item(answer.item), levels.count == answer.levels.count else {
            throw EstoqueError(.unreadableAnswer)
        }
        return ReadResult(StockedItem(item: item, levels: levels), answer.stamp)
    }

    /// A location.
    public func location(
        _ id: LocationID,
        _ consistency: ReadConsistency = .stale,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> ReadResult<Location> {
        var question = ProtoGetLocationRequest()
        question.locationID = id.text
        question.consistency = ProtoConsistency(consistency)
        let answer: ProtoGetLocationResponse =
            try await ask(ServicePath.getLocation, question, timeout: timeout)
        return ReadResult(try readable(Location(answer.location)), answer.stamp)
    }

    /// The stock of one item at one location.
    public func stockLevel(
        _ sku: SKU,
        at location: LocationID,
        _ consistency: ReadConsistency = .stale,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> ReadResult<LevelView> {
        var question = ProtoGetStockLevelRequest()
        question.sku = sku.text
        question.locationID = location.text
        question.consistency = ProtoConsistency(consistency)
        let answer: ProtoGetStockLevelResponse =
            try await ask(ServicePath.getStockLevel, question, timeout: timeout)
        return ReadResult(try readable(LevelView(answer.level)), answer.stamp)
    }

    /// What may be sold of up to 100 items, at one location or everywhere.
    public func availability(
        _ skus: [SKU],
        at location: LocationID? = nil,
        _ consistency: ReadConsistency = .stale,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> ReadResult<[ItemAvailability]> {
        var question = ProtoGetAvailabilityRequest()
        question.skus = skus.map(\.text)
        question.locationID = location?.text ?? ""
        question.consistency = ProtoConsistency(consistency)
        let answer: ProtoGetAvailabilityResponse =
            try await ask(ServicePath.getAvailability, question, timeout: timeout)
        let availabilities = answer.availabilities.compactMap(ItemAvailability.init)
        guard availabilities.count == answer.availabilities.count else {
            throw EstoqueError(.unreadableAnswer)
        }
        return ReadResult(availabilities, answer.stamp)
    }

    /// A reservation.
    public func reservation(
        _ id: ReservationID,
        _ consistency: ReadConsistency = .stale,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> ReadResult<Reservation> {
        var question = ProtoGetReservationRequest()
        question.reservationID = id.text
        question.consistency = ProtoConsistency(consistency)
        let answer: ProtoGetReservationResponse =
            try await ask(ServicePath.getReservation, question, timeout: timeout)
        return ReadResult(try readable(Reservation(answer.reservation)), answer.stamp)
    }

    func readable<Value>(_ value: Value?) throws(EstoqueError) -> Value {
        guard let value else { throw EstoqueError(.unreadableAnswer) }
        return value
    }
}

extension EstoqueClient {
    /// Asks what may be asked twice: of any node, or of one that is named, which alone is asked then.
    package func ask<Question: Message, Answer: Message>(
        _ path: String,
        _ question: Question,
        of node: NodeAddress? = nil,
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Answer {
        do throws(Failover.Failure) {
            return try await call(path, question, of: node, timeout: timeout)
        } catch {
            throw EstoqueError(error.problem)
        }
    }

    /// Makes a unary call, again and again if it `isRepeatable`.
    func call<Question: Message, Answer: Message>(
        _ path: String,
        _ question: Question,
        of node: NodeAddress? = nil,
        timeout: Duration? = nil,
        isRepeatable: Bool = true
    ) async throws(Failover.Failure) -> Answer {
        let bytes = question.wireBytes
        return try await failover.run(
            timeout: timeout,
            at: node,
            isRepeatable: isRepeatable
        ) { link, deadline in
            do throws(GRPCCallEnd) {
                let reply = try await link.connection.call(
                    path,
                    ByteBuffer(bytes: bytes),
                    deadline: deadline
                )
                let message = reply.message.readableBytesSpan.withUnsafeBytes { [UInt8]($0) }
                guard let answer = try? Answer(serializedBytes: message) else {
                    return .failed(.unreadableAnswer)
                }
                return .done(answer)
            } catch {
                return .failed(Problem(error))
            }
        }
    }
}
