package import AgentCore
package import Ledger

/// The cluster, as the driver of an agent reaches it.
package protocol StoreCentre: Sendable {
    /// Finds the cluster: its identity, if it says; a ledger that was restored is another cluster.
    ///
    /// - Throws: When nobody answers.
    func find() async throws -> Reference?

    /// Carries a call there; gives up within a bounded time.
    func answer(_ call: CentreCall) async -> CentreAnswer

    /// Follows what changes at the location after a position.
    ///
    /// - Parameters:
    ///   - position: Everything up to it is known.
    ///   - onChanges: Rows of whole entries of the log, and through which position they tell everything;
    ///     says whether to go on.
    /// - Returns: Why it ended.
    func follow(
        after position: Position,
        onChanges: @escaping @Sendable ([FeedRow], Position) -> Bool
    ) async -> FeedLoss

    /// Tears its connections down; the next call dials again.
    func redial() async
}
