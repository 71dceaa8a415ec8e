package import Ledger

/// The ledger's state as a replica keeps it: the rules' rows, closed into transactions.
package protocol ReplicaState: LedgerState {
    /// What changed between two positions, to be written as one (rule 20).
    associatedtype Transaction: Sendable

    /// Closes the transaction being filled, at the header's position.
    ///
    /// - Parameters:
    ///   - term: The term of the entry there.
    ///   - membership: The configuration as of there, encoded.
    /// - Returns: What the owner hands to the disk, in the order of the calls.
    mutating func seal(term: UInt64, membership: [UInt8]) -> Transaction

    /// What is read until `endReads` may be read at once, as of its beginning; nothing is reported as
    /// committed meanwhile.
    mutating func beginReads() throws(Failure)

    /// Ends what `beginReads` began.
    mutating func endReads()

    /// The item's levels that were ever written.
    mutating func levels(
        ofItem key: ItemKey
    ) throws(Failure) -> [(key: LevelKey, level: StockLevel)]
}

/// A state in memory reads from nothing that has a beginning.
extension ReplicaState {
    package mutating func beginReads() {}
    package mutating func endReads() {}
}
