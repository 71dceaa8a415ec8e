package import Ledger

/// How thoroughly a history is judged, and what is known of the world that it comes from.
package struct HistoryOptions: Sendable {
    /// How many times the search may try an operation, over all parts of the history; beyond, its
    /// verdict is ``HistoryFault/Kind/undecided``.
    package var searchStepsMax = 2_000_000
    /// The greatest log time that the ledger can have reached by the end of the history.
    ///
    /// A hold that ends later cannot have expired. Nil when nothing is known.
    package var latestLogTime: LogTime?
    /// By how many millionths the nodes' clocks may run slower than the history's.
    ///
    /// Claimed ages are stretched by it.
    package var clockRateErrorPPM: UInt64 = 0
    /// The faults that are listed at most.
    package var faultsMax = 20

    /// The defaults.
    package init() {}
}
