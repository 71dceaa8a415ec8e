public import Ledger
import LedgerAPI

/// What takes commands to the ledger: a client, a call for each; or a session, which is cheaper for many.
public protocol CommandSender: Sendable {
    /// Who asks, in the journal.
    var actor: Ledger.Actor { get }

    /// Sends a request until it is answered or the timeout is over, always with its one id.
    ///
    /// - Parameters:
    ///   - request: The command with its identity.
    ///   - timeout: For all attempts together; the client's own when nil.
    /// - Returns: The ledger's answer, which is no refusal.
    /// - Throws: A refusal, or why there is no answer.
    func send(_ request: Request, timeout: Duration?) async throws(EstoqueError) -> Answer
}

extension CommandSender {
    /// Sends a command with an id of its own.
    public func send(
        _ command: Command,
        id: RequestID = .mint(),
        timeout: Duration? = nil
    ) async throws(EstoqueError) -> Answer {
        try await send(Request(id: id, actor: actor, command: command), timeout: timeout)
    }

    /// Creates or replaces an item; gives its new version.
    public func upsert(
        _ item: UpsertItem,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<UInt64> {
        try await version(.upsertItem(item), id)
    }

    /// Creates or replaces a location; gives its new version.
    public func upsert(
        _ location: UpsertLocation,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<UInt64> {
        try await version(.upsertLocation(location), id)
    }

    /// Goods arrived.
    public func receive(
        _ receive: Receive,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<[LevelView]> {
        try await levels(.receive(receive), id)
    }

    /// A correction with a reason.
    public func adjust(
        _ adjust: Adjust,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<[LevelView]> {
        try await levels(.adjust(adjust), id)
    }

    /// Sold at a till: all lines, or none.
    public func sell(
        _ sell: Sell,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<[LevelView]> {
        try await levels(.sell(sell), id)
    }

    /// A hold on all lines, or on none.
    public func reserve(
        _ reserve: Reserve,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<Reservation> {
        try await reservation(.reserve(reserve), id)
    }

    /// Moves the expiry of a hold.
    public func extend(
        _ extend: Extend,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<Reservation> {
        try await reservation(.extend(extend), id)
    }

    /// Turns a hold into a promise without an end.
    public func confirm(
        _ confirm: Confirm,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<Reservation> {
        try await reservation(.confirm(confirm), id)
    }

    /// The goods left.
    public func fulfill(
        _ fulfill: Fulfill,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<Reservation> {
        try await reservation(.fulfill(fulfill), id)
    }

    /// Gives stock back.
    public func release(
        _ release: Release,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<Reservation> {
        try await reservation(.release(release), id)
    }
}

extension CommandSender {
    private func version(
        _ command: Command,
        _ id: RequestID
    ) async throws(EstoqueError) -> Applied<UInt64> {
        let answer = try await send(command, id: id)
        guard case .version(let version) = answer.outcome else { throw .unreadable(id) }
        return Applied(version, answer)
    }

    func levels(
        _ command: Command,
        _ id: RequestID
    ) async throws(EstoqueError) -> Applied<[LevelView]> {
        let answer = try await send(command, id: id)
        guard case .levels(let levels) = answer.outcome else { throw .unreadable(id) }
        return Applied(levels, answer)
    }

    private func reservation(
        _ command: Command,
        _ id: RequestID
    ) async throws(EstoqueError) -> Applied<Reservation> {
        let answer = try await send(command, id: id)
        guard case .reservation(let reservation) = answer.outcome else { throw .unreadable(id) }
        return Applied(reservation, answer)
    }
}

extension EstoqueError {
    /// An answer of another command's kind: applied, but not what was asked for.
    static func unreadable(_ id: RequestID) -> EstoqueError {
        EstoqueError(.unreadableAnswer, isOutcomeUnknown: true, requestID: id)
    }
}
