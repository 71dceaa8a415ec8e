extension HistoryRecorder {
    /// Judges the history; empty when a correct ledger could have done all of it.
    package func check(_ options: HistoryOptions = HistoryOptions()) -> [HistoryFault] {
        let evidence = Evidence(self, clockRateErrorPPM: options.clockRateErrorPPM)
        let faults =
            AnswerCheck(evidence: evidence).faults()
            + PositionCheck(evidence: evidence).faults()
            + LinearizabilityCheck(evidence: evidence, options: options).faults()
        return Array(faults.prefix(options.faultsMax))
    }
}
